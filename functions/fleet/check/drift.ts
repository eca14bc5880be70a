/** Looks, day by day, at a few eUICCs of each tenant: whether the index says of them what their objects say. */
import type { EuiccNamespace } from '../../euicc/euicc-stub.ts'
import { type Compared, compareEuiccs } from './compare.ts'
import type { Difference } from './differences.ts'
import { nextEids } from './rebuild.ts'
import { repair } from './repair.ts'

const SAMPLE = 20
const MOST_TENANTS = 50
/** What was touched since may still be on its way to the index. */
const SETTLES_WITHIN_MS = 10 * 60_000

export interface Drift {
  /** Milliseconds since the epoch. */
  readonly checkedAt: number
  readonly checked: number
  /** Of those, touched a moment ago and hence not compared. */
  readonly inMotion: number
  readonly drifted: readonly { readonly eid: string; readonly differences: readonly Difference[] }[]
}

interface DriftEnvironment {
  readonly FLEET: D1Database
  readonly EUICC: EuiccNamespace
}

/** Those tenants that were looked at longest ago. */
export async function checkDrift(environment: DriftEnvironment, now: number): Promise<void> {
  const query = `SELECT tenants.id AS tenant, coalesce(after, '') AS after FROM tenants
    LEFT JOIN fleet_drift ON fleet_drift.tenant = tenants.id ORDER BY coalesce(checked_at, 0), tenants.id LIMIT ?`
  const { results } = await environment.FLEET.prepare(query)
    .bind(MOST_TENANTS)
    .all<{ tenant: string; after: string }>()
  for (const { tenant, after } of results) await checkTenant(environment, tenant, after, now)
}

async function checkTenant({ FLEET, EUICC }: DriftEnvironment, tenant: string, after: string, now: number) {
  const eids = await nextEids(FLEET, tenant, after, SAMPLE)
  const compared = await compareEuiccs(FLEET, EUICC, tenant, eids)
  const settled = compared.filter(({ truth }) => (truth?.touchedAt ?? 0) <= now - SETTLES_WITHIN_MS)
  const drifted = settled.filter(({ differences }) => differences.length > 0)
  for (const each of drifted) {
    await repair(FLEET, tenant, each)
    log(tenant, each)
  }
  const shown = drifted.map(({ index: { eid }, differences }) => ({ eid, differences }))
  const next = eids.length < SAMPLE ? '' : eids.at(-1)
  await FLEET.prepare('INSERT OR REPLACE INTO fleet_drift VALUES (?, ?, ?, ?, ?, ?)')
    .bind(tenant, next, now, compared.length, compared.length - settled.length, JSON.stringify(shown))
    .run()
}

function log(tenant: string, { index: { eid }, differences }: Compared): void {
  console.warn(
    JSON.stringify({ event: 'index-drifted', tenant, eid, what: differences.map(({ what }) => what) }),
  )
}

export async function lastDrift(db: D1Database, tenant: string): Promise<Drift | null> {
  const query = `SELECT checked_at AS checkedAt, checked, in_motion AS inMotion, drifted FROM fleet_drift WHERE tenant = ?`
  const row = await db.prepare(query).bind(tenant).first<Omit<Drift, 'drifted'> & { drifted: string }>()
  return row && { ...row, drifted: JSON.parse(row.drifted) as Drift['drifted'] }
}
