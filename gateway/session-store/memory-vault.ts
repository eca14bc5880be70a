/** A vault that lasts as long as its process: sessions survive a worker, not a restart. */
import type { Claim, SaveOutcome, SealedSession, SessionVault } from './session-vault.ts'

interface Kept {
  generation: number
  sealed: Uint8Array
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

  async save(sessions: readonly SealedSession[]): Promise<readonly SaveOutcome[]> {
    return sessions.map(({ name, generation, sealed, expiresAt }) => {
      const kept = this.#kept.get(name)
      if (kept ? kept.generation !== generation : generation !== null) return { kind: 'fenced' }
      this.#kept.set(name, { generation: generation ?? 1, sealed, expiresAt })
      return { kind: 'saved', generation: generation ?? 1 }
    })
  }

  async claim(name: string): Promise<Claim> {
    const kept = this.#kept.get(name)
    if (!kept) return { kind: 'unknown' }
    if (kept.expiresAt <= this.#now()) {
      this.#kept.delete(name)
      return { kind: 'unknown' }
    }
    kept.generation++
    return { kind: 'claimed', generation: kept.generation, sealed: kept.sealed }
  }

  async remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void> {
    for (const { name, generation } of sessions) {
      if (this.#kept.get(name)?.generation === generation) this.#kept.delete(name)
    }
  }

  async close(): Promise<void> {}
}
