/** The fleet index of a large fleet: import, labels, and how long its questions take. */
import { csvOf, type Tenant } from './scale-fleet.ts'
import { percentile, type ScaleLog, timed } from './scale-log.ts'

/** As many as one takes. */
const ROWS_A_CALL = 250
const CALLS = 200

export async function importAll(log: ScaleLog, tenant: Tenant, euiccs: number): Promise<void> {
  let ms = 0
  for (let first = 1; first <= euiccs; first += ROWS_A_CALL) {
    const rows = Math.min(ROWS_A_CALL, euiccs - first + 1)
    const csv = csvOf(first, rows)
    const call = () => tenant.operator().importRows<{ enrolled: number }>(csv)
    ms += await timed(async () => {
      const { enrolled } = await log.cpuOf(`import of ${ROWS_A_CALL} rows`, call)
      if (enrolled !== rows) throw new Error(`${enrolled} of ${rows} rows were enrolled`)
    })
  }
  log.addRate('import', euiccs / (ms / 1000), 'rows/s')
}

export async function labelAll(log: ScaleLog, tenant: Tenant, euiccs: number): Promise<void> {
  let labelled = 0
  let cursor: string | null = null
  const ms = await timed(async () => {
    do {
      const body = { target: { filter: {}, cursor }, labels: { batch: 'first' } }
      const call = () =>
        tenant
          .operator()
          .call<{ changed: number; nextCursor: string | null }>('POST', '/v1/euiccs/labels', body)
      const answer = await log.cpuOf(`label call of ${ROWS_A_CALL}`, call)
      labelled += answer.changed
      cursor = answer.nextCursor
    } while (cursor !== null)
  })
  if (labelled !== euiccs) throw new Error(`${labelled} of ${euiccs} were labelled`)
  log.addRate('label', euiccs / (ms / 1000), 'eUICCs/s')
}

const QUESTIONS = {
  'list page': '/v1/euiccs',
  'by label': '/v1/euiccs?label=site:site-42',
  'by group': '/v1/euiccs?group=group-7',
  search: '/v1/euiccs?search=site-99',
  'by health': '/v1/euiccs?health=never',
  summary: '/v1/fleet/summary',
} as const

export async function queryIndex(log: ScaleLog, tenant: Tenant): Promise<void> {
  for (const [name, path] of Object.entries(QUESTIONS)) {
    const ask = () => tenant.operator().call('GET', path)
    const times: number[] = []
    for (let call = 0; call < CALLS; call++) times.push(await timed(ask))
    log.addTime(`${name} p50`, percentile(times, 50))
    log.addTime(`${name} p99`, percentile(times, 99))
    await log.cpuOfSome(name, ask)
  }
}
