/**
 * Makes the index say of an eUICC what its object says. Rows that show a newer change than the object had told when it was
 * asked stay: changes that come meanwhile are neither lost nor set back.
 */
import { operationsStatement, picturesStatements } from '../changes.ts'
import type { Compared } from './compare.ts'

/** One transaction. */
export async function repair(db: D1Database, tenant: string, { index, truth }: Compared): Promise<void> {
  const { eid } = index
  // Without an object there is nothing that could have told a newer change than the rows that were read.
  const sequence = truth?.sequence ?? index.sequence
  const operations = truth?.operations ?? []
  const told = { tenant, eid, sequence }
  const forget = [
    'UPDATE operations INDEXED BY operations_of_euicc SET sequence = -1 WHERE tenant = ?1 AND eid = ?2 AND sequence <= ?3',
    'UPDATE euiccs SET profiles_sequence = -1 WHERE tenant = ?1 AND eid = ?2 AND profiles_sequence <= ?3',
    'DELETE FROM euicc_profiles WHERE tenant = ?1 AND eid = ?2 AND sequence <= ?3',
  ].map((query) => db.prepare(query).bind(tenant, eid, sequence))
  const unknown = db
    .prepare(
      `DELETE FROM operations INDEXED BY operations_of_euicc
        WHERE tenant = ? AND eid = ? AND sequence = -1 AND id NOT IN (SELECT value FROM json_each(?))`,
    )
    .bind(tenant, eid, JSON.stringify(operations.map(({ id }) => id)))
  const changes = operations.map((operation) => ({
    ...told,
    kind: 'operation' as const,
    at: operation.updatedAt,
    operation,
  }))
  const picture = { ...told, kind: 'profiles' as const, at: 0, profiles: truth?.profiles ?? [] }
  await db.batch([
    ...forget,
    unknown,
    ...(changes.length > 0 ? [operationsStatement(db, changes)] : []),
    ...picturesStatements(db, [picture]),
    settingsStatement(db, tenant, { index, truth }),
  ])
}

/** Only while they are as they were read: an operator may have changed them since. */
function settingsStatement(
  db: D1Database,
  tenant: string,
  { index, truth }: Pick<Compared, 'index' | 'truth'>,
): D1PreparedStatement {
  const { eid } = index
  const { eimId, expectedPollSeconds, timeZone, isRetired } = truth ?? index
  const query = `UPDATE euiccs SET eim_id = ?3, expected_poll_seconds = ?4, time_zone = ?5,
      retired_at = iif(?6, coalesce(retired_at, ?7), NULL), last_seen_at = iif(coalesce(last_seen_at, 0) > ?7, last_seen_at, ?8)
    WHERE tenant = ?1 AND eid = ?2 AND eim_id = ?9 AND expected_poll_seconds IS ?10 AND time_zone IS ?11
      AND (retired_at IS NOT NULL) = ?12`
  return db
    .prepare(query)
    .bind(
      ...[tenant, eid, eimId, expectedPollSeconds, timeZone, isRetired ? 1 : 0],
      truth?.readAt ?? index.lastSeenAt ?? 0,
      truth?.lastSeenAt ?? null,
      ...[index.eimId, index.expectedPollSeconds, index.timeZone, index.isRetired ? 1 : 0],
    )
}
