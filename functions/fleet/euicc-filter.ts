/** Which eUICCs are meant, and the same as conditions of SQL on a row of `euiccs`. */
import { isSameIccid, parseIccid } from '../../shared/sgp22/index.ts'
import { type Health, isInHealth } from './health.ts'

/** Instants in milliseconds since the epoch. */
export interface EuiccFilter {
  readonly group?: string | undefined
  /** `name:value` */
  readonly label?: string | undefined
  /** What its EID, ICCID, group or the value of a label begins with. Of each, the first 1000 are looked at. */
  readonly search?: string | undefined
  /** As it is at that instant. */
  readonly health?: { readonly is: Health; readonly at: number } | undefined
  /** Not seen since, or never. */
  readonly lastSeenBefore?: number | undefined
  readonly lastSeenAfter?: number | undefined
  /** 18 to 20 digits, with or without the check digit. */
  readonly iccid?: string | undefined
  readonly serviceProviderName?: string | undefined
  /** Of the profile that `iccid` and `serviceProviderName` name, or of any. */
  readonly profileState?: string | undefined
}

/** `?1` is the tenant; further values follow in their order. */
export interface Condition {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

export function conditionsOf(filter: EuiccFilter): Condition[] {
  const { group, label, health, lastSeenBefore, lastSeenAfter, search } = filter
  const conditions: Condition[] = [{ sql: 'retired_at IS NULL', values: [] }]
  if (group !== undefined) conditions.push({ sql: 'group_name = ?', values: [group] })
  if (label !== undefined) {
    const sql = `EXISTS (SELECT 1 FROM euicc_labels AS label
      WHERE label.tenant = ?1 AND label.name = ? AND label.value = ? AND label.eid = euiccs.eid)`
    conditions.push({ sql, values: partsOf(label) })
  }
  // A number of our own may stand in the text.
  if (health) conditions.push({ sql: isInHealth(health.is, `${health.at}`), values: [] })
  if (lastSeenBefore !== undefined) conditions.push({ sql: 'heard_at < ?', values: [lastSeenBefore] })
  if (lastSeenAfter !== undefined) conditions.push({ sql: 'heard_at > ?', values: [lastSeenAfter] })
  if (search !== undefined) conditions.push(searchCondition(search))
  return [...conditions, ...profileConditions(filter)]
}

/** Name and value of a label. */
export function partsOf(label: string): [name: string, value: string] {
  const [name = '', ...rest] = label.split(':')
  return [name, rest.join(':')]
}

function profileConditions(filter: EuiccFilter): Condition[] {
  const wanted = ofOneProfile(filter)
  if (wanted.length === 0) return []
  return [
    {
      sql: `EXISTS (SELECT 1 FROM euicc_profiles AS profile
        WHERE profile.tenant = ?1 AND profile.eid = euiccs.eid AND ${wanted.map(({ sql }) => sql).join(' AND ')})`,
      values: wanted.flatMap(({ values }) => values),
    },
  ]
}

/** What a profile has to be: one of the eUICC's must be all of it. */
export function ofOneProfile({ iccid, serviceProviderName, profileState }: EuiccFilter): Condition[] {
  const wanted: Condition[] = []
  if (iccid !== undefined) {
    wanted.push({
      sql: 'iccid IN (SELECT value FROM json_each(?))',
      values: [JSON.stringify(formsOf(iccid))],
    })
  }
  if (serviceProviderName !== undefined) {
    wanted.push({ sql: 'service_provider_name = ?', values: [serviceProviderName] })
  }
  if (profileState !== undefined) wanted.push({ sql: 'state = ?', values: [profileState] })
  return wanted
}

/** All ways in which the ICCID of one card may be written: people leave the check digit out, cards too. */
function formsOf(text: string): readonly string[] {
  const iccid = parseIccid(text)
  const longer = Array.from({ length: 10 }, (_, digit) => `${iccid}${digit}`)
  const others = [iccid.slice(0, -1), ...longer].filter((form) => /^[0-9]{18,20}$/.test(form))
  return [iccid, ...others.filter((form) => isSameIccid(parseIccid(form), iccid))]
}

const MOST_FOUND = 1000

/** Looks at each kind of name by its index. A search is for finding one; whoever wants all of something filters. */
function searchCondition(text: string): Condition {
  const range = { from: text, to: `${text}\u{10FFFF}` }
  const found = [
    'SELECT eid FROM euiccs WHERE tenant = ?1 AND eid >= ? AND eid < ?',
    'SELECT eid FROM euicc_profiles INDEXED BY euicc_profiles_by_iccid WHERE tenant = ?1 AND iccid >= ? AND iccid < ?',
    `SELECT eid FROM euiccs INDEXED BY euiccs_by_group
      WHERE tenant = ?1 AND retired_at IS NULL AND group_name >= ? AND group_name < ?`,
    // A look for each name of a label: they are few.
    `WITH RECURSIVE names (name) AS (
        SELECT min(name) FROM euicc_labels WHERE tenant = ?1
        UNION ALL
        SELECT (SELECT min(name) FROM euicc_labels WHERE tenant = ?1 AND name > names.name) FROM names
        WHERE names.name IS NOT NULL)
      SELECT eid FROM names CROSS JOIN euicc_labels AS label
      WHERE label.tenant = ?1 AND label.name = names.name AND label.value >= ? AND label.value < ?`,
  ].map((query) => ({ query, values: [range.from, range.to] }))
  if (/^[0-9]{18,20}$/.test(text)) {
    const query = `SELECT eid FROM euicc_profiles INDEXED BY euicc_profiles_by_iccid
      WHERE tenant = ?1 AND iccid IN (SELECT value FROM json_each(?))`
    found.push({ query, values: [JSON.stringify(formsOf(text))] })
  }
  const parts = found.map(({ query }) => `SELECT eid FROM (${query} LIMIT ${MOST_FOUND})`)
  return { sql: `euiccs.eid IN (${parts.join(' UNION ')})`, values: found.flatMap(({ values }) => values) }
}
