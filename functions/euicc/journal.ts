/** What is written down beside the state itself: timeline for people, outbox for other objects, trace for debugging, contacts for prediction. */
import type { Json } from '../../shared/asn1/index.ts'
import type { Change } from './change.ts'
import type { Transport } from './euicc-interface.ts'
import { first, type Sql } from './sql.ts'

const TIMELINE_LENGTH = 1000
const TRACE_LENGTH = 64
/** A single exchange is cut to this many octets in the trace; evidence and notifications keep theirs whole. */
const TRACE_OCTETS = 16_384

/** One line of the timeline; `event` is a lower-case verb phrase as in the events and logs. */
export function note(sql: Sql, now: number, event: string, detail: Json): void {
  sql.run('INSERT INTO timeline (at, event, detail) VALUES (?, ?, ?)', now, event, JSON.stringify(detail))
  sql.run('DELETE FROM timeline WHERE id <= (SELECT MAX(id) FROM timeline) - ?', TIMELINE_LENGTH)
}

type WithoutSequence<C> = C extends Change ? Omit<C, 'sequence'> : never
export type NewChange = WithoutSequence<Change>

/** Queues a change for the outside in the transaction that makes it: it is sent after the commit, at least once. */
export function announce(sql: Sql, change: NewChange): void {
  sql.run('INSERT INTO outbox (body) VALUES (?)', JSON.stringify(change))
}

export function readOutbox(sql: Sql, limit: number): Change[] {
  return sql
    .all<{ sequence: number; body: string }>(
      'SELECT sequence, body FROM outbox ORDER BY sequence LIMIT ?',
      limit,
    )
    .map((row) => ({ ...(JSON.parse(row.body) as Change), sequence: row.sequence }))
}

export function clearOutbox(sql: Sql, upTo: number): void {
  sql.run('DELETE FROM outbox WHERE sequence <= ?', upTo)
}

export interface Exchange {
  readonly at: number
  readonly function: string
  readonly transport: Transport
  readonly request: Uint8Array
  /** Null when the function has no answer. */
  readonly response: Uint8Array | null
}

export function writeTrace(sql: Sql, exchanges: readonly Exchange[]): void {
  for (const { at, function: name, transport, request, response } of exchanges) {
    sql.run(
      'INSERT INTO trace (at, function, transport, request, response) VALUES (?, ?, ?, ?, ?)',
      at,
      name,
      JSON.stringify(transport),
      request.subarray(0, TRACE_OCTETS),
      response?.subarray(0, TRACE_OCTETS) ?? null,
    )
  }
  sql.run('DELETE FROM trace WHERE id <= (SELECT MAX(id) FROM trace) - ?', TRACE_LENGTH)
}

const CONTACTS = 32
/** Contacts closer together than this belong to one wake-up. */
const CONTACT_GAP_MS = 5 * 60_000

/** Whether `now` is a wake-up of its own, worth a row. */
export function isNewContact(sql: Sql, now: number): boolean {
  const last = lastContact(sql)
  return last === null || now - last >= CONTACT_GAP_MS
}

/** From when on a contact is a wake-up of its own again. */
export function nextContactDue(sql: Sql): number {
  return (lastContact(sql) ?? 0) + CONTACT_GAP_MS
}

/** Remembers a contact, at most one a wake-up. Returns whether anything was written. */
export function noteContact(sql: Sql, now: number): boolean {
  if (!isNewContact(sql, now)) return false
  sql.run('INSERT OR IGNORE INTO contact VALUES (?)', now)
  sql.run('DELETE FROM contact WHERE at NOT IN (SELECT at FROM contact ORDER BY at DESC LIMIT ?)', CONTACTS)
  return true
}

export function lastContact(sql: Sql): number | null {
  return first<{ at: number | null }>(sql, 'SELECT MAX(at) AS at FROM contact')?.at ?? null
}

/**
 * When the device should be heard next: the last contact plus the median of the gaps so far, or plus the interval its
 * operator expects while there are fewer than three contacts. Null when nothing is known.
 */
export function predictNextContact(sql: Sql, expectedPollSeconds: number | null, now: number): number | null {
  const times = sql.all<{ at: number }>('SELECT at FROM contact ORDER BY at').map((row) => row.at)
  const last = times.at(-1)
  if (last === undefined) return null
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at))
  const interval =
    gaps.length >= 2 ? median(gaps) : expectedPollSeconds === null ? null : expectedPollSeconds * 1000
  if (interval === null) return null
  // A device that is late is expected at its next usual time, not in the past.
  const missed = Math.max(0, Math.ceil((now - last) / interval) - 1)
  return last + interval * (missed + 1)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
