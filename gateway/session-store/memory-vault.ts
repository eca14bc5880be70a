/** A vault that lasts as long as its process: sessions survive a worker, not a restart. */
import type { ReadProgress } from '../dtls/index.ts'
import {
  type Claim,
  FIRST_GENERATION,
  type SaveOutcome,
  type SessionSave,
  type SessionVault,
} from './session-vault.ts'

interface Kept {
  generation: number
  sealed: Uint8Array
  progress: ReadProgress | null
  expiresAt: number
}

export class MemoryVault implements SessionVault {
  readonly #kept = new Map<string, Kept>()
  readonly #now: () => number

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  get size(): number {
    return this.#kept.size
  }

  async save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    return sessions.map((session) => this.#saveOne(session))
  }

  async claim(name: string): Promise<Claim> {
    const kept = this.#kept.get(name)
    if (!kept) return { kind: 'unknown' }
    if (kept.expiresAt <= this.#now()) {
      this.#kept.delete(name)
      return { kind: 'unknown' }
    }
    kept.generation++
    const { generation, sealed, progress } = kept
    return { kind: 'claimed', generation, sealed, progress }
  }

  async remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void> {
    for (const { name, generation } of sessions) {
      if (this.#kept.get(name)?.generation === generation) this.#kept.delete(name)
    }
  }

  async close(): Promise<void> {}

  #saveOne(session: SessionSave): SaveOutcome {
    const { name, generation, expiresAt } = session
    const kept = this.#kept.get(name)
    if (kept ? kept.generation !== generation : generation !== null) return { kind: 'fenced' }
    if (session.kind === 'state') {
      const { sealed } = session
      this.#kept.set(name, { generation: generation ?? FIRST_GENERATION, sealed, progress: null, expiresAt })
    } else if (kept) {
      kept.progress = session.progress
      kept.expiresAt = expiresAt
    }
    return { kind: 'saved', generation: generation ?? FIRST_GENERATION }
  }
}
