/** The fleet's eUICCs as the database shows them: searched, changed and retired; every query names the tenant. */
import type { Enrolment } from '../euicc/euicc-interface.ts'
import { type Condition, conditionsOf, type EuiccFilter } from './euicc-filter.ts'
import { type Place, readPlace, type Source, sourceOf, writePlace } from './euicc-source.ts'

/** Instants in milliseconds since the epoch. */
export interface EnrolledEuicc extends Omit<Enrolment, 'tenant'> {
  readonly enrolledAt: number
  readonly retiredAt: number | null
  /** Seconds behind the object. */
  readonly lastSeenAt: number | null
  /** As last proven. */
  readonly profiles: readonly {
    readonly iccid: string
    readonly state: string
    readonly serviceProviderName: string | null
  }[]
}

interface EuiccRow {
  eid: string
  eim_id: string
  labels: string
  group_name: string | null
  expected_poll_seconds: number | null
  time_zone: string | null
  enrolled_at: number
  retired_at: number | null
  last_seen_at: number | null
  profiles: string
}

const COLUMNS = `euiccs.eid, eim_id, labels, group_name, expected_poll_seconds, time_zone, enrolled_at, retired_at, last_seen_at,
  (SELECT json_group_array(json_object('iccid', iccid, 'state', state,
    'serviceProviderName', service_provider_name)) FROM euicc_profiles AS held
    WHERE held.tenant = euiccs.tenant AND held.eid = euiccs.eid) AS profiles`

function euiccOfRow(row: EuiccRow): EnrolledEuicc {
  return {
    eid: row.eid,
    eimId: row.eim_id,
    labels: JSON.parse(row.labels) as EnrolledEuicc['labels'],
    group: row.group_name,
    expectedPollSeconds: row.expected_poll_seconds,
    timeZone: row.time_zone,
    enrolledAt: row.enrolled_at,
    retiredAt: row.retired_at,
    lastSeenAt: row.last_seen_at,
    profiles: JSON.parse(row.profiles) as EnrolledEuicc['profiles'],
  }
}

export interface EuiccPage {
  readonly euiccs: readonly EnrolledEuicc[]
  /** Where the next page begins; null after the last one. */
  readonly next: string | null
}

/** Those not retired: by EID, or by last contact where the filter asks for it alone. `cursor`: the `next` before. */
export async function listEuiccs(
  db: D1Database,
  tenant: string,
  filter: EuiccFilter,
  limit: number,
  cursor: string | null,
): Promise<EuiccPage> {
  const { sql, values, order } = selectionOf(filter, readPlace(cursor))
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} ${sql} ORDER BY ${order} LIMIT ?`)
    .bind(tenant, ...values, limit)
    .all<EuiccRow>()
  const euiccs = results.map(euiccOfRow)
  const last = euiccs.at(-1)
  return { euiccs, next: last && euiccs.length === limit ? writePlace(filter, last) : null }
}

/** How many of those not retired the filter leaves. */
export async function countEuiccs(db: D1Database, tenant: string, filter: EuiccFilter): Promise<number> {
  const { sql, values } = selectionOf(filter, readPlace(null))
  const query = `SELECT count(*) AS euiccs FROM (SELECT 1 ${sql})`
  const counted = db.prepare(query).bind(tenant, ...values)
  return (await counted.first<number>('euiccs')) ?? 0
}

/** An eUICC that is found by two of its profiles is one. */
function selectionOf(filter: EuiccFilter, place: Place): Condition & Pick<Source, 'order'> {
  const { from, order, ...source } = sourceOf(filter, place)
  const conditions = [source, ...conditionsOf(filter)]
  return {
    sql: `FROM ${from} WHERE euiccs.tenant = ?1 AND ${conditions.map(({ sql }) => sql).join(' AND ')} GROUP BY ${order}`,
    values: conditions.flatMap(({ values }) => values),
    order,
  }
}

/** Retired ones too. */
export async function findEuicc(db: D1Database, tenant: string, eid: string): Promise<EnrolledEuicc | null> {
  const query = `SELECT ${COLUMNS} FROM euiccs WHERE tenant = ? AND eid = ?`
  const row = await db.prepare(query).bind(tenant, eid).first<EuiccRow>()
  return row && euiccOfRow(row)
}

/** Those of `eids` that are enrolled and not retired, by EID. */
export async function findEuiccs(
  db: D1Database,
  tenant: string,
  eids: readonly string[],
): Promise<ReadonlyMap<string, EnrolledEuicc>> {
  const query = `SELECT ${COLUMNS} FROM euiccs
    WHERE tenant = ? AND eid IN (SELECT value FROM json_each(?)) AND retired_at IS NULL`
  const { results } = await db.prepare(query).bind(tenant, JSON.stringify(eids)).all<EuiccRow>()
  return new Map(results.map((row) => [row.eid, euiccOfRow(row)]))
}

export async function updateEuicc(db: D1Database, euicc: Enrolment): Promise<void> {
  const { tenant, eid, eimId, labels, group, expectedPollSeconds, timeZone } = euicc
  const query = `UPDATE euiccs SET eim_id = ?, labels = ?, group_name = ?, expected_poll_seconds = ?, time_zone = ?
    WHERE tenant = ? AND eid = ?`
  await db
    .prepare(query)
    .bind(eimId, JSON.stringify(labels), group, expectedPollSeconds, timeZone, tenant, eid)
    .run()
}

export async function retireEuicc(db: D1Database, tenant: string, eid: string, at: number): Promise<void> {
  const query = 'UPDATE euiccs SET retired_at = coalesce(retired_at, ?) WHERE tenant = ? AND eid = ?'
  await db.prepare(query).bind(at, tenant, eid).run()
}
