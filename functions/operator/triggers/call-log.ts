/** The last calls of a trigger: what they said, what came of them, and that each message has its effect once. */

/** Calls kept to be looked at. */
const KEPT = 100
/** Besides, all of this time, longer than a signed message stays valid: a repeat of it must be known. */
const REPEATABLE_MS = 15 * 60_000
/** A call that has run for so long has died with its Worker. */
const DEAD_MS = 60_000

export interface RecordedCall {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly receivedAt: number
  /** JSON text. */
  readonly body: string
  /** Of the answer; null while it runs. */
  readonly status: number | null
  readonly answer: unknown
}

interface Row {
  id: string
  received_at: number
  body: string
  status: number | null
  answer: string | null
}

function fromRow({ id, received_at, body, status, answer }: Row): RecordedCall {
  return { id, receivedAt: received_at, body, status, answer: answer === null ? null : JSON.parse(answer) }
}

export async function callsInLastMinute(db: D1Database, triggerId: string, now: number): Promise<number> {
  const query = 'SELECT count(*) AS n FROM trigger_calls WHERE trigger_id = ? AND received_at > ?'
  return (await db.prepare(query).bind(triggerId, now - 60_000).first<number>('n')) ?? 0
}

/** Null when the call is new, and now ours to do; else the call as it was recorded. */
export async function claimCall(
  db: D1Database,
  triggerId: string,
  { id, receivedAt, body }: Pick<RecordedCall, 'id' | 'receivedAt' | 'body'>,
): Promise<RecordedCall | null> {
  const { meta } = await db
    .prepare(
      `INSERT INTO trigger_calls (trigger_id, id, received_at, body) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET received_at = excluded.received_at WHERE status IS NULL AND received_at < ?`,
    )
    .bind(triggerId, id, receivedAt, body, receivedAt - DEAD_MS)
    .run()
  return meta.changes > 0 ? null : findCall(db, triggerId, id)
}

export async function findCall(db: D1Database, triggerId: string, id: string): Promise<RecordedCall | null> {
  const query = 'SELECT * FROM trigger_calls WHERE trigger_id = ? AND id = ?'
  const row = await db.prepare(query).bind(triggerId, id).first<Row>()
  return row && fromRow(row)
}

export async function recordAnswer(
  db: D1Database,
  triggerId: string,
  id: string,
  status: number,
  answer: unknown,
  now: number,
): Promise<void> {
  const oldest = `SELECT received_at FROM trigger_calls WHERE trigger_id = ?1 ORDER BY received_at DESC LIMIT 1 OFFSET ${KEPT}`
  await db.batch([
    db
      .prepare('UPDATE trigger_calls SET status = ?, answer = ? WHERE trigger_id = ? AND id = ?')
      .bind(status, JSON.stringify(answer), triggerId, id),
    db
      .prepare(`DELETE FROM trigger_calls WHERE trigger_id = ?1 AND received_at < ?2 AND received_at <= (${oldest})`)
      .bind(triggerId, now - REPEATABLE_MS),
  ])
}

/** It failed in a way that a repeat may mend. */
export async function releaseCall(db: D1Database, triggerId: string, id: string): Promise<void> {
  await db.prepare('DELETE FROM trigger_calls WHERE trigger_id = ? AND id = ?').bind(triggerId, id).run()
}

/** Newest first. */
export async function lastCalls(db: D1Database, triggerId: string): Promise<readonly RecordedCall[]> {
  const { results } = await db
    .prepare('SELECT * FROM trigger_calls WHERE trigger_id = ? ORDER BY received_at DESC LIMIT ?')
    .bind(triggerId, KEPT)
    .all<Row>()
  return results.map(fromRow)
}
