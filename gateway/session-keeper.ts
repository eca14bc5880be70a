/**
 * Keeps a station's sessions in the vault: what was read is saved within milliseconds, sequence numbers are reserved
 * before they are used, and a session that is not here is claimed when its device calls.
 */
import type { ReadProgress, ServerEndpoint, Session, SessionState } from './dtls/index.ts'
import { addProgress, RESERVED_WRITES } from './dtls/index.ts'
import { moveSession } from './session-move.ts'
import {
  FIRST_GENERATION,
  type SaveOutcome,
  type SessionSave,
  type SessionSeal,
  type SessionVault,
} from './session-store/index.ts'
import type { Count } from './telemetry/index.ts'
import type { Log } from './telemetry/log.ts'

export interface KeeperOptions {
  readonly endpoint: ServerEndpoint
  readonly vault: SessionVault
  readonly seal: SessionSeal
  /** Sessions silent for longer are forgotten, here and in the vault. */
  readonly idleMs: number
  readonly count: Count
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Another owner has the session. */
  readonly onFenced: (session: Session) => void
  /** {@link SessionKeeper.nextTimeout} has changed by itself. */
  readonly onDue: () => void
}

/** From a change until it is saved, for changes to gather; and until a failed save is tried again. */
const GATHER_MS = 10
const RETRY_MS = 1000
const SAVED_AT_ONCE = 100
/** Looked up in the vault at the same time; a flood of Connection IDs that were overheard must not become one of look-ups. */
const MOST_CLAIMS = 256
/** Names kept of sessions that were saved lately. */
const MOST_NAMES = 1024

/** What of a session is to be saved: all of it, or only how far it has read. */
type Extent = SessionSave['kind']

interface Save {
  readonly session: Session
  /** Undefined for progress, which reserves nothing. */
  readonly state: SessionState | undefined
  readonly saved: SessionSave
}

export class SessionKeeper {
  readonly #options: KeeperOptions
  readonly #dirty = new Set<Session>()
  readonly #saving = new Set<Session>()
  /** Closed while they were being saved. */
  readonly #closed = new Set<Session>()
  /** Closed in this turn of the event loop: a tenant that is removed may have a hundred thousand sessions. */
  #removals: { readonly name: string; readonly generation: number }[] = []
  readonly #names = new Map<Session, string>()
  #saveAt: number | undefined
  #pending: Promise<void> = Promise.resolve()
  #claims = 0

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** When {@link timeout} is to be called. */
  get nextTimeout(): number | undefined {
    return this.#saveAt
  }

  /** Sessions that are not saved as they are. */
  get unsaved(): number {
    return this.#dirty.size + this.#saving.size
  }

  /** The session has read. */
  advance(session: Session, now: number): void {
    this.#change(session, 'progress', now)
  }

  /** The session was established or has moved, or needs numbers reserved. */
  change(session: Session, now: number): void {
    this.#change(session, 'state', now)
  }

  /** Whether the vault has it as it is here. */
  isSaved(session: Session): boolean {
    return session.unsaved === 'nothing' && !this.#saving.has(session)
  }

  /** Sessions without a Connection ID cannot be found again. */
  #change(session: Session, extent: Extent, now: number): void {
    if (session.cidKey === '') return
    this.#markUnsaved(session, extent)
    const at = now + GATHER_MS
    // A clock that was set back must not keep it waiting until then.
    if (this.#saveAt === undefined || this.#saveAt > at + RETRY_MS) this.#saveAt = at
  }

  timeout(now: number): void {
    if (this.#saveAt === undefined || this.#saveAt > now) return
    this.#saveAt = undefined
    this.#pending = this.#saveDirty()
  }

  /** Saves what is not saved; resolves when it is durable, or has failed. */
  async flush(): Promise<void> {
    await this.#pending
    await this.#saveDirty()
  }

  /** The session is closed. */
  forget(session: Session): void {
    this.#unmark(session)
    this.#names.delete(session)
    // Under which generation it will lie is known only then.
    if (this.#saving.has(session)) this.#closed.add(session)
    else this.#remove(session)
  }

  #remove({ cidKey, ownCid, generation: saved }: Session): void {
    if (cidKey === '') return
    // A first save may have been done, and its answer lost.
    const generation = saved || FIRST_GENERATION
    if (this.#removals.length === 0) queueMicrotask(() => this.#removeClosed())
    for (const name of this.#options.seal.namesOf(ownCid)) this.#removals.push({ name, generation })
  }

  #removeClosed(): void {
    const { vault, log } = this.#options
    const removals = this.#removals
    this.#removals = []
    if (removals.length === 0) return
    vault.remove(removals).catch((error: unknown) => {
      log('error', 'sessions_not_removed', { names: removals.length, reason: String(error) })
    })
  }

  /** Takes a session over from the vault. Undefined when it is not there, trusted no more, or cannot be had. */
  async claim(connectionId: Uint8Array): Promise<Session | undefined> {
    if (this.#claims >= MOST_CLAIMS) return undefined
    this.#claims++
    // What was closed a moment ago must not be found there.
    this.#removeClosed()
    try {
      const [name = '', ...previousNames] = this.#options.seal.namesOf(connectionId)
      let session = await this.#claimByName(connectionId, name, name)
      for (const previous of previousNames) session ??= await this.#claimByName(connectionId, previous, name)
      return session
    } catch (error) {
      this.#options.count('store_faults', 'failed')
      this.#options.log('error', 'session_not_claimed', { reason: String(error) })
      return undefined
    } finally {
      this.#claims--
    }
  }

  /** What lies under a previous name is moved to the present one first: nobody may go on from there any more. */
  async #claimByName(connectionId: Uint8Array, name: string, present: string): Promise<Session | undefined> {
    const { vault, seal, endpoint, idleMs, count, log } = this.#options
    const claim = await vault.claim(name)
    if (claim.kind !== 'claimed') return undefined
    const saved = seal.open(connectionId, claim.sealed)
    if (!saved) {
      log('error', 'session_unreadable')
      return undefined
    }
    if (!endpoint.trusts(saved.state.terms)) {
      await vault.remove([{ name, generation: claim.generation }])
      count('sessions_closed', 'untrusted')
      return undefined
    }
    const state = afterClaim(saved.state, claim.generation - saved.generation, claim.progress)
    const expiresAt = state.counters.lastSeen + idleMs
    const generation =
      name === present
        ? claim.generation
        : await moveSession(vault, seal, { claim, state, from: name, to: present, expiresAt })
    const session = generation === undefined ? undefined : endpoint.importSession(state, 0)
    if (!session || generation === undefined) return undefined
    session.generation = generation
    count('sessions_restored', 'claim')
    return session
  }

  async #saveDirty(): Promise<void> {
    const saves: Save[] = []
    for (const session of this.#dirty) {
      if (this.#saving.has(session)) continue
      const { unsaved } = session
      this.#unmark(session)
      const save = this.#prepare(session, unsaved)
      if (save) saves.push(save)
    }
    const batches = Array.from({ length: Math.ceil(saves.length / SAVED_AT_ONCE) }, (_, index) =>
      this.#save(saves.slice(index * SAVED_AT_ONCE, (index + 1) * SAVED_AT_ONCE)),
    )
    await Promise.all(batches)
    // Changed while it was being saved, or not saved.
    if (this.#dirty.size === 0) return
    this.#saveAt ??= this.#options.now() + GATHER_MS
    this.#options.onDue()
  }

  #prepare(session: Session, extent: Session['unsaved']): Save | undefined {
    const { endpoint, seal, idleMs } = this.#options
    const { generation } = session
    const expiresAt = session.lastSeen + idleMs
    // Progress needs a state to go on from, under the present name.
    if (extent === 'progress' && generation > 0) {
      const progress = endpoint.exportProgress(session)
      if (!progress) return undefined
      this.#saving.add(session)
      const name = this.#nameOf(session)
      return { session, state: undefined, saved: { kind: 'progress', name, generation, progress, expiresAt } }
    }
    const state = endpoint.exportSession(session)
    if (!state) return undefined
    this.#saving.add(session)
    const saved: SessionSave = {
      kind: 'state',
      name: this.#nameOf(session),
      generation: generation === 0 ? null : generation,
      sealed: seal.seal(state, generation || FIRST_GENERATION),
      expiresAt,
    }
    return { session, state, saved }
  }

  /** Kept while a device is awake: asleep, it would cost its session a quarter more memory. */
  #nameOf(session: Session): string {
    const known = this.#names.get(session)
    if (known !== undefined) return known
    if (this.#names.size >= MOST_NAMES) this.#names.clear()
    const name = this.#options.seal.nameOf(session.ownCid)
    this.#names.set(session, name)
    return name
  }

  async #save(saves: readonly Save[]): Promise<void> {
    const { endpoint, count, log, now, onFenced } = this.#options
    try {
      const outcomes = await this.#saveAll(saves)
      saves.forEach(({ session, state }, index) => {
        const outcome = outcomes[index]
        const isClosed = this.#settle(session)
        if (outcome?.kind === 'saved') {
          session.generation = outcome.generation
          if (state) endpoint.confirmExport(session, state)
        } else {
          count('store_faults', 'fenced')
          this.#unmark(session)
          onFenced(session)
        }
        if (isClosed) this.#remove(session)
      })
    } catch (error) {
      count('store_faults', 'failed')
      log('error', 'sessions_not_saved', { sessions: saves.length, reason: String(error) })
      for (const { session, saved } of saves) {
        if (this.#settle(session)) this.#remove(session)
        else this.#markUnsaved(session, saved.kind)
      }
      this.#saveAt = now() + RETRY_MS
    }
  }

  /**
   * A first save that is fenced has met itself: it was done before, and its answer lost. Unless another owner has claimed
   * the session since, it is still in its first generation, and goes on there.
   */
  async #saveAll(saves: readonly Save[]): Promise<readonly (SaveOutcome | undefined)[]> {
    const { vault } = this.#options
    const outcomes = await vault.save(saves.map(({ saved }) => saved))
    const again = saves.flatMap(({ saved }, index) => {
      const isOwnEffect = saved.generation === null && outcomes[index]?.kind === 'fenced'
      return isOwnEffect ? [{ index, saved: { ...saved, generation: FIRST_GENERATION } }] : []
    })
    if (again.length === 0) return outcomes
    const found = await vault.save(again.map(({ saved }) => saved))
    const all: (SaveOutcome | undefined)[] = [...outcomes]
    for (const [place, { index }] of again.entries()) all[index] = found[place]
    return all
  }

  #markUnsaved(session: Session, extent: Extent): void {
    // The state has the progress in it.
    if (session.unsaved === 'state') return
    if (session.unsaved === 'nothing') this.#dirty.add(session)
    session.unsaved = extent
  }

  #unmark(session: Session): void {
    if (session.unsaved === 'nothing') return
    session.unsaved = 'nothing'
    this.#dirty.delete(session)
  }

  /** It is being saved no more; true when it was closed meanwhile. */
  #settle(session: Session): boolean {
    this.#saving.delete(session)
    return this.#closed.delete(session)
  }
}

/**
 * The state from which the owner of a new generation goes on. The one who saved it may have used all numbers it had
 * reserved, and so may each who claimed it since and never saved: each has a range of its own.
 */
function afterClaim(state: SessionState, claims: number, progress: ReadProgress | null): SessionState {
  const writeSequence = state.counters.writeSequence + Math.max(0, claims - 1) * RESERVED_WRITES
  const writeLimit = writeSequence + RESERVED_WRITES
  const counters = progress ? addProgress(state.counters, progress) : state.counters
  return { ...state, counters: { ...counters, writeSequence, writeLimit } }
}
