/** The fleet's eUICCs as the database shows them: searched, changed and retired; every query names the tenant. */
import { isSameIccid, parseIccid } from '../../shared/sgp22/index.ts'
import type { Enrolment } from '../euicc/euicc-interface.ts'

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

const COLUMNS = `eid, eim_id, labels, group_name, expected_poll_seconds, time_zone, enrolled_at, retired_at, last_seen_at,
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

export interface EuiccFilter {
  readonly group?: string | undefined
  /** `name:value` */
  readonly label?: string | undefined
  /** Not seen since, or never; milliseconds since the epoch. */
  readonly lastSeenBefore?: number | undefined
  /** 18 to 20 digits, with or without the check digit. */
  readonly iccid?: string | undefined
  /** With `iccid`: the state of that profile; without: of any. */
  readonly profileState?: string | undefined
}

interface Condition {
  readonly sql: string
  /** `?1` is the tenant; further values follow in their order. */
  readonly values: readonly (string | number)[]
}

function conditionsOf(filter: EuiccFilter): Condition[] {
  const { group, label, lastSeenBefore } = filter
  const conditions: Condition[] = []
  if (group !== undefined) conditions.push({ sql: 'group_name = ?', values: [group] })
  if (label !== undefined) {
    const [name = '', ...rest] = label.split(':')
    const sql = 'EXISTS (SELECT 1 FROM json_each(labels) WHERE key = ? AND value = ?)'
    conditions.push({ sql, values: [name, rest.join(':')] })
  }
  if (lastSeenBefore !== undefined) {
    conditions.push({ sql: 'coalesce(last_seen_at, 0) < ?', values: [lastSeenBefore] })
  }
  return [...conditions, ...profileConditions(filter)]
}

function profileConditions({ iccid, profileState }: EuiccFilter): Condition[] {
  if (iccid === undefined && profileState === undefined) return []
  const conditions: Condition[] = []
  if (iccid !== undefined) {
    const sql = 'AND iccid IN (SELECT value FROM json_each(?))'
    conditions.push({ sql, values: [JSON.stringify(formsOf(iccid))] })
  }
  if (profileState !== undefined) conditions.push({ sql: 'AND state = ?', values: [profileState] })
  return [
    {
      sql: `eid IN (SELECT eid FROM euicc_profiles AS held
        WHERE held.tenant = ?1 ${conditions.map(({ sql }) => sql).join(' ')})`,
      values: conditions.flatMap(({ values }) => values),
    },
  ]
}

/** All ways in which the ICCID of one card may be written: people leave the check digit out, cards too. */
function formsOf(text: string): readonly string[] {
  const iccid = parseIccid(text)
  const longer = Array.from({ length: 10 }, (_, digit) => `${iccid}${digit}`)
  const others = [iccid.slice(0, -1), ...longer].filter((form) => /^[0-9]{18,20}$/.test(form))
  return [iccid, ...others.filter((form) => isSameIccid(parseIccid(form), iccid))]
}

const isFoundByProfile = ({ iccid, profileState }: EuiccFilter) =>
  iccid !== undefined || profileState !== undefined

/** Without statistics SQLite reads the tenant's eUICCs in their order, however few of them are in the group. */
function sourceOf(filter: EuiccFilter): string {
  const isGroup = filter.group !== undefined && !isFoundByProfile(filter)
  return isGroup ? 'euiccs INDEXED BY euiccs_by_group' : 'euiccs'
}

/** The `+` keeps SQLite from looking for the EIDs that follow, instead of for those that have the profile. */
function afterOf(filter: EuiccFilter): string {
  return isFoundByProfile(filter) ? '+eid > ?' : 'eid > ?'
}

function whereOf(conditions: readonly Condition[]): string {
  return ['tenant = ?1', 'retired_at IS NULL', ...conditions.map(({ sql }) => sql)].join(' AND ')
}

/** Those not retired, in the order of their EIDs, after the EID `cursor`. */
export async function listEuiccs(
  db: D1Database,
  tenant: string,
  filter: EuiccFilter,
  limit: number,
  cursor: string | null,
): Promise<readonly EnrolledEuicc[]> {
  const conditions = conditionsOf(filter)
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM ${sourceOf(filter)} WHERE ${whereOf(conditions)} AND ${afterOf(filter)} ORDER BY eid LIMIT ?`,
    )
    .bind(tenant, ...conditions.flatMap(({ values }) => values), cursor ?? '', limit)
    .all<EuiccRow>()
  return results.map(euiccOfRow)
}

/** How many of those not retired the filter leaves. */
export async function countEuiccs(db: D1Database, tenant: string, filter: EuiccFilter): Promise<number> {
  const conditions = conditionsOf(filter)
  const query = `SELECT count(*) AS euiccs FROM euiccs WHERE ${whereOf(conditions)}`
  const values = conditions.flatMap((each) => each.values)
  const counted = db.prepare(query).bind(tenant, ...values)
  return (await counted.first<number>('euiccs')) ?? 0
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
