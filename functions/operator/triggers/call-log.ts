/** The calls of a trigger: what they said, what came of them, and that each message has its effect once. */
import { toHex } from '../../../shared/octets.ts'
import { ulid } from '../../euicc/operation-id.ts'

/** Calls whose body is kept, to be looked at and replayed. */
const KEPT = 100
/** How long a message id is known: senders give up after three days. */
const KNOWN_MS = 8 * 86_400_000
/** A call that has run for so long has died with its Worker. */
const DEAD_MS = 60_000
const MINUTE_MS = 60_000

export interface RecordedCall {
  readonly id: string
  readonly messageId: string | null
  readonly digest: string
  /** As received; null when too many came after it. */
  readonly body: string | null
  readonly replayOf: string | null
  /** Milliseconds since the epoch. */
  readonly receivedAt: number
  /** Of the answer; null while it runs. */
  readonly status: number | null
  readonly answer: unknown
}

interface Row {
  id: string
  message_id: string | null
  digest: string
  body: string | null
  replay_of: string | null
  received_at: number
  status: number | null
  answer: string | null
}

function fromRow({
  id,
  message_id,
  digest,
  body,
  replay_of,
  received_at,
  status,
  answer,
}: Row): RecordedCall {
  return {
    id,
    messageId: message_id,
    digest,
    body,
    replayOf: replay_of,
    receivedAt: received_at,
    status,
    answer: answer === null ? null : JSON.parse(answer),
  }
}

export interface NewCall {
  readonly messageId: string | null
  readonly body: string
  readonly replayOf: string | null
}

/** `ours`: to be done now. `known`: as it was recorded, perhaps still running. `too-many`: in the last minute. */
export type Claim =
  | { readonly kind: 'ours'; readonly call: RecordedCall }
  | { readonly kind: 'known'; readonly call: RecordedCall }
  | { readonly kind: 'too-many' }

/** One statement counts and claims, so that calls at the same time cannot all be the last allowed one. */
export async function claimCall(
  db: D1Database,
  { id: triggerId, callsPerMinute }: { readonly id: string; readonly callsPerMinute: number },
  { messageId, body, replayOf }: NewCall,
  now: number,
): Promise<Claim> {
  const id = `call_${ulid(now, crypto.getRandomValues(new Uint8Array(10)))}`
  const digest = await digestOf(body)
  const made = await db
    .prepare(
      `INSERT INTO trigger_calls (trigger_id, id, message_id, digest, body, replay_of, received_at, claimed_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7
        WHERE (SELECT count(*) FROM trigger_calls WHERE trigger_id = ?1 AND received_at > ?8) < ?9
        ON CONFLICT DO NOTHING RETURNING *`,
    )
    .bind(triggerId, id, messageId, digest, body, replayOf, now, now - MINUTE_MS, callsPerMinute)
    .first<Row>()
  if (made) return { kind: 'ours', call: fromRow(made) }
  return messageId === null ? { kind: 'too-many' } : reclaim(db, triggerId, messageId, digest, now)
}

/** A repeat may finish what a try that died, or failed, left undone. */
async function reclaim(
  db: D1Database,
  triggerId: string,
  messageId: string,
  digest: string,
  now: number,
): Promise<Claim> {
  const again = await db
    .prepare(
      `UPDATE trigger_calls SET claimed_at = ?1 WHERE trigger_id = ?2 AND message_id = ?3 AND digest = ?4
        AND status IS NULL AND claimed_at < ?5 RETURNING *`,
    )
    .bind(now, triggerId, messageId, digest, now - DEAD_MS)
    .first<Row>()
  if (again) return { kind: 'ours', call: fromRow(again) }
  const query = 'SELECT * FROM trigger_calls WHERE trigger_id = ? AND message_id = ?'
  const known = await db.prepare(query).bind(triggerId, messageId).first<Row>()
  return known ? { kind: 'known', call: fromRow(known) } : { kind: 'too-many' }
}

export async function digestOf(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}

export async function findCall(db: D1Database, triggerId: string, id: string): Promise<RecordedCall | null> {
  const query = 'SELECT * FROM trigger_calls WHERE trigger_id = ? AND id = ?'
  const row = await db.prepare(query).bind(triggerId, id).first<Row>()
  return row && fromRow(row)
}

/** Lets go of the bodies, and in the end of the calls, that are too old. */
export async function recordAnswer(
  db: D1Database,
  triggerId: string,
  id: string,
  { status, answer }: { readonly status: number; readonly answer: unknown },
  now: number,
): Promise<void> {
  const withBody = 'trigger_id = ?1 AND body IS NOT NULL'
  await db.batch([
    db
      .prepare('UPDATE trigger_calls SET status = ?, answer = ? WHERE trigger_id = ? AND id = ?')
      .bind(status, JSON.stringify(answer), triggerId, id),
    db
      .prepare(
        `UPDATE trigger_calls SET body = NULL WHERE ${withBody} AND status IS NOT NULL AND id <=
          (SELECT id FROM trigger_calls WHERE ${withBody} ORDER BY id DESC LIMIT 1 OFFSET ${KEPT})`,
      )
      .bind(triggerId),
    db
      .prepare('DELETE FROM trigger_calls WHERE trigger_id = ? AND received_at < ?')
      .bind(triggerId, now - KNOWN_MS),
  ])
}

/** It failed in a way that a repeat may mend: the repeat need not wait. */
export async function releaseCall(db: D1Database, triggerId: string, id: string): Promise<void> {
  const query = 'UPDATE trigger_calls SET claimed_at = 0 WHERE trigger_id = ? AND id = ?'
  await db.prepare(query).bind(triggerId, id).run()
}

/** Newest first. */
export async function lastCalls(db: D1Database, triggerId: string): Promise<readonly RecordedCall[]> {
  const { results } = await db
    .prepare('SELECT * FROM trigger_calls WHERE trigger_id = ? ORDER BY id DESC LIMIT ?')
    .bind(triggerId, KEPT)
    .all<Row>()
  return results.map(fromRow)
}
