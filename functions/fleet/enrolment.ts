/** Enrols eUICCs in the fleet database alone: their objects come into being at the first contact or operation. */
import type { Enrolment } from '../euicc/euicc-interface.ts'

/** What is told of an eUICC when it is enrolled; what is left out stays open. */
export interface NewEnrolment {
  readonly eid: string
  /** One of the tenant's eIM identities; its default without. */
  readonly eimId?: string | undefined
  readonly labels?: { readonly [name: string]: string } | undefined
  readonly group?: string | null | undefined
  readonly expectedPollSeconds?: number | null | undefined
  readonly timeZone?: string | null | undefined
}

/** An eUICC that was there before keeps its settings; one that was retired stays so. */
export type EnrolmentOutcome = 'created' | 'exists' | 'retired'

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
  const query = `SELECT eid, eim_id, labels, group_name, expected_poll_seconds, time_zone
    FROM euiccs WHERE tenant = ? AND eid = ? AND retired_at IS NULL`
  const row = await db.prepare(query).bind(tenant, eid).first<EnrolmentRow>()
  return (
    row && {
      tenant,
      eid,
      eimId: row.eim_id,
      labels: JSON.parse(row.labels) as Enrolment['labels'],
      group: row.group_name,
      expectedPollSeconds: row.expected_poll_seconds,
      timeZone: row.time_zone,
    }
  )
}

/** D1 takes values of at most 2 MB: rows of one statement, at up to 4 KB each, stay below. */
const ROWS_AT_ONCE = 400

/**
 * Enrols all of `enrolments` (each EID once) in one transaction, and tells what became of each, in their order.
 * `defaultEimId` stands in where none is named.
 */
export async function enrolAll(
  db: D1Database,
  tenant: string,
  enrolments: readonly NewEnrolment[],
  defaultEimId: string,
  at: number,
): Promise<readonly EnrolmentOutcome[]> {
  const insert = `INSERT INTO euiccs
      (tenant, eid, eim_id, labels, group_name, expected_poll_seconds, time_zone, created_at, updated_at)
    SELECT ?1, value ->> 'eid', coalesce(value ->> 'eimId', ?2), coalesce(value -> 'labels', '{}'), value ->> 'group',
      value ->> 'expectedPollSeconds', value ->> 'timeZone', ?3, ?3
    FROM json_each(?4) WHERE true ON CONFLICT DO NOTHING RETURNING eid`
  const retired = `SELECT eid FROM euiccs
    WHERE tenant = ?1 AND eid IN (SELECT value ->> 'eid' FROM json_each(?2)) AND retired_at IS NOT NULL`
  const parts: string[] = []
  for (let start = 0; start < enrolments.length; start += ROWS_AT_ONCE) {
    parts.push(JSON.stringify(enrolments.slice(start, start + ROWS_AT_ONCE)))
  }
  if (parts.length === 0) return []
  const results = await db.batch<{ eid: string }>([
    ...parts.map((rows) => db.prepare(insert).bind(tenant, defaultEimId, at, rows)),
    ...parts.map((rows) => db.prepare(retired).bind(tenant, rows)),
  ])
  const eids = (some: typeof results) => new Set(some.flatMap((each) => each.results.map((row) => row.eid)))
  const created = eids(results.slice(0, parts.length))
  const stillRetired = eids(results.slice(parts.length))
  return enrolments.map(({ eid }) =>
    created.has(eid) ? 'created' : stillRetired.has(eid) ? 'retired' : 'exists',
  )
}
