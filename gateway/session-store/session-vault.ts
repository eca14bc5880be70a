/**
 * Where sealed sessions survive a restart, and where another worker or node finds them. A vault knows names, sealed
 * octets and how far sessions have read. Each claim gives a session a new generation; whoever saves under an older one
 * learns that it is not the owner any more, so no two owners can both reserve sequence numbers.
 */
import type { ReadProgress } from '../dtls/index.ts'

/** Under which a new session lies. */
export const FIRST_GENERATION = 1

interface NamedSave {
  /** Of the Connection ID: 32 hexadecimal digits that tell nobody which it is. */
  readonly name: string
  /** Milliseconds since 1970; forgotten after that. */
  readonly expiresAt: number
}

/** All of a session; takes the place of what lay there, progress included. */
export interface StateSave extends NamedSave {
  readonly kind: 'state'
  /** From the save or claim before; null for a new session. */
  readonly generation: number | null
  readonly sealed: Uint8Array
}

/**
 * What has been read since the state was sealed: most saves are no more. In the clear, because records on the wire show
 * the same numbers, and whoever can write to a vault could put back an older sealed state just as well.
 */
export interface ProgressSave extends NamedSave {
  readonly kind: 'progress'
  readonly generation: number
  readonly progress: ReadProgress
}

export type SessionSave = StateSave | ProgressSave

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly generation: number }
  /** Another owner has claimed it since. */
  | { readonly kind: 'fenced' }

export type Claim =
  | {
      readonly kind: 'claimed'
      readonly generation: number
      readonly sealed: Uint8Array
      /** Later than what is sealed; null when nothing was read since. */
      readonly progress: ReadProgress | null
    }
  | { readonly kind: 'unknown' }

export interface SessionVault {
  /** Resolves when all of it is durable; outcomes in the order of the sessions. Rejects when nothing is known to be. */
  save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]>
  claim(name: string): Promise<Claim>
  /** What was claimed by others meanwhile stays. */
  remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void>
  close(): Promise<void>
}
