/** Enrols eUICCs in the fleet database alone: their objects come into being at the first contact or operation. */
import type { Enrolment } from '../euicc/euicc-interface.ts'

/** eUICCs enrolled by one call: few enough that it takes little time, however large the fleet. */
export const MOST_ENROLLED = 250

interface EnrolmentRow {
  eid: string
  eim_id: string
  labels: string
  group_name: string | null
  expected_poll_seconds: number | null
  time_zone: string | null
}

/** What is known of an eUICC that is enrolled and not retired, or null. */
export async function findEnrolment(db: D1Database, tenant: string, eid: string): Promise<Enrolment | null> {
  return (await findEnrolments(db, tenant, [eid])).get(eid) ?? null
}

/** Those of `eids` that are enrolled and not retired, by EID. */
export async function findEnrolments(
  db: D1Database,
  tenant: string,
  eids: readonly string[],
): Promise<ReadonlyMap<string, Enrolment>> {
  const query = `SELECT eid, eim_id, labels, group_name, expected_poll_seconds, time_zone FROM euiccs
    WHERE tenant = ? AND eid IN (SELECT value FROM json_each(?)) AND retired_at IS NULL`
  const { results } = await db.prepare(query).bind(tenant, JSON.stringify(eids)).all<EnrolmentRow>()
  return new Map(results.map((row) => [row.eid, enrolmentOf(tenant, row)]))
}

function enrolmentOf(tenant: string, row: EnrolmentRow): Enrolment {
  return {
    tenant,
    eid: row.eid,
    eimId: row.eim_id,
    labels: JSON.parse(row.labels) as Enrolment['labels'],
    group: row.group_name,
    expectedPollSeconds: row.expected_poll_seconds,
    timeZone: row.time_zone,
  }
}

/** A value in D1 has at most 2 MB, and a character of JavaScript at most three octets there. */
const LARGEST_VALUE = 600_000

/** JSON lists of all `rows`, each short enough for one value. */
function* listsOf(rows: readonly unknown[]): Generator<string> {
  let list: string[] = []
  let length = 0
  for (const row of rows.map((each) => JSON.stringify(each))) {
    if (list.length > 0 && length + row.length > LARGEST_VALUE) {
      yield `[${list.join()}]`
      list = []
      length = 0
    }
    list.push(row)
    length += row.length + 1
  }
  if (list.length > 0) yield `[${list.join()}]`
}

/**
 * Enrols all of `enrolments` in one transaction and gives the EIDs that were not there before; an eUICC that was keeps
 * its settings, and one that was retired stays so.
 */
export async function insertEuiccs(
  db: D1Database,
  enrolments: readonly Enrolment[],
  at: number,
): Promise<ReadonlySet<string>> {
  const query = `INSERT INTO euiccs
      (tenant, eid, eim_id, labels, group_name, expected_poll_seconds, time_zone, enrolled_at)
    SELECT value ->> 'tenant', value ->> 'eid', value ->> 'eimId', value -> 'labels', value ->> 'group',
      value ->> 'expectedPollSeconds', value ->> 'timeZone', ?
    FROM json_each(?) WHERE true ON CONFLICT DO NOTHING RETURNING eid`
  const statements = Array.from(listsOf(enrolments), (rows) => db.prepare(query).bind(at, rows))
  if (statements.length === 0) return new Set()
  const inserted = await db.batch<{ eid: string }>(statements)
  return new Set(inserted.flatMap(({ results }) => results.map(({ eid }) => eid)))
}
