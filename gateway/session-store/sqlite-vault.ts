/**
 * A vault in one SQLite file, for one node or for several on a host. FULL synchronisation: after a loss of power a state
 * that was told to be saved must be there, or sequence numbers would be used twice.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { ReadProgress } from '../dtls/index.ts'
import {
  type Claim,
  FIRST_GENERATION,
  type ProgressSave,
  type SaveOutcome,
  type SessionSave,
  type SessionVault,
  type StateSave,
} from './session-vault.ts'

/** Numbered steps: a step once released is never edited. */
const STEPS = [
  `CREATE TABLE session (
    name TEXT PRIMARY KEY, generation INTEGER NOT NULL, sealed BLOB NOT NULL, expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX session_expiry ON session (expires_at);`,
  `ALTER TABLE session ADD COLUMN read_edge INTEGER;
  ALTER TABLE session ADD COLUMN window_low INTEGER;
  ALTER TABLE session ADD COLUMN window_high INTEGER;
  ALTER TABLE session ADD COLUMN last_seen INTEGER;`,
]

const BUSY_MS = 5000
/** Milliseconds in which saves are gathered for one commit. */
const GATHER_MS = 2
const SWEEP_MS = 3_600_000
const SWEPT_AT_ONCE = 10_000

interface Row {
  generation: number
  sealed: Uint8Array
  expires_at: number
  /** Null, as the others, when nothing was read since the state was sealed. */
  read_edge: number | null
  window_low: number
  window_high: number
  last_seen: number
}

/** A call that waits for the next commit. */
interface Waiting {
  /** Inside the transaction; gives what to do once it is durable. */
  readonly work: () => () => void
  readonly reject: (error: unknown) => void
}

export class SqliteVault implements SessionVault {
  readonly #database: DatabaseSync
  readonly #now: () => number
  readonly #find: StatementSync
  readonly #writeState: StatementSync
  readonly #writeProgress: StatementSync
  readonly #claim: StatementSync
  readonly #delete: StatementSync
  readonly #sweep: StatementSync
  #waiting: Waiting[] = []
  #commit: NodeJS.Timeout | undefined
  #sweptAt = 0

  /** `now`: milliseconds since 1970. @throws when the file cannot be opened, or is of a later version */
  constructor(file: string, now: () => number = Date.now) {
    this.#now = now
    this.#database = new DatabaseSync(file)
    this.#database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    this.#database.exec('PRAGMA journal_mode = WAL')
    this.#database.exec('PRAGMA synchronous = FULL')
    migrate(this.#database)
    this.#find = this.#database.prepare('SELECT * FROM session WHERE name = ?')
    this.#writeState = this.#database.prepare(
      'INSERT OR REPLACE INTO session (name, generation, sealed, expires_at) VALUES (?, ?, ?, ?)',
    )
    this.#writeProgress = this.#database.prepare(
      `UPDATE session SET read_edge = ?, window_low = ?, window_high = ?, last_seen = ?, expires_at = ?
      WHERE name = ? AND generation = ?`,
    )
    this.#claim = this.#database.prepare(
      'UPDATE session SET generation = generation + 1 WHERE name = ? AND expires_at > ? RETURNING *',
    )
    this.#delete = this.#database.prepare('DELETE FROM session WHERE name = ? AND generation = ?')
    this.#sweep = this.#database.prepare(
      'DELETE FROM session WHERE name IN (SELECT name FROM session WHERE expires_at <= ? LIMIT ?)',
    )
  }

  /** Sessions kept, expired ones that are not swept yet included. */
  get size(): number {
    return Number(this.#database.prepare('SELECT COUNT(*) AS n FROM session').get()?.n)
  }

  save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    return this.#inNextCommit(() =>
      sessions.map((session) =>
        session.kind === 'state' ? this.#saveState(session) : this.#saveProgress(session),
      ),
    )
  }

  claim(name: string): Promise<Claim> {
    return this.#inNextCommit((): Claim => {
      const row = this.#claim.get(name, this.#now()) as unknown as Row | undefined
      if (!row) return { kind: 'unknown' }
      return {
        kind: 'claimed',
        generation: row.generation,
        sealed: row.sealed,
        progress: progressOf(row),
      }
    })
  }

  remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void> {
    return this.#inNextCommit(() => {
      for (const { name, generation } of sessions) this.#delete.run(name, generation)
    })
  }

  async close(): Promise<void> {
    this.#commitWaiting()
    this.#database.close()
  }

  #inNextCommit<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const workAndTell = () => {
        const result = work()
        return () => resolve(result)
      }
      this.#waiting.push({ work: workAndTell, reject })
      this.#commit ??= setTimeout(() => this.#commitWaiting(), GATHER_MS)
    })
  }

  #commitWaiting(): void {
    clearTimeout(this.#commit)
    this.#commit = undefined
    const waiting = this.#waiting
    this.#waiting = []
    if (waiting.length === 0) return
    try {
      for (const tell of this.#transaction(() => waiting.map(({ work }) => work()))) tell()
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
    this.#sweepExpired()
  }

  #saveState({ name, generation, sealed, expiresAt }: StateSave): SaveOutcome {
    const row = this.#find.get(name) as unknown as Row | undefined
    if (row ? row.generation !== generation : generation !== null) return { kind: 'fenced' }
    this.#writeState.run(name, generation ?? FIRST_GENERATION, sealed, expiresAt)
    return { kind: 'saved', generation: generation ?? FIRST_GENERATION }
  }

  #saveProgress({ name, generation, progress, expiresAt }: ProgressSave): SaveOutcome {
    const { readEdge, windowLow, windowHigh, lastSeen } = progress
    const { changes } = this.#writeProgress.run(
      readEdge,
      windowLow,
      windowHigh,
      lastSeen,
      expiresAt,
      name,
      generation,
    )
    return changes === 0 ? { kind: 'fenced' } : { kind: 'saved', generation }
  }

  #sweepExpired(): void {
    const now = this.#now()
    if (now < this.#sweptAt + SWEEP_MS) return
    try {
      const { changes } = this.#sweep.run(now, SWEPT_AT_ONCE)
      if (Number(changes) < SWEPT_AT_ONCE) this.#sweptAt = now
    } catch {
      // Nobody waits for it, and nothing expired is given out: a full disk must not end the gateway.
      this.#sweptAt = now
    }
  }

  #transaction<T>(action: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = action()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

function progressOf(row: Row): ReadProgress | null {
  if (row.read_edge === null) return null
  return {
    readEdge: row.read_edge,
    windowLow: row.window_low,
    windowHigh: row.window_high,
    lastSeen: row.last_seen,
  }
}

function migrate(database: DatabaseSync): void {
  // Several processes may open the file at once: one of them takes the steps.
  database.exec('BEGIN IMMEDIATE')
  try {
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version)
    if (found > STEPS.length) {
      throw new Error('the session file was written by a later version of the gateway')
    }
    for (const step of STEPS.slice(found)) database.exec(step)
    database.exec(`PRAGMA user_version = ${STEPS.length}; COMMIT`)
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
