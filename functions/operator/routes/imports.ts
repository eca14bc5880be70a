import { ulid } from '../../euicc/operation-id.ts'
import { insertEuiccs, MOST_ENROLLED } from '../../fleet/index.ts'
import { eimIdFor } from '../eim-id-choice.ts'
import { readRows } from '../import-rows.ts'
import { packText, unpackText } from '../packed-text.ts'
import { notFound } from '../problem.ts'
import { route } from '../route.ts'
import { mediaTypeOf } from '../validation.ts'

/** A KiB a row. A body of empty lines or fields has no rows to count, and costs by its octets alone. */
const LARGEST_IMPORT = MOST_ENROLLED * 1024
const CSV = 'text/csv'
const NDJSON = 'application/x-ndjson'

export const importRoutes = [
  route({
    method: 'POST',
    path: '/v1/imports',
    operationId: 'importEuiccs',
    summary: `Enrol up to ${MOST_ENROLLED} eUICCs from CSV or NDJSON`,
    description:
      'At most a KiB a row on average. CSV needs a header with `eid`; `group`, `timeZone`, `expectedPollSeconds` and `eimId` are known, any other column becomes a label. NDJSON takes an eUICC a line, as POST /v1/euiccs does. Rows that are wrong are reported by their number and do not stop the others; a row that is there already changes nothing, so a larger fleet comes in parts, and any part again.',
    tag: 'eUICCs',
    access: 'euiccs:write',
    bodyTypes: [CSV, NDJSON],
    largestBody: LARGEST_IMPORT,
    idempotent: true,
    success: { status: 201, description: 'What became of the rows' },
    examples: [{ summary: 'CSV', body: 'eid,group,site\n89049032000000000000000000000163,meters,Oslo\n' }],
    async handle(call) {
      const { environment, tenant, request, now } = call
      const { enrolments, errors, rows } = readRows({
        text: String(call.body),
        format: mediaTypeOf(request) === CSV ? 'csv' : 'ndjson',
        tenant,
        chooseEimId: await eimIdFor(call),
      })
      const created = await insertEuiccs(environment.FLEET, enrolments, now)
      const id = `imp_${ulid(now, crypto.getRandomValues(new Uint8Array(10)))}`
      const report = {
        id,
        createdAt: new Date(now).toISOString(),
        rows,
        enrolled: created.size,
        existing: enrolments.length - created.size,
        failed: errors.length,
        errors,
      }
      await environment.FLEET.prepare('INSERT INTO imports VALUES (?, ?, ?, ?)')
        .bind(tenant, id, now, await packText(JSON.stringify(report)))
        .run()
      return { json: report, headers: { Location: `/v1/imports/${id}` } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/imports/{id}',
    operationId: 'getImport',
    summary: 'What became of the rows of an import',
    tag: 'eUICCs',
    access: 'euiccs:read',
    success: { status: 200, description: 'The report' },
    examples: [{ summary: 'One' }],
    async handle({ environment, tenant, params: { id = '' } }) {
      const row = await environment.FLEET.prepare('SELECT report FROM imports WHERE tenant = ? AND id = ?')
        .bind(tenant, id)
        .first<{ report: string }>()
      if (!row) throw notFound(`the import ${id}`)
      return { json: JSON.parse(await unpackText(row.report)) as unknown }
    },
  }),
]
