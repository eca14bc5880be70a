/**
 * What one webhook endpoint is still to be told, on any SQLite. The queue between the house and here may repeat and reorder,
 * so each eUICC has a lane: an event leaves when all changes before it are known and the event before it was taken.
 */
import { first, type Sql } from '../euicc/sql.ts'
import type { TenantEvent } from './event.ts'

/** A change of a subject, with those of its events that the endpoint wants. */
export interface Step {
  readonly subject: string
  readonly sequence: number
  /** Numbers of this subject have no gaps: one that is missing is still on its way. */
  readonly isNumbered: boolean
  readonly events: readonly TenantEvent[]
}

export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface Delivery {
  readonly event: TenantEvent
  readonly state: DeliveryState
  /** Tries so far. */
  readonly attempts: number
  /** Milliseconds since the epoch; null when nothing is tried any more. */
  readonly nextAt: number | null
  /** What came of the last try: an HTTP status, or why there is none. */
  readonly lastAnswer: string | null
  readonly changedAt: number
}

/** What a try came to. */
export type Outcome =
  | { readonly kind: 'taken'; readonly answer: string }
  /** `waitMs`: how long the receiver asks to be left alone. */
  | { readonly kind: 'failed'; readonly answer: string; readonly waitMs?: number }
  /** It never wants to hear of us again (410). */
  | { readonly kind: 'gone'; readonly answer: string }

interface Row {
  id: string
  subject: string
  event: string
  state: DeliveryState | 'early'
  attempts: number
  next_at: number
  last_answer: string | null
  changed_at: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Pauses between tries: eleven tries over three days. */
export const RETRY_PAUSES_MS = [
  5 * SECOND,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  18 * HOUR,
  22 * HOUR,
] as const
/** An endpoint that has taken nothing for so long is disabled. */
export const DISABLED_AFTER_MS = 3 * DAY
/** A subject new to this endpoint: its first changes may overtake each other by so much. */
const SETTLING_MS = 3 * SECOND
/** A change that is missing for so long was given up by the queue. */
const MISSING_MS = 10 * MINUTE
const LONGEST_WAIT_MS = DAY
/** Deliveries that have ended, kept to be looked at and repeated. */
const ENDED_KEPT = 5000

const TABLES = [
  // next: the number that may leave next; NULL while the lane settles. since: of settling, or of waiting for a number.
  'CREATE TABLE IF NOT EXISTS lane (subject TEXT PRIMARY KEY, next INTEGER, since INTEGER NOT NULL) WITHOUT ROWID',
  // Numbers that came, not yet let through.
  'CREATE TABLE IF NOT EXISTS step (subject TEXT, sequence INTEGER, PRIMARY KEY (subject, sequence)) WITHOUT ROWID',
  `CREATE TABLE IF NOT EXISTS delivery (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, subject TEXT NOT NULL,
    sequence INTEGER NOT NULL, event TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL,
    last_answer TEXT, changed_at INTEGER NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS delivery_by_lane ON delivery (subject, state, sequence, position)',
  'CREATE INDEX IF NOT EXISTS delivery_by_time ON delivery (state, next_at)',
  'CREATE TABLE IF NOT EXISTS health (failing_since INTEGER, paused_until INTEGER NOT NULL)',
]

export class DeliveryQueue {
  readonly #sql: Sql
  readonly #now: () => number
  /** From 0 up to 1. */
  readonly #random: () => number

  constructor(sql: Sql, now: () => number, random: () => number) {
    this.#sql = sql
    this.#now = now
    this.#random = random
    for (const statement of TABLES) sql.run(statement)
    if (!first(sql, 'SELECT 1 FROM health')) sql.run('INSERT INTO health VALUES (NULL, 0)')
  }

  /** Takes changes in; what was taken before is left as it is. */
  accept(steps: readonly Step[]): void {
    this.#sql.transaction(() => {
      for (const step of steps) this.#acceptOne(step)
      for (const subject of new Set(steps.map((step) => step.subject))) this.#letThrough(subject)
    })
  }

  #acceptOne({ subject, sequence, isNumbered, events }: Step): void {
    const now = this.#now()
    let isEarly = false
    if (isNumbered) {
      this.#sql.run('INSERT OR IGNORE INTO lane VALUES (?, NULL, ?)', subject, now)
      const next = this.#lane(subject)?.next ?? null
      isEarly = next === null || sequence >= next
      if (isEarly) this.#sql.run('INSERT OR IGNORE INTO step VALUES (?, ?)', subject, sequence)
    }
    // A number that nobody waits for any more is a repeat, or one that was given up: late is better than never.
    for (const event of events) this.#insert(event, isEarly ? 'early' : 'waiting')
  }

  #insert(event: TenantEvent, state: Row['state']): void {
    const { id, subject, sequence } = event
    const now = this.#now()
    const query = `INSERT OR IGNORE INTO delivery (id, subject, sequence, event, state, attempts, next_at, changed_at)
      VALUES (?, ?, ?, ?, ?, 0, ?, ?)`
    const nextAt = this.#freeAt(subject)
    this.#sql.run(query, id, subject, sequence, JSON.stringify(event), state, nextAt, now)
  }

  /** An event behind one that is tried again later is not due before that. */
  #freeAt(subject: string): number {
    const query = `SELECT max(next_at) AS at FROM delivery WHERE subject = ? AND state = 'waiting'`
    return Math.max(first<{ at: number | null }>(this.#sql, query, subject)?.at ?? 0, this.#now())
  }

  #lane(subject: string) {
    return first<{ next: number | null; since: number }>(
      this.#sql,
      'SELECT next, since FROM lane WHERE subject = ?',
      subject,
    )
  }

  /** Lets through what has all its predecessors, or has waited for them long enough. */
  #letThrough(subject: string): void {
    const lane = this.#lane(subject)
    if (!lane) return
    const now = this.#now()
    const numbers = this.#sql
      .all<{ sequence: number }>('SELECT sequence FROM step WHERE subject = ? ORDER BY sequence', subject)
      .map(({ sequence }) => sequence)
    const lowest = numbers[0]
    if (lowest === undefined) return
    const hasWaited = lane.since > 0 && now - lane.since >= (lane.next === null ? SETTLING_MS : MISSING_MS)
    const from = hasWaited ? lowest : lane.next
    if (from === null || lowest !== from) {
      if (lane.next !== null && lane.since === 0) this.#setLane(subject, lane.next, now)
      return
    }
    let next = from
    for (const number of numbers) if (number === next) next++
    this.#sql.run(
      `UPDATE delivery SET state = 'waiting', next_at = ? WHERE subject = ? AND state = 'early' AND sequence < ?`,
      this.#freeAt(subject),
      subject,
      next,
    )
    this.#sql.run('DELETE FROM step WHERE subject = ? AND sequence < ?', subject, next)
    // What is left waits for a number from now on.
    this.#setLane(subject, next, numbers.at(-1) === next - 1 ? 0 : now)
  }

  #setLane(subject: string, next: number, since: number): void {
    this.#sql.run('UPDATE lane SET next = ?, since = ? WHERE subject = ?', next, since, subject)
  }

  /** Lets time take effect on the lanes, and gives what is to be sent now: of each subject the first. */
  due(limit: number): TenantEvent[] {
    const now = this.#now()
    if (this.health().pausedUntil > now) return []
    this.#sql.transaction(() => {
      const late = this.#sql.all<{ subject: string }>('SELECT DISTINCT subject FROM step')
      for (const { subject } of late) this.#letThrough(subject)
    })
    const query = `SELECT event FROM delivery AS d WHERE state = 'waiting' AND next_at <= ? AND NOT EXISTS (
        SELECT 1 FROM delivery AS before WHERE before.subject = d.subject AND before.state = 'waiting'
          AND (before.sequence, before.position) < (d.sequence, d.position))
      ORDER BY next_at LIMIT ?`
    return this.#sql
      .all<{ event: string }>(query, now, limit)
      .map(({ event }) => JSON.parse(event) as TenantEvent)
  }

  /** Remembers what a try came to. Gives why the endpoint is not to be used any more, or null. */
  settle(id: string, outcome: Outcome): string | null {
    return this.#sql.transaction(() => {
      const row = first<Row>(this.#sql, `SELECT * FROM delivery WHERE id = ? AND state = 'waiting'`, id)
      if (!row) return null
      return outcome.kind === 'taken' ? this.#taken(row, outcome.answer) : this.#failed(row, outcome)
    })
  }

  #taken(row: Row, answer: string): null {
    this.#end(row, 'delivered', answer)
    this.#sql.run('UPDATE health SET failing_since = NULL')
    return null
  }

  #failed(row: Row, outcome: Exclude<Outcome, { kind: 'taken' }>): string | null {
    const now = this.#now()
    this.#sql.run('UPDATE health SET failing_since = coalesce(failing_since, ?)', now)
    if (outcome.kind === 'gone') return `the receiver answered ${outcome.answer}`
    const pause = RETRY_PAUSES_MS[row.attempts]
    if (pause === undefined) this.#end(row, 'dead', outcome.answer)
    else {
      // Up to a fifth more, so that what failed together does not come again together.
      const nextAt = now + Math.round(pause * (1 + this.#random() / 5))
      const query =
        'UPDATE delivery SET attempts = attempts + 1, last_answer = ?, changed_at = ? WHERE id = ?'
      this.#sql.run(query, outcome.answer, now, row.id)
      this.#sql.run(
        `UPDATE delivery SET next_at = max(next_at, ?) WHERE subject = ? AND state = 'waiting'`,
        nextAt,
        row.subject,
      )
    }
    if (outcome.waitMs !== undefined) {
      const until = now + Math.min(outcome.waitMs, LONGEST_WAIT_MS)
      this.#sql.run('UPDATE health SET paused_until = max(paused_until, ?)', until)
    }
    const failingFor = now - (this.health().failingSince ?? now)
    return failingFor >= DISABLED_AFTER_MS ? `nothing was taken for three days: ${outcome.answer}` : null
  }

  #end({ id }: Row, state: DeliveryState, answer: string): void {
    const query =
      'UPDATE delivery SET state = ?, attempts = attempts + 1, last_answer = ?, changed_at = ? WHERE id = ?'
    this.#sql.run(query, state, answer, this.#now(), id)
    this.#sql.run(
      `DELETE FROM delivery WHERE state = 'delivered' AND position <= (SELECT max(position) FROM delivery) - ?`,
      ENDED_KEPT,
    )
  }

  /** The endpoint is not used any more: what was waiting is listed as dead, and may be sent again once it is. */
  giveUp(reason: string): void {
    this.#sql.transaction(() => {
      const query = `UPDATE delivery SET state = 'dead', last_answer = ?, changed_at = ? WHERE state IN ('waiting', 'early')`
      this.#sql.run(query, reason, this.#now())
      this.#sql.run('DELETE FROM step')
      this.#sql.run('DELETE FROM lane')
      this.#sql.run('UPDATE health SET failing_since = NULL, paused_until = 0')
    })
  }

  /** Sends one again that has ended, or at once one that waits for its next try. False when there is none. */
  redeliver(id: string): boolean {
    const found = first(this.#sql, `SELECT 1 FROM delivery WHERE id = ? AND state != 'early'`, id)
    if (!found) return false
    const now = this.#now()
    const query = `UPDATE delivery SET state = 'waiting', attempts = 0, next_at = ?, changed_at = ? WHERE id = ?`
    this.#sql.run(query, now, now, id)
    return true
  }

  /** Sends events as they are, also those that were sent before: for a replay. */
  replay(events: readonly TenantEvent[]): void {
    this.#sql.transaction(() => {
      for (const event of events) if (!this.redeliver(event.id)) this.#insert(event, 'waiting')
    })
  }

  /** Newest first; `before` is the position of the last one that was seen. */
  list(state: DeliveryState | undefined, limit: number, before: number | null) {
    const query = `SELECT * FROM delivery WHERE position < ? AND state != 'early' AND (?2 IS NULL OR state = ?2)
      ORDER BY position DESC LIMIT ?`
    return this.#sql
      .all<Row & { position: number }>(query, before ?? Number.MAX_SAFE_INTEGER, state ?? null, limit)
      .map((row) => ({ position: row.position, delivery: toDelivery(row) }))
  }

  health(): { readonly failingSince: number | null; readonly pausedUntil: number } {
    const row = first<{ failing_since: number | null; paused_until: number }>(
      this.#sql,
      'SELECT * FROM health',
    )
    return { failingSince: row?.failing_since ?? null, pausedUntil: row?.paused_until ?? 0 }
  }

  counts(): Readonly<Record<DeliveryState, number>> {
    const rows = this.#sql.all<{ state: DeliveryState; n: number }>(
      'SELECT state, count(*) AS n FROM delivery GROUP BY state',
    )
    return {
      waiting: 0,
      delivered: 0,
      dead: 0,
      ...Object.fromEntries(
        rows.filter(({ state }) => DELIVERY_STATES.includes(state)).map(({ state, n }) => [state, n]),
      ),
    }
  }

  /** When there is something to do next, milliseconds since the epoch; null: nothing waits. */
  nextWork(): number | null {
    const instants = [
      first<{ at: number | null }>(
        this.#sql,
        `SELECT min(next_at) AS at FROM delivery WHERE state = 'waiting'`,
      )?.at,
      first<{ at: number | null }>(
        this.#sql,
        `SELECT min(since + iif(next IS NULL, ${SETTLING_MS}, ${MISSING_MS})) AS at FROM lane
          WHERE since > 0 AND EXISTS (SELECT 1 FROM step WHERE step.subject = lane.subject)`,
      )?.at,
    ].filter((at) => typeof at === 'number')
    if (instants.length === 0) return null
    return Math.max(Math.min(...instants), this.health().pausedUntil)
  }
}

function toDelivery({ event, state, attempts, next_at, last_answer, changed_at }: Row): Delivery {
  return {
    event: JSON.parse(event) as TenantEvent,
    state: state === 'early' ? 'waiting' : state,
    attempts,
    nextAt: state === 'waiting' ? next_at : null,
    lastAnswer: last_answer,
    changedAt: changed_at,
  }
}
