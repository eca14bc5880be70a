/** Moves a session that was claimed under the name of a previous cluster key to its present name. */
import { RESERVED_WRITES, type SessionState } from './dtls/index.ts'
import { type Claim, FIRST_GENERATION, type SessionSeal, type SessionVault } from './session-store/index.ts'

export interface SessionMove {
  readonly claim: Extract<Claim, { kind: 'claimed' }>
  /** From which its owner goes on. */
  readonly state: SessionState
  readonly from: string
  readonly to: string
  readonly expiresAt: number
}

/** Claims for which numbers are left free below those of the new row, for when the old one outlives a process that ended between. */
const SPARED_CLAIMS = 64

/**
 * Gives the generation under which the session lies now; undefined when another owner was in between, and then all is as
 * before. First one, then the other: whatever becomes of this process, or of an answer, it lies under one of its names.
 *
 * @rejects when nothing is known, and the session is not to be used
 */
export async function moveSession(
  vault: SessionVault,
  seal: SessionSeal,
  { claim: { generation, sealed }, state, from, to, expiresAt }: SessionMove,
): Promise<number | undefined> {
  const moved = seal.seal(forNextOwner(state), FIRST_GENERATION)
  const [kept] = await vault.save([{ kind: 'state', name: to, generation: null, sealed: moved, expiresAt }])
  if (kept?.kind !== 'saved') return undefined
  const [retired] = await vault.save([{ kind: 'state', name: from, generation, sealed, expiresAt: 0 }])
  if (retired?.kind === 'saved') return kept.generation
  await vault.remove([{ name: to, generation: kept.generation }])
  return undefined
}

/** The numbers up to the state's limit are this owner's. */
function forNextOwner(state: SessionState): SessionState {
  const writeSequence = state.counters.writeLimit + SPARED_CLAIMS * RESERVED_WRITES
  return { ...state, counters: { ...state.counters, writeSequence } }
}
