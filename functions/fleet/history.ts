/** What happened to the fleet hour by hour, for plots. Written by triggers as events are logged (migration 0017). */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const KEPT_MS = 90 * DAY_MS
/** Rows forgotten by one statement. */
const FORGOTTEN_AT_ONCE = 10_000

export const HISTORY_STEPS = ['hour', 'day'] as const
export type HistoryStep = (typeof HISTORY_STEPS)[number]
export const STEP_MS: Readonly<Record<HistoryStep, number>> = { hour: HOUR_MS, day: DAY_MS }

/** An hour or a day of the fleet, or of a group of it. */
export interface FleetStep {
  /** When it began, milliseconds since the epoch. */
  readonly at: number
  /** Null: no group, or all of them. */
  readonly group: string | null
  /** Wake-ups of devices. A poll that finds nothing is not written down, so polls themselves are not counted. */
  readonly seen: number
  /** Operations that somebody asked for, by how they ended. */
  readonly succeeded: number
  readonly failed: number
  readonly expired: number
}

export interface HistoryQuery {
  /** Milliseconds since the epoch; the steps that begin from then on… */
  readonly from: number
  /** …and before this. */
  readonly to: number
  readonly step: HistoryStep
  /** Group by group, by the group an eUICC was in when it happened. */
  readonly byGroup: boolean
}

/** Oldest first; a step in which nothing happened is left out. At most `limit` are read. */
export async function readHistory(
  db: D1Database,
  tenant: string,
  { from, to, step, byGroup }: HistoryQuery,
  limit: number,
): Promise<readonly FleetStep[]> {
  const group = byGroup ? "nullif(group_name, '')" : 'NULL'
  const query = `SELECT hour - hour % ?4 AS at, ${group} AS "group", sum(seen) AS seen, sum(succeeded) AS succeeded,
      sum(failed) AS failed, sum(expired) AS expired
    FROM fleet_hours WHERE tenant = ?1 AND hour >= ?2 AND hour < ?3 GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?5`
  const { results } = await db.prepare(query).bind(tenant, from, to, STEP_MS[step], limit).all<FleetStep>()
  return results
}

/** Gives how many hours were forgotten. */
export async function forgetOldHours(db: D1Database, now: number): Promise<number> {
  let forgotten = 0
  for (const table of ['fleet_hours', 'fleet_failures']) {
    const query = `DELETE FROM ${table} WHERE (tenant, hour) IN
      (SELECT tenant, hour FROM ${table} WHERE hour < ?1 LIMIT ${FORGOTTEN_AT_ONCE})`
    for (let changes = 1; changes > 0; forgotten += changes) {
      changes = (
        await db
          .prepare(query)
          .bind(now - KEPT_MS)
          .run()
      ).meta.changes
    }
  }
  return forgotten
}
