/** What an eUICC's object knows that others show from copies: for comparing them with it, and for making them anew. */
import type { EuiccContext } from './euicc-context.ts'
import type { EuiccTruth } from './euicc-interface.ts'
import { lastContact } from './journal.ts'
import { listOperations } from './operation-store.ts'
import { listProfiles } from './profile-picture.ts'
import { first } from './sql.ts'

/** Operations of one reading. */
const OPERATIONS_AT_ONCE = 500

/** Operations newest first, after `cursor`. */
export function readTruth({ sql, now, enrolment }: EuiccContext, cursor: string | null): EuiccTruth {
  const { eimId, expectedPollSeconds, timeZone, retiredAt, updatedAt } = enrolment
  const operations = listOperations(sql, OPERATIONS_AT_ONCE, cursor, undefined)
  const last = operations.at(-1)
  const lastSeenAt = lastContact(sql)
  const noted = first<{ at: number | null }>(sql, 'SELECT at FROM timeline ORDER BY id DESC LIMIT 1')?.at ?? 0
  return {
    sequence: first<{ seq: number }>(sql, `SELECT seq FROM sqlite_sequence WHERE name = 'outbox'`)?.seq ?? 0,
    readAt: now,
    touchedAt: Math.max(noted, updatedAt, lastSeenAt ?? 0),
    eimId,
    expectedPollSeconds,
    timeZone,
    isRetired: retiredAt !== null,
    lastSeenAt,
    profiles: listProfiles(sql).map(({ iccid, state, serviceProviderName }) => ({
      iccid,
      state,
      serviceProviderName,
    })),
    operations: operations.map(({ id, request, status, outcome, reason, origin, createdAt, updatedAt }) => ({
      id,
      type: request.type,
      status,
      outcome,
      reason,
      origin,
      createdAt,
      updatedAt,
    })),
    nextCursor: last && operations.length === OPERATIONS_AT_ONCE ? last.id : null,
  }
}
