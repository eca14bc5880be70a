/**
 * The fleet in numbers, counted as they change (migrations 0017 and 0020); health, which changes with time alone, over a
 * covering index.
 */
import { OPERATION_STATUSES, type OperationStatus } from '../euicc/operation.ts'
import { HEALTHS, type Health, isInHealth } from './health.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Groups, labels and reasons: the most frequent. */
const MOST = 100

export interface FleetSummary {
  readonly euiccs: { readonly total: number; readonly health: Readonly<Record<Health, number>> }
  readonly profiles: readonly {
    readonly serviceProviderName: string | null
    readonly state: string
    readonly euiccs: number
  }[]
  readonly groups: readonly { readonly group: string | null; readonly euiccs: number }[]
  readonly labels: readonly { readonly name: string; readonly value: string; readonly euiccs: number }[]
  /** Those that somebody asked for. */
  readonly operations: {
    readonly byStatus: Readonly<Record<OperationStatus, number>>
    readonly last24h: { readonly succeeded: number; readonly failed: number; readonly expired: number }
    /** In the same time. */
    readonly failures: readonly { readonly code: string; readonly count: number }[]
  }
}

/** Of the eUICCs that are not retired. */
const HEALTH = `SELECT count(*) AS total,
    ${HEALTHS.map((health) => `count(*) FILTER (WHERE ${isInHealth(health, '?2')}) AS ${health}`).join(', ')}
  FROM euiccs INDEXED BY euiccs_by_contact WHERE tenant = ?1 AND retired_at IS NULL`

/** Those counted, without the retired ones, of which there are few. */
const PROFILES = `SELECT nullif(service_provider_name, '') AS serviceProviderName, state, euiccs - (
    SELECT count(DISTINCT retired.eid) FROM euiccs AS retired INDEXED BY euiccs_by_rhythm
    CROSS JOIN euicc_profiles AS held ON held.tenant = retired.tenant AND held.eid = retired.eid
    WHERE retired.tenant = ?1 AND retired.retired_at IS NOT NULL AND held.state = profile_counts.state
      AND coalesce(held.service_provider_name, '') = profile_counts.service_provider_name
  ) AS euiccs FROM profile_counts WHERE tenant = ?1 AND euiccs > 0`

const GROUPS = `SELECT nullif(group_name, '') AS "group", euiccs FROM group_counts
  WHERE tenant = ?1 AND euiccs > 0 ORDER BY euiccs DESC, group_name LIMIT ${MOST}`

const LABELS = `SELECT name, value, euiccs FROM label_counts
  WHERE tenant = ?1 AND euiccs > 0 ORDER BY euiccs DESC, name, value LIMIT ${MOST}`

const STATUSES = 'SELECT status, operations FROM operation_counts WHERE tenant = ?1'

const ENDED = `SELECT coalesce(sum(succeeded), 0) AS succeeded, coalesce(sum(failed), 0) AS failed,
    coalesce(sum(expired), 0) AS expired
  FROM fleet_hours WHERE tenant = ?1 AND hour >= ?2`

const FAILURES = `SELECT code, sum(operations) AS count FROM fleet_failures
  WHERE tenant = ?1 AND hour >= ?2 GROUP BY code ORDER BY count DESC, code LIMIT ${MOST}`

type Row = Readonly<Record<string, unknown>>

/** The last 24 hours are whole ones and the one that is going on. */
export async function summarizeFleet(db: D1Database, tenant: string, now: number): Promise<FleetSummary> {
  const dayAgo = now - (now % HOUR_MS) - DAY_MS
  const [health, profiles, groups, labels, statuses, ended, failures] = await db.batch<Row>([
    db.prepare(HEALTH).bind(tenant, now),
    ...[PROFILES, GROUPS, LABELS, STATUSES].map((query) => db.prepare(query).bind(tenant)),
    ...[ENDED, FAILURES].map((query) => db.prepare(query).bind(tenant, dayAgo)),
  ])
  const { total = 0, ...byHealth } = rowsOf<Record<'total' | Health, number>>(health)[0] ?? {}
  const counts = new Map(
    rowsOf<{ status: OperationStatus; operations: number }>(statuses).map((row) => [
      row.status,
      row.operations,
    ]),
  )
  return {
    euiccs: { total, health: byHealth as FleetSummary['euiccs']['health'] },
    profiles: rowsOf<FleetSummary['profiles'][number]>(profiles).filter(({ euiccs }) => euiccs > 0),
    groups: rowsOf(groups),
    labels: rowsOf(labels),
    operations: {
      byStatus: Object.fromEntries(
        OPERATION_STATUSES.map((status) => [status, counts.get(status) ?? 0]),
      ) as FleetSummary['operations']['byStatus'],
      last24h: rowsOf<FleetSummary['operations']['last24h']>(ended)[0] ?? {
        succeeded: 0,
        failed: 0,
        expired: 0,
      },
      failures: rowsOf(failures),
    },
  }
}

function rowsOf<T>(result: D1Result<Row> | undefined): T[] {
  return (result?.results ?? []) as T[]
}
