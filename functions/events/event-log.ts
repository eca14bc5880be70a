/** The log of all events, in the order in which they became known: what is read from it once is never inserted before. */
import { cloudEvent, type EventType, type TenantEvent } from './event.ts'

const KEPT_MS = 30 * 86_400_000
/** Rows forgotten by one statement. */
const FORGOTTEN_AT_ONCE = 10_000

interface Row {
  position: number
  tenant: string
  id: string
  type: EventType
  subject: string
  sequence: number
  at: number
  data: string
}

export interface EventQuery {
  /** Of the last event that is known already; 0 for all there are. */
  readonly after: number
  /** Given: the newest come first, those before this position. */
  readonly before?: number | undefined
  readonly limit: number
  readonly type?: string | undefined
  readonly subject?: string | undefined
  /** Milliseconds since the epoch. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** What was told before is left as it is. */
export async function writeEvents(db: D1Database, events: readonly TenantEvent[]): Promise<void> {
  if (events.length === 0) return
  const query = `INSERT OR IGNORE INTO events (tenant, id, type, subject, sequence, at, data)
    SELECT value ->> 'tenant', value ->> 'id', value ->> 'type', value ->> 'subject', value ->> 'sequence', value ->> 'at',
      value -> 'data'
    FROM json_each(?) ORDER BY value ->> 'subject', value ->> 'sequence'`
  await db.prepare(query).bind(JSON.stringify(events)).run()
}

export async function readEvents(
  db: D1Database,
  tenant: string,
  { after, before, limit, type, subject, from, to }: EventQuery,
): Promise<readonly { readonly position: number; readonly event: TenantEvent }[]> {
  const query = `SELECT * FROM events WHERE tenant = ?1 AND position > ?2 AND position < ?8 AND (?3 IS NULL OR type GLOB ?3)
    AND (?4 IS NULL OR subject = ?4) AND at >= ?5 AND at < ?6
    ORDER BY position ${before === undefined ? 'ASC' : 'DESC'} LIMIT ?7`
  const { results } = await db
    .prepare(query)
    .bind(
      tenant,
      after,
      type ?? null,
      subject ?? null,
      from ?? 0,
      to ?? Number.MAX_SAFE_INTEGER,
      limit,
      before ?? Number.MAX_SAFE_INTEGER,
    )
    .all<Row>()
  return results.map(({ position, data, ...row }) => ({
    position,
    event: { ...row, data: JSON.parse(data) as TenantEvent['data'] },
  }))
}

/** As the feed shows one. */
export function shown({ position, event }: { readonly position: number; readonly event: TenantEvent }) {
  return { ...cloudEvent(event), position }
}

/** Gives how many were forgotten. */
export async function forgetOldEvents(db: D1Database, now: number): Promise<number> {
  let forgotten = 0
  for (;;) {
    const { meta } = await db
      .prepare('DELETE FROM events WHERE position IN (SELECT position FROM events WHERE at < ? LIMIT ?)')
      .bind(now - KEPT_MS, FORGOTTEN_AT_ONCE)
      .run()
    forgotten += meta.changes
    if (meta.changes < FORGOTTEN_AT_ONCE) return forgotten
  }
}
