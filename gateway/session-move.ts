/** Moves a session that was claimed under the name of a previous cluster key to its present name. */
import { RESERVED_WRITES, type SessionState } from './dtls/index.ts'
import {
  type Claim,
  FIRST_GENERATION,
  type SessionSave,
  type SessionSeal,
  type SessionVault,
} from './session-store/index.ts'

export interface SessionMove {
  readonly claim: Extract<Claim, { kind: 'claimed' }>
  /** From which its owner goes on. */
  readonly state: SessionState
  readonly from: string
  readonly to: string
  readonly expiresAt: number
}

/** Claims for which numbers are left free below those of the new row, for when the old one outlives a call that broke. */
const SPARED_CLAIMS = 64

/**
 * Gives the generation under which the session lies now; undefined when another owner was in between, and then all is as
 * before. Both in one call: from one moment to the next it lies under the other name, whatever becomes of this process
 * or of the answer. @rejects when nothing is known, and the session is not to be used
 */
export async function moveSession(
  vault: SessionVault,
  seal: SessionSeal,
  { claim, state, from, to, expiresAt }: SessionMove,
): Promise<number | undefined> {
  const { generation, sealed, progress } = claim
  const [kept, retired] = await vault.save([
    {
      kind: 'state',
      name: to,
      generation: null,
      sealed: seal.seal(forNextOwner(state), FIRST_GENERATION),
      expiresAt,
    },
    { kind: 'state', name: from, generation, sealed, expiresAt: 0 },
  ])
  if (kept?.kind === 'saved' && retired?.kind === 'saved') return kept.generation
  // Each of two that move it at the same time may have done one half: then neither has it, and it must not be lost.
  if (kept?.kind === 'saved') await vault.remove([{ name: to, generation: kept.generation }])
  if (retired?.kind === 'saved') {
    const restored: SessionSave[] = [{ kind: 'state', name: from, generation, sealed, expiresAt }]
    if (progress) restored.push({ kind: 'progress', name: from, generation, progress, expiresAt })
    await vault.save(restored)
  }
  return undefined
}

/** The numbers up to the state's limit are this owner's. */
function forNextOwner(state: SessionState): SessionState {
  const writeSequence = state.counters.writeLimit + SPARED_CLAIMS * RESERVED_WRITES
  return { ...state, counters: { ...state.counters, writeSequence } }
}
