import { type AuditInterface, auditOf, BEGINNING, type Link, type Verdict } from '../../audit/index.ts'
import { AuditQuery, ExportQuery, VerifyQuery } from '../audit-schemas.ts'
import { page } from '../page.ts'
import { type Route, route } from '../route.ts'

const TAG = 'Audit'
/** Entries checked by one call: some ten milliseconds of the log's object, which writes nothing meanwhile. */
const CHECKED_AT_ONCE = 1000
const LINES_AT_ONCE = 1000

const cursorOf = ({ sequence, hash }: Link) => `${sequence}-${hash}`

function linkIn(cursor: string | undefined): Link {
  const [sequence, hash] = cursor?.split('-') ?? []
  return hash === undefined ? BEGINNING : { sequence: Number(sequence), hash }
}

function viewOf({ valid, checked, head, isDone, broken }: Verdict) {
  return {
    valid,
    entries: checked.sequence,
    head,
    ...(broken ? { brokenAt: broken.at, reason: broken.why } : {}),
    nextCursor: isDone ? null : cursorOf(checked),
  }
}

/** Asks for the next lines only when the reader has taken those before. */
function streamOf(audit: AuditInterface, after: number, limit: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let [last, left] = [after, limit]
  return new ReadableStream({
    async pull(controller) {
      const lines = await audit.lines(last, Math.min(left, LINES_AT_ONCE))
      if (lines.count > 0) controller.enqueue(encoder.encode(lines.text))
      last = lines.last
      left -= lines.count
      if (lines.count === 0 || left === 0) controller.close()
    },
  })
}

export const auditRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/audit',
    operationId: 'listAudit',
    summary: 'Who did what, when, from where, and how it ended',
    description:
      'Every request that was to change something is an entry, refused ones too, and so is what campaigns and triggers did by themselves. A webhook call that came to nothing (its condition was false, nothing matched) is in its trigger’s calls only. What operations came to is proven by the evidence of their eUICCs.',
    tag: TAG,
    access: 'audit:read',
    query: AuditQuery,
    success: { status: 200, description: 'A page of entries, newest first' },
    examples: [
      { summary: 'The latest', query: {} },
      { summary: 'Keys that were made', query: { action: 'createApiKey' } },
    ],
    async handle({ environment, tenant, query: { limit, cursor, ...filter } }) {
      const before = cursor === undefined ? null : Number(cursor)
      const entries = await auditOf(environment.AUDIT, tenant).list({ limit, before, ...filter })
      return { json: page(entries, limit, ({ sequence }) => String(sequence)) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/audit/verify',
    operationId: 'verifyAudit',
    summary: 'Whether the log is whole: each entry as it was written, none missing',
    description: `Checks ${CHECKED_AT_ONCE} entries; go on with \`nextCursor\` until it is null. Keep \`head\`: no log that was rewritten or cut has it, and \`npm run audit:verify -- FILE --head HASH\` tells.`,
    tag: TAG,
    access: 'audit:read',
    query: VerifyQuery,
    success: { status: 200, description: 'What was found so far' },
    examples: [{ summary: 'From the beginning', query: {} }],
    async handle({ environment, tenant, query: { cursor } }) {
      const verdict = await auditOf(environment.AUDIT, tenant).verify(linkIn(cursor), CHECKED_AT_ONCE)
      return { json: viewOf(verdict) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/audit/export',
    operationId: 'exportAudit',
    summary: 'The entries as they are hashed, one a line, oldest first',
    description:
      'Newline-delimited JSON, to be kept elsewhere and checked without us: `npm run audit:verify -- FILE`, or by hand as `functions/audit/README.md` says.',
    tag: TAG,
    access: 'audit:read',
    query: ExportQuery,
    success: { status: 200, description: 'Entries, oldest first', mediaType: 'application/x-ndjson' },
    examples: [
      { summary: 'From the beginning', query: {} },
      { summary: 'What came since', query: { after: '0', limit: '1000' } },
    ],
    async handle({ environment, tenant, query: { after = '0', limit } }) {
      const body = streamOf(auditOf(environment.AUDIT, tenant), Number(after), limit)
      return { raw: { body, contentType: 'application/x-ndjson' } }
    },
  }),
]
