/**
 * Where sealed sessions survive a restart, and where another worker or node finds them. A vault knows names and octets
 * only. Each claim gives a session a new generation; whoever saves under an older one learns that it is not the owner
 * any more, so no two owners can both reserve sequence numbers.
 */

export interface SealedSession {
  /** Of the Connection ID: 32 hexadecimal digits that tell nobody which it is. */
  readonly name: string
  /** From the save or claim before; null for a new session. */
  readonly generation: number | null
  readonly sealed: Uint8Array
  /** Milliseconds since 1970; forgotten after that. */
  readonly expiresAt: number
}

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly generation: number }
  /** Another owner has claimed it since. */
  | { readonly kind: 'fenced' }

export type Claim =
  | { readonly kind: 'claimed'; readonly generation: number; readonly sealed: Uint8Array }
  | { readonly kind: 'unknown' }

export interface SessionVault {
  /** Resolves when all of it is durable; outcomes in the order of the sessions. Rejects when nothing is known to be. */
  save(sessions: readonly SealedSession[]): Promise<readonly SaveOutcome[]>
  claim(name: string): Promise<Claim>
  /** What was claimed by others meanwhile stays. */
  remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void>
  close(): Promise<void>
}
