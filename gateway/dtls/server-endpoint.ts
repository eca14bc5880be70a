/**
 * One UDP port of the DTLS 1.2 server without its socket: datagrams, answers and the time go in, effects come out.
 * Everything it holds is reached from here: handshakes by address, sessions by Connection ID or address.
 */
import { alertDescription, readAlert, writeAlert } from './alert.ts'
import { earliest } from './deadline-queue.ts'
import { type CloseReason, createDropCounters, type DropCounters, type Effect } from './endpoint-effect.ts'
import { HandshakeDesk } from './handshake-desk.ts'
import { handshakeType } from './handshake-message.ts'
import { type PathStep, PathValidation } from './path-validation.ts'
import { isSameAddress, type PeerAddress } from './peer-address.ts'
import {
  CONNECTION_ID_OFFSET,
  contentType,
  hasAcceptableVersion,
  type RecordView,
  readRecord,
} from './record.ts'
import type { ServerHandshake } from './server-handshake.ts'
import type { ServerOptions } from './server-options.ts'
import {
  type ReadProgress,
  type ReceivedRecord,
  SESSION_EPOCH,
  type Session,
  type SessionTerms,
  WARNING_BUCKET,
} from './session.ts'
import { SessionRegistry } from './session-registry.ts'
import { SessionSlab } from './session-slab.ts'
import { captureSession, type SessionState, skipUnsavedReads } from './session-state.ts'

/** Sequence numbers reserved with one saved state. */
export const RESERVED_WRITES = 2 ** 12
/** The shell is asked to save again when this many are left. */
const LOW_RESERVATION = 2 ** 10
const WARNINGS = { intervalMs: 10_000, burst: 2 }

export class ServerEndpoint {
  /** What was dropped, by reason. */
  readonly drops: DropCounters = createDropCounters()
  readonly #options: ServerOptions
  readonly #registry = new SessionRegistry()
  readonly #slab = new SessionSlab()
  readonly #paths: PathValidation
  readonly #desk: HandshakeDesk

  constructor(options: ServerOptions) {
    this.#options = options
    this.#paths = new PathValidation(options.random)
    this.#desk = new HandshakeDesk(options, this.#registry, this.#slab, this.drops)
  }

  /** Sessions, those of unfinished handshakes included. */
  get sessionCount(): number {
    return this.#registry.size
  }

  get handshakeCount(): number {
    return this.#desk.size
  }

  /** When {@link timeout} is to be called, milliseconds; to be asked after every call. */
  get nextTimeout(): number | undefined {
    return earliest(this.#desk.nextDeadline, this.#paths.nextDeadline)
  }

  /** One datagram. The effects may hold views of it, so its octets must not be used again. */
  receive(datagram: Buffer, from: PeerAddress, now: number): Effect[] {
    const effects: Effect[] = []
    for (let start = 0; start < datagram.length; ) {
      const record = readRecord(datagram, start, this.#options.cidLength)
      if (record === undefined) {
        this.drops.malformed++
        break
      }
      this.#receiveRecord(datagram, record, from, now, effects)
      start = record.end
    }
    return effects
  }

  /** What is due now: retransmissions, handshakes given up, path challenges. */
  timeout(now: number): Effect[] {
    const effects: Effect[] = []
    this.#desk.timeout(now, effects)
    for (let due = this.#paths.takeDue(now); due; due = this.#paths.takeDue(now)) {
      this.#carryOut(due.session, due.step, effects)
    }
    return effects
  }

  /** Answers `psk-wanted`; `undefined` for an unknown identity. The handshake may be gone by now. */
  providePsk(handshake: ServerHandshake, psk: Uint8Array | undefined, now: number): Effect[] {
    const effects: Effect[] = []
    const held = this.#desk.providePsk(handshake, psk, now, effects)
    for (const { datagram, record } of held) {
      this.#receiveRecord(datagram, record, handshake.peer, now, effects)
    }
    return effects
  }

  /**
   * One record of application data, to where its request came from, or to where the peer is believed to be. Adds to
   * `effects`, for whoever sends many.
   */
  send(session: Session, octets: Uint8Array, to?: PeerAddress, effects: Effect[] = []): Effect[] {
    if (session.isReleased) effects.push({ kind: 'unsent', session, reason: 'unknown-session' })
    else if (octets.length > session.contentLimit)
      effects.push({ kind: 'unsent', session, reason: 'too-long' })
    else this.#seal(session, contentType.applicationData, octets, to, effects)
    return effects
  }

  /** Says close_notify and forgets the session. */
  close(session: Session): Effect[] {
    if (session.isReleased) return []
    const effects: Effect[] = []
    this.#seal(session, contentType.alert, writeAlert(alertDescription.closeNotify), undefined, effects)
    this.#remove(session, 'local', effects)
    return effects
  }

  /** Forgets without a word sessions that have been silent since `before`: a word would wake sleeping devices. */
  evictIdle(before: number): Effect[] {
    return this.#evict('idle', (session) => session.lastSeen < before)
  }

  /** Forgets, as silently, sessions whose peers are trusted no more; unfinished handshakes find out at their end. */
  evictUntrusted(): Effect[] {
    return this.#evict('untrusted', (session) => !this.trusts(session))
  }

  /** Whether the tenant still believes the peer. */
  trusts({ tenant, identity }: Pick<SessionTerms, 'tenant' | 'identity'>): boolean {
    return this.#options.trusts(tenant, identity)
  }

  /** The application has seen proof that the peer receives at `address` (RFC 9175 §2.3). */
  confirmAddress(session: Session, address: PeerAddress): Effect[] {
    const effects: Effect[] = []
    this.#carryOut(session, this.#paths.confirm(session, address), effects)
    return effects
  }

  /** The session whose Connection ID is at `start`, by default in the first record; undefined when it is not here. */
  findNamedSession(octets: Buffer, start = CONNECTION_ID_OFFSET): Session | undefined {
    return this.#registry.findByCid(octets, start, this.#options.cidLength)
  }

  /** Forgets a session that has another owner now: without a word, and without telling of it. */
  abandon(session: Session): void {
    if (!session.isReleased) this.#remove(session, 'local', [])
  }

  /** Established sessions. */
  *sessions(): IterableIterator<Session> {
    for (const session of this.#registry) if (!this.#desk.pendingOf(session)) yield session
  }

  /**
   * The session as it is to be saved. With `reserved` 0 it is handed over: it sends nothing any more, and the state is
   * exact. Otherwise it stops `reserved` records from now until {@link confirmExport}. `undefined` once it is closed.
   */
  exportSession(session: Session, reserved = RESERVED_WRITES): SessionState | undefined {
    if (session.isReleased) return undefined
    const state = captureSession(session, reserved)
    session.writeLimit = Math.min(session.counters().writeLimit, state.counters.writeSequence)
    return state
  }

  /** How far the session has read, for a store that has its state; `undefined` once it is closed. */
  exportProgress(session: Session): ReadProgress | undefined {
    return session.isReleased ? undefined : session.readProgress
  }

  /** `state` is saved: the numbers reserved in it may be used. */
  confirmExport(session: Session, state: SessionState): void {
    if (session.isReleased) return
    session.writeLimit = Math.max(session.counters().writeLimit, state.counters.writeSequence)
  }

  /**
   * Goes on with a saved session; `undefined` when its Connection ID is in use. `unsavedReads`: records that may have
   * been read after the state was saved, 0 after an exact handover.
   */
  importSession(state: SessionState, unsavedReads: number): Session | undefined {
    if (state.terms.ownCid.length === 0 && this.#registry.findByAddress(state.peer)) return undefined
    const session = this.#desk.createSession(state.terms, state.keys, state.peer)
    if (session === undefined) return undefined
    session.restoreCounters(skipUnsavedReads(state.counters, unsavedReads))
    this.#registry.add(session)
    return session
  }

  #receiveRecord(
    datagram: Buffer,
    record: RecordView,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    if (!hasAcceptableVersion(record)) this.drops.malformed++
    else if (this.#desk.size > 0 && this.#desk.holds(datagram, record, from)) this.drops.early++
    else if (record.type === contentType.connectionId)
      this.#receiveByCid(datagram, record, from, now, effects)
    else if (record.epoch === 0) this.#desk.receivePlain(datagram, record, from, now, effects)
    else if (record.epoch === SESSION_EPOCH) this.#receiveByAddress(datagram, record, from, now, effects)
    else this.drops['unexpected-epoch']++
  }

  #receiveByCid(
    datagram: Buffer,
    record: RecordView,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    if (record.epoch !== SESSION_EPOCH) {
      this.drops['unexpected-epoch']++
      return
    }
    const cidStart = record.start + CONNECTION_ID_OFFSET
    const session = this.#registry.findByCid(datagram, cidStart, record.cidLength)
    if (session === undefined) {
      // An unknown Connection ID is met with silence (RFC 9146 §6); the device takes its time-out for a hint.
      this.drops['unknown-connection-id']++
      return
    }
    const pending = this.#desk.pendingOf(session)
    if (pending) this.#receivePending(pending, session, datagram, record, from, now, effects)
    else this.#receiveProtected(session, datagram, record, from, now, effects)
  }

  #receiveByAddress(
    datagram: Buffer,
    record: RecordView,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    const handshake = this.#desk.findAwaitingFinished(from)
    const candidate = handshake?.session
    // A handshake may run beside the live session of its address; only its own key can tell whose record this is.
    if (
      handshake &&
      candidate &&
      this.#receivePending(handshake, candidate, datagram, record, from, now, effects)
    )
      return
    const session = this.#registry.findByAddress(from)
    if (session) this.#receiveProtected(session, datagram, record, from, now, effects)
    else this.drops['no-handshake']++
  }

  /** A record for a session whose handshake is not finished: only Finished counts. `false` when it does not open. */
  #receivePending(
    handshake: ServerHandshake,
    session: Session,
    datagram: Buffer,
    record: RecordView,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): boolean {
    if (handshake.stage !== 'finished' || !isSameAddress(handshake.peer, from)) {
      this.drops.early++
      return true
    }
    const received = session.open(datagram, record)
    if (received === undefined) {
      this.drops['unverified-or-replayed']++
      return false
    }
    if (received.type === contentType.handshake) {
      this.#desk.receiveProtected(handshake, received.content, now, effects)
    } else {
      this.drops.early++
    }
    return true
  }

  #receiveProtected(
    session: Session,
    datagram: Buffer,
    record: RecordView,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    const received = session.open(datagram, record)
    if (received === undefined) {
      this.drops['unverified-or-replayed']++
      if (session.hasTooManyForgeries) this.#remove(session, 'forgeries', effects)
      return
    }
    session.lastSeen = now
    if (!session.isAt(from)) {
      const octets = record.end - record.start
      this.#carryOut(session, this.#paths.observe(session, from, octets, received.isNewest, now), effects)
    } else if (received.isNewest) {
      this.#paths.confirmStored(session)
    }
    this.#deliver(session, received, from, now, effects)
  }

  #deliver(
    session: Session,
    received: ReceivedRecord,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    const { type, content, isNewest } = received
    switch (type) {
      case contentType.applicationData:
        this.#desk.settle(session)
        effects.push({ kind: 'data', session, octets: content, from, isNewest })
        break
      case contentType.alert:
        if (isNewest) this.#receiveAlert(session, content, effects)
        break
      case contentType.handshake:
        this.#receiveLateHandshake(session, content, now, effects)
        break
      case contentType.returnRoutabilityCheck:
        if (session.checksRoutability) {
          this.#carryOut(session, this.#paths.receive(session, content, from), effects)
        }
        break
      default:
        this.drops['unexpected-type']++
    }
  }

  /** Any authenticated fatal alert, or close_notify, ends the association (RFC 5246 §7.2). */
  #receiveAlert(session: Session, content: Buffer, effects: Effect[]): void {
    const alert = readAlert(content)
    if (alert?.description === alertDescription.closeNotify) {
      this.#seal(session, contentType.alert, writeAlert(alertDescription.closeNotify), undefined, effects)
      this.#remove(session, 'close-notify', effects)
    } else if (alert?.isFatal) {
      this.#remove(session, 'peer-alert', effects)
    }
  }

  /** A repeated Finished asks for the last flight; a hello asks for a renegotiation, which there is none. */
  #receiveLateHandshake(session: Session, content: Buffer, now: number, effects: Effect[]): void {
    if (content[0] === handshakeType.finished) {
      this.#desk.repeatLastFlight(session, content, now, effects)
    } else if (content[0] === handshakeType.clientHello && session.allows(WARNING_BUCKET, WARNINGS, now)) {
      const alert = writeAlert(alertDescription.noRenegotiation)
      this.#seal(session, contentType.alert, alert, undefined, effects)
    }
  }

  #carryOut(session: Session, step: PathStep | undefined, effects: Effect[]): void {
    if (step?.kind === 'moved') {
      effects.push({ kind: 'address-changed', session, from: step.from })
    } else if (step) {
      this.#seal(session, contentType.returnRoutabilityCheck, step.content, step.to, effects)
    }
  }

  #seal(
    session: Session,
    type: number,
    content: Uint8Array,
    to: PeerAddress | undefined,
    effects: Effect[],
  ): void {
    const datagram = session.seal(type, content, this.#options.paddingMultiple)
    const address = datagram && this.#paths.route(session, to, datagram.length)
    if (!datagram) effects.push({ kind: 'unsent', session, reason: 'no-sequence-number' })
    else if (!address) effects.push({ kind: 'unsent', session, reason: 'unproven-address' })
    else {
      effects.push({ kind: 'send', datagram, to: address })
      if (session.writesLeft === LOW_RESERVATION) effects.push({ kind: 'reservation-low', session })
    }
  }

  #evict(reason: CloseReason, isOver: (session: Session) => boolean): Effect[] {
    const effects: Effect[] = []
    for (const session of [...this.sessions()]) if (isOver(session)) this.#remove(session, reason, effects)
    return effects
  }

  #remove(session: Session, reason: CloseReason, effects: Effect[]): void {
    this.#registry.remove(session)
    this.#paths.forget(session)
    this.#desk.settle(session)
    session.release(this.#slab)
    effects.push({ kind: 'closed', session, reason })
  }
}
