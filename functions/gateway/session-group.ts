/**
 * Sealed sessions of a gateway cluster, one group of them: over any SQLite. Each claim gives a session a new generation;
 * who saves under an older one is told so, and changes nothing.
 */
import type { ClaimAnswer, SaveAnswer, SaveRequest } from '../../shared/gateway/session-store-message.ts'
import { first, type Sql } from '../euicc/sql.ts'
import type { UsedToken } from '../transport/used-token.ts'

type Sessions = SaveRequest['sessions']
type Outcomes = SaveAnswer['sessions']

interface Row {
  generation: number
  sealed: string
  expires_at: number
  /** JSON; null when nothing was read since the state was sealed. */
  progress: string | null
  /** When the token of the last save or claim expires, milliseconds since 1970: the later, the later it was asked for. */
  token_expires_at: number
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS session (
    name TEXT PRIMARY KEY, generation INTEGER NOT NULL, sealed TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS session_expiry ON session (expires_at)',
  'CREATE TABLE IF NOT EXISTS token (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID',
]
/** Columns that groups made by an earlier version lack. */
const ADDED = { progress: 'TEXT', token_expires_at: 'INTEGER NOT NULL DEFAULT 0' }
const HAS_COLUMN = "SELECT 1 FROM pragma_table_info('session') WHERE name = ?"
const SWEPT_AT_ONCE = 5000

export class SessionGroup {
  readonly #sql: Sql
  readonly #now: () => number

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql
    this.#now = now
    for (const statement of TABLES) sql.run(statement)
    for (const [column, type] of Object.entries(ADDED)) {
      if (!first(sql, HAS_COLUMN, column)) sql.run(`ALTER TABLE session ADD COLUMN ${column} ${type}`)
    }
  }

  /**
   * Null when the token was used before: an old save again would set a session's numbers back.
   * @throws when the owner has saved one of them by a later call: this one was given up, and would set it back as well
   */
  save(token: UsedToken, sessions: Sessions): Outcomes | null {
    return this.#once(token, () => sessions.map((session) => this.#saveOne(token, session)))
  }

  claim(token: UsedToken, name: string): ClaimAnswer | null {
    return this.#once(token, (): ClaimAnswer => {
      const query = `UPDATE session SET generation = generation + 1, token_expires_at = ?
        WHERE name = ? AND expires_at > ? RETURNING *`
      const row = first<Row>(this.#sql, query, token.expiresAt, name, this.#now())
      if (!row) return { kind: 'unknown' }
      const progress = row.progress === null ? null : JSON.parse(row.progress)
      return { kind: 'claimed', generation: row.generation, sealed: row.sealed, progress }
    })
  }

  remove(token: UsedToken, sessions: readonly { name: string; generation: number }[]): true | null {
    return this.#once(token, () => {
      for (const { name, generation } of sessions) {
        this.#sql.run('DELETE FROM session WHERE name = ? AND generation = ?', name, generation)
      }
      return true as const
    })
  }

  /** Forgets what has expired, a part at a time; gives when to come again, milliseconds since the epoch. */
  sweep(): number | null {
    const now = this.#now()
    this.#sql.run('DELETE FROM token WHERE expires_at <= ?', now)
    this.#sql.run(
      'DELETE FROM session WHERE name IN (SELECT name FROM session WHERE expires_at <= ? LIMIT ?)',
      now,
      SWEPT_AT_ONCE,
    )
    const next = first<{ at: number | null }>(this.#sql, 'SELECT MIN(expires_at) AS at FROM session')
    return next?.at ?? null
  }

  #once<T>({ id, expiresAt }: UsedToken, action: () => T): T | null {
    return this.#sql.transaction(() => {
      if (first(this.#sql, 'SELECT 1 FROM token WHERE id = ?', id)) return null
      this.#sql.run('DELETE FROM token WHERE expires_at <= ?', this.#now())
      this.#sql.run('INSERT INTO token VALUES (?, ?)', id, expiresAt)
      return action()
    })
  }

  #saveOne(token: UsedToken, session: Sessions[number]): Outcomes[number] {
    const { name, generation, expiresAt } = session
    const known = first<Row>(this.#sql, 'SELECT * FROM session WHERE name = ?', name)
    if (known ? known.generation !== generation : generation !== null) return { kind: 'fenced' }
    // One owner's clock tells its calls apart, and it has one on its way at a time.
    if (known && known.token_expires_at > token.expiresAt)
      throw new Error('a later call has saved the session')
    if (session.kind === 'state') {
      const insert = `INSERT OR REPLACE INTO session (name, generation, sealed, expires_at, token_expires_at)
        VALUES (?, ?, ?, ?, ?)`
      this.#sql.run(insert, name, generation ?? 1, session.sealed, expiresAt, token.expiresAt)
    } else {
      const update = 'UPDATE session SET progress = ?, expires_at = ?, token_expires_at = ? WHERE name = ?'
      this.#sql.run(update, JSON.stringify(session.progress), expiresAt, token.expiresAt, name)
    }
    return { kind: 'saved', generation: generation ?? 1 }
  }
}
