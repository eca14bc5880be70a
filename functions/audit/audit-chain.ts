/** The audit log of one tenant, on any SQLite: entries are added, read and checked, and nothing here can change one. */
import { first, type Sql } from '../euicc/sql.ts'
import { BEGINNING, checkLine, type Link, writeLine } from './chain-line.ts'
import type { ChainedEntry, NamedEntry } from './entry.ts'

export interface AuditQuery {
  readonly limit: number
  /** Entries before this one; null for the newest. */
  readonly before: number | null
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly target?: string | undefined
}

/** Entries as lines of text, each ended by a line feed. */
export interface Lines {
  readonly text: string
  readonly count: number
  /** Sequence of the last of them. */
  readonly last: number
}

export interface Verdict {
  readonly valid: boolean
  /** The last entry that was found right. */
  readonly checked: Link
  readonly head: Link
  /** True: no entry is left to check. */
  readonly isDone: boolean
  /** Where the chain is first wrong, and how. */
  readonly broken?: { readonly at: number; readonly why: string }
}

/** The text alone is stored; all that is searched comes out of it, so nothing can say otherwise than what was hashed. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS entry (
    sequence INTEGER PRIMARY KEY,
    line TEXT NOT NULL,
    id TEXT AS (line ->> '$.id'),
    actor TEXT AS (line ->> '$.actor.id'),
    action TEXT AS (line ->> '$.action'),
    target TEXT AS (line ->> '$.target')
  )`,
  'CREATE UNIQUE INDEX IF NOT EXISTS entry_by_id ON entry (id)',
  'CREATE INDEX IF NOT EXISTS entry_by_actor ON entry (actor, sequence)',
  'CREATE INDEX IF NOT EXISTS entry_by_action ON entry (action, sequence)',
  'CREATE INDEX IF NOT EXISTS entry_by_target ON entry (target, sequence)',
  // One row: what the next entry continues. Apart from the entries, so that the loss of the last ones shows.
  'CREATE TABLE IF NOT EXISTS head (sequence INTEGER NOT NULL, hash TEXT NOT NULL)',
]

/** What finds least comes first: its index is used. */
const FILTERS = ['target', 'actor', 'action'] as const

const ROWS_AT_ONCE = 100
/** Characters that one call gives, and not many more. */
const MOST_TEXT = 1024 * 1024

interface Row {
  readonly sequence: number
  readonly line: string
}

export class AuditChain {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
    for (const statement of TABLES) sql.run(statement)
    if (!first(sql, 'SELECT 1 FROM head')) {
      sql.run('INSERT INTO head VALUES (?, ?)', BEGINNING.sequence, BEGINNING.hash)
    }
  }

  head(): Link {
    return first<Link>(this.#sql, 'SELECT sequence, hash FROM head') ?? BEGINNING
  }

  /** In this order. Entries that are here already are left as they are. */
  append(entries: readonly NamedEntry[]): void {
    this.#sql.transaction(() => {
      const before = this.head()
      let head = before
      for (const entry of entries) {
        if (first(this.#sql, 'SELECT 1 FROM entry WHERE id = ?', entry.id)) continue
        const { line, link } = writeLine(head, entry)
        this.#sql.run('INSERT INTO entry (sequence, line) VALUES (?, ?)', link.sequence, line)
        head = link
      }
      if (head !== before) this.#sql.run('UPDATE head SET sequence = ?, hash = ?', head.sequence, head.hash)
    })
  }

  /** Newest first. */
  list({ limit, before, ...filter }: AuditQuery): readonly ChainedEntry[] {
    const wanted = FILTERS.flatMap((column) => {
      const value = filter[column]
      return value === undefined ? [] : [{ column, value }]
    })
    const index = wanted[0] ? `INDEXED BY entry_by_${wanted[0].column}` : ''
    const conditions = ['sequence < ?', ...wanted.map(({ column }) => `${column} = ?`)].join(' AND ')
    const query = `SELECT line FROM entry ${index} WHERE ${conditions} ORDER BY sequence DESC LIMIT ?`
    const bindings = [before ?? Number.MAX_SAFE_INTEGER, ...wanted.map(({ value }) => value), limit]
    return this.#sql.all<Row>(query, ...bindings).map(({ line }) => JSON.parse(line) as ChainedEntry)
  }

  /** Oldest first, `most` at most. */
  lines(after: number, most: number): Lines {
    let [text, count, last] = ['', 0, after]
    while (count < most && text.length < MOST_TEXT) {
      const rows = this.#rows(last, Math.min(ROWS_AT_ONCE, most - count))
      for (const { line } of rows) text += `${line}\n`
      count += rows.length
      last = rows.at(-1)?.sequence ?? last
      if (rows.length === 0) break
    }
    return { text, count, last }
  }

  /** Checks `most` entries that follow `from`, which the caller has found right before. */
  verify(from: Link, most: number): Verdict {
    const head = this.head()
    let checked = from
    const broken = (at: number, why: string): Verdict => ({
      valid: false,
      checked,
      head,
      isDone: true,
      broken: { at, why },
    })
    for (let left = most; left > 0; left -= ROWS_AT_ONCE) {
      const wanted = Math.min(ROWS_AT_ONCE, left)
      const rows = this.#rows(checked.sequence, wanted)
      for (const { sequence, line } of rows) {
        const expected = checked.sequence + 1
        if (sequence !== expected) return broken(expected, 'it is missing')
        const result = checkLine(line, checked)
        if (!result.ok) return broken(expected, result.why)
        checked = result.link
      }
      if (rows.length === wanted) continue
      if (checked.sequence === head.sequence && checked.hash === head.hash) {
        return { valid: true, checked, head, isDone: true }
      }
      const at = Math.min(checked.sequence, head.sequence) + 1
      return broken(at, checked.sequence < head.sequence ? 'it is missing' : 'it is not where the log ends')
    }
    return { valid: true, checked, head, isDone: false }
  }

  #rows(after: number, limit: number): readonly Row[] {
    const query = 'SELECT sequence, line FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?'
    return this.#sql.all<Row>(query, after, limit)
  }
}
