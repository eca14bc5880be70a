/**
 * By which index the eUICCs of a filter are found, and in which order. Every condition of the filter is asked of each row
 * besides; but SQLite, which has no statistics in D1, would look for them in the order of EIDs through the whole tenant.
 */
import { type Condition, type EuiccFilter, ofOneProfile, partsOf } from './euicc-filter.ts'
import { spanOf } from './health.ts'

/** Where in a list an eUICC stands; `heardAt` counts only in lists by last contact. */
export interface Place {
  readonly eid: string
  readonly heardAt: number
}

export interface Source extends Condition {
  readonly from: string
  /** Columns, in the order of the index: nothing is sorted. */
  readonly order: string
}

/**
 * The rows after `place`, by the most telling condition. The `+` is where few are found, and SQLite must not go through
 * all EIDs that follow instead.
 */
export function sourceOf(filter: EuiccFilter, place: Place): Source {
  const { eid } = place
  if (filter.iccid !== undefined) {
    return profilesSource('INDEXED BY euicc_profiles_by_iccid', ofOneProfile(filter), '+found.eid > ?', eid)
  }
  if (filter.search !== undefined) return { from: 'euiccs', sql: '+eid > ?', values: [eid], order: 'eid' }
  if (filter.label !== undefined) {
    const sql = 'found.tenant = ?1 AND found.name = ? AND found.value = ? AND found.eid > ?'
    return { ...joined('euicc_labels AS found'), sql, values: [...partsOf(filter.label), eid] }
  }
  if (filter.serviceProviderName !== undefined) {
    return profilesSource('INDEXED BY euicc_profiles_by_provider', ofOneProfile(filter), 'found.eid > ?', eid)
  }
  if (filter.group !== undefined) {
    const from = 'euiccs INDEXED BY euiccs_by_group'
    return { from, sql: 'eid > ?', values: [eid], order: 'eid' }
  }
  if (isByContact(filter)) return contactSource(filter, place)
  if (filter.profileState !== undefined) {
    return profilesSource('INDEXED BY euicc_profiles_by_state', ofOneProfile(filter), 'found.eid > ?', eid)
  }
  return { from: 'euiccs', sql: 'eid > ?', values: [eid], order: 'eid' }
}

function joined(table: string): Pick<Source, 'from' | 'order'> {
  const from = `${table} CROSS JOIN euiccs ON euiccs.tenant = found.tenant AND euiccs.eid = found.eid`
  return { from, order: 'found.eid' }
}

/** An eUICC may hold several such profiles, and is listed once: they stand beside each other. */
function profilesSource(index: string, wanted: readonly Condition[], after: string, eid: string): Source {
  const conditions = ['found.tenant = ?1', ...wanted.map(({ sql }) => sql), after]
  return {
    ...joined(`euicc_profiles AS found ${index}`),
    sql: conditions.join(' AND '),
    values: [...wanted.flatMap(({ values }) => values), eid],
  }
}

/** Whether a list is sorted by last contact: a device that is seen meanwhile moves on in it, so that none is missed. */
export function isByContact(filter: EuiccFilter): boolean {
  const { iccid, search, label, serviceProviderName, group } = filter
  const isFoundOtherwise = [iccid, search, label, serviceProviderName, group].some(
    (each) => each !== undefined,
  )
  const { health, lastSeenBefore, lastSeenAfter } = filter
  return !isFoundOtherwise && [health, lastSeenBefore, lastSeenAfter].some((each) => each !== undefined)
}

function contactSource({ health, lastSeenBefore, lastSeenAfter }: EuiccFilter, place: Place): Source {
  const span = health && spanOf(health.is, `${health.at}`)
  const from = span?.from ?? '0'
  const to = span?.to ?? `${Number.MAX_SAFE_INTEGER}`
  return {
    from: 'euiccs INDEXED BY euiccs_by_contact',
    sql: `(heard_at, eid) > (max(?, ?, ${from}), ?) AND heard_at <= min(?, ${to})`,
    values: [place.heardAt, lastSeenAfter ?? 0, place.eid, lastSeenBefore ?? Number.MAX_SAFE_INTEGER],
    order: 'heard_at, eid',
  }
}

/** Opaque to callers; the `cursor` of a list. */
export function writePlace(filter: EuiccFilter, { eid, lastSeenAt }: PlacedEuicc): string {
  return isByContact(filter) ? `${lastSeenAt ?? 0}~${eid}` : eid
}

export function readPlace(cursor: string | null): Place {
  const [, heardAt = '0', eid = ''] = /^(?:([0-9]{1,15})~)?([0-9]{32})$/.exec(cursor ?? '') ?? []
  return { eid, heardAt: Number(heardAt) }
}

interface PlacedEuicc {
  readonly eid: string
  readonly lastSeenAt: number | null
}
