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
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS session (
    name TEXT PRIMARY KEY, generation INTEGER NOT NULL, sealed TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  'CREATE INDEX IF NOT EXISTS session_expiry ON session (expires_at)',
  'CREATE TABLE IF NOT EXISTS token (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID',
]
/** Groups made before progress was saved apart do not. */
const HAS_PROGRESS = "SELECT 1 FROM pragma_table_info('session') WHERE name = 'progress'"
const SWEPT_AT_ONCE = 5000

export class SessionGroup {
  readonly #sql: Sql
  readonly #now: () => number

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql
    this.#now = now
    for (const statement of TABLES) sql.run(statement)
    if (!first(sql, HAS_PROGRESS)) sql.run('ALTER TABLE session ADD COLUMN progress TEXT')
  }

  /** Null when the token was used before: an old save again would set a session's numbers back. */
  save(token: UsedToken, sessions: Sessions): Outcomes | null {
    return this.#once(token, () => sessions.map((session) => this.#saveOne(session)))
  }

  claim(token: UsedToken, name: string): ClaimAnswer | null {
    return this.#once(token, (): ClaimAnswer => {
      const query =
        'UPDATE session SET generation = generation + 1 WHERE name = ? AND expires_at > ? RETURNING *'
      const row = first<Row>(this.#sql, query, name, this.#now())
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

  #saveOne(session: Sessions[number]): Outcomes[number] {
    const { name, generation, expiresAt } = session
    const known = first<Row>(this.#sql, 'SELECT * FROM session WHERE name = ?', name)
    if (known ? known.generation !== generation : generation !== null) return { kind: 'fenced' }
    if (session.kind === 'state') {
      const insert =
        'INSERT OR REPLACE INTO session (name, generation, sealed, expires_at) VALUES (?, ?, ?, ?)'
      this.#sql.run(insert, name, generation ?? 1, session.sealed, expiresAt)
    } else {
      const update = 'UPDATE session SET progress = ?, expires_at = ? WHERE name = ?'
      this.#sql.run(update, JSON.stringify(session.progress), expiresAt, name)
    }
    return { kind: 'saved', generation: generation ?? 1 }
  }
}
