/**
 * Where handshakes begin and end: answers first hellos without remembering them, leads records of epoch 0 to their
 * handshakes, and keeps a finished one as long as its last flight may be asked for again.
 */
import { createHmac } from 'node:crypto'
import { readAlert } from './alert.ts'
import { type ClientHelloStart, readClientHelloStart } from './client-hello.ts'
import type { DropCounters, Effect } from './endpoint-effect.ts'
import { type HandshakeFragment, handshakeType, readHandshakeFragments } from './handshake-message.ts'
import { HandshakeTable } from './handshake-table.ts'
import { type HelloArrival, HelloGate } from './hello-gate.ts'
import { DecodeFault } from './octet-reader.ts'
import type { PeerAddress } from './peer-address.ts'
import type { KeyBlock } from './prf.ts'
import { contentType, type RecordView } from './record.ts'
import { type HandshakeContext, type HandshakeEffect, ServerHandshake } from './server-handshake.ts'
import type { ServerOptions } from './server-options.ts'
import { Session, type SessionTerms } from './session.ts'
import type { SessionRegistry } from './session-registry.ts'
import type { SessionSlab } from './session-slab.ts'

/** Twice the maximum segment lifetime (RFC 6347 §4.2.4). */
const LINGER_MS = 240_000
const HELD_RECORDS = 4
const UNKNOWN_KEY_LENGTH = 16

interface Lingering {
  readonly handshake: ServerHandshake
  readonly expiresAt: number
}

/** A record that came while a pre-shared key was looked up. */
export interface HeldRecord {
  readonly datagram: Buffer
  readonly record: RecordView
}

export class HandshakeDesk {
  readonly #registry: SessionRegistry
  readonly #slab: SessionSlab
  readonly #drops: DropCounters
  readonly #table: HandshakeTable
  readonly #gate: HelloGate
  readonly #context: HandshakeContext
  /** Sessions whose Finished is still due. */
  readonly #pending = new Map<Session, ServerHandshake>()
  readonly #lingering = new Map<Session, Lingering>()
  readonly #held = new Map<ServerHandshake, HeldRecord[]>()
  readonly #unknownKeySecret: Buffer
  #lastSessionId = 0

  constructor(options: ServerOptions, registry: SessionRegistry, slab: SessionSlab, drops: DropCounters) {
    this.#registry = registry
    this.#slab = slab
    this.#drops = drops
    this.#table = new HandshakeTable(options.handshakeLimit)
    this.#gate = new HelloGate(options.cookies)
    this.#unknownKeySecret = options.random(32)
    this.#context = {
      options,
      createSession: (terms, keys, peer) => this.createSession(terms, keys, peer),
    }
  }

  get size(): number {
    return this.#table.size
  }

  get nextDeadline(): number | undefined {
    return this.#table.nextDeadline
  }

  /** `undefined` when the Connection ID is taken. */
  createSession(terms: SessionTerms, keys: KeyBlock, peer: PeerAddress): Session | undefined {
    if (terms.ownCid.length > 0 && this.#registry.hasCid(terms.ownCid)) return undefined
    return new Session(++this.#lastSessionId, terms, keys, peer, this.#slab)
  }

  /** The handshake that still waits for the Finished of this session. */
  pendingOf(session: Session): ServerHandshake | undefined {
    return this.#pending.size === 0 ? undefined : this.#pending.get(session)
  }

  /** The handshake at this address whose Finished may come in a classic record. */
  findAwaitingFinished(peer: PeerAddress): ServerHandshake | undefined {
    const handshake = this.#table.find(peer)
    return handshake?.stage === 'finished' && handshake.session?.cidKey === '' ? handshake : undefined
  }

  /** Keeps a record that can only be judged once the pre-shared key of its handshake is known. */
  holds(datagram: Buffer, record: RecordView, from: PeerAddress): boolean {
    if (record.epoch === 0 && record.type !== contentType.changeCipherSpec) return false
    const handshake = this.#table.find(from)
    if (handshake?.stage !== 'psk') return false
    const held = this.#held.get(handshake) ?? []
    this.#held.set(handshake, held)
    if (held.length < HELD_RECORDS) held.push({ datagram: Buffer.from(datagram), record })
    return true
  }

  /** A record of epoch 0. */
  receivePlain(
    datagram: Buffer,
    record: RecordView,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    const content = datagram.subarray(record.fragmentStart, record.end)
    switch (record.type) {
      case contentType.handshake:
        return this.#receiveHandshake(content, record, from, now, effects)
      case contentType.changeCipherSpec:
        return this.#table.find(from)?.receiveChangeCipherSpec(content)
      case contentType.alert:
        return this.#receiveAlert(content, from, now)
      default:
        this.#drops['unexpected-type']++
    }
  }

  /** Handshake content that the session of an unfinished handshake has opened. */
  receiveProtected(handshake: ServerHandshake, content: Buffer, now: number, effects: Effect[]): void {
    this.#carryOut(handshake, handshake.receiveProtected(content, now), now, effects)
  }

  /** `undefined` for an identity nobody has: the handshake then fails as with a wrong key. */
  providePsk(
    handshake: ServerHandshake,
    psk: Uint8Array | undefined,
    now: number,
    effects: Effect[],
  ): HeldRecord[] {
    const key = psk ?? this.#keyOfNobody(handshake)
    this.#carryOut(handshake, handshake.providePsk(key, now), now, effects)
    const held = this.#held.get(handshake) ?? []
    this.#held.delete(handshake)
    return held
  }

  /** An established session got its Finished again: the last flight was lost. */
  repeatLastFlight(session: Session, content: Buffer, now: number, effects: Effect[]): void {
    const lingering = this.#lingering.get(session)
    if (!lingering?.handshake.isRepeatedFinished(content)) return
    this.#carryOut(lingering.handshake, lingering.handshake.repeat(now), now, effects)
  }

  /** The peer has the last flight, or the session is gone. */
  settle(session: Session): void {
    if (this.#lingering.size > 0) this.#lingering.delete(session)
  }

  timeout(now: number, effects: Effect[]): void {
    for (let due = this.#table.takeDue(now); due; due = this.#table.takeDue(now)) {
      this.#carryOut(due, due.onDeadline(now), now, effects)
    }
    for (const [session, { expiresAt }] of this.#lingering) {
      if (expiresAt > now) break
      this.#lingering.delete(session)
    }
  }

  #receiveHandshake(
    content: Buffer,
    record: RecordView,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    for (const fragment of this.#attempt(() => readHandshakeFragments(content)) ?? []) {
      const handshake = this.#table.find(from)
      if (fragment.type === handshakeType.clientHello) {
        this.#receiveHello(fragment, record, from, handshake, now, effects)
      } else if (handshake) {
        this.#carryOut(handshake, handshake.receiveFragment(fragment, now), now, effects)
      } else {
        this.#drops['no-handshake']++
      }
    }
  }

  #receiveHello(
    fragment: HandshakeFragment,
    record: RecordView,
    from: PeerAddress,
    handshake: ServerHandshake | undefined,
    now: number,
    effects: Effect[],
  ): void {
    const isOfHandshake = handshake?.origin.messageSequence === fragment.sequence
    if (fragment.offset > 0) {
      if (isOfHandshake && handshake.stage === 'client-hello') {
        this.#carryOut(handshake, handshake.receiveFragment(fragment, now), now, effects)
      }
      return
    }
    const start = this.#attempt(() => readClientHelloStart(fragment.body))
    if (start === undefined) return
    const arrival = { start, messageSequence: fragment.sequence, recordSequence: record.sequence }
    const isRepeated = isOfHandshake && isSameHello(handshake.origin.start, start)
    if (isRepeated) {
      const isPartial = handshake.stage === 'client-hello'
      const answers = isPartial ? handshake.receiveFragment(fragment, now) : handshake.repeat(now)
      return this.#carryOut(handshake, answers, now, effects)
    }
    const verdict = this.#gate.judgeVersion(arrival, now) ?? this.#gate.judgeCookie(arrival, from, now)
    if (verdict.kind === 'admitted') this.#begin(fragment, arrival, from, now, effects)
    // One datagram for one: many hellos in it must not become many datagrams to whoever is said to have sent them.
    else if (verdict.kind === 'answered' && effects.length === 0)
      effects.push({ kind: 'send', datagram: verdict.datagram, to: from })
    else this.#drops['hello-refused']++
  }

  #begin(
    fragment: HandshakeFragment,
    arrival: HelloArrival,
    from: PeerAddress,
    now: number,
    effects: Effect[],
  ): void {
    const before = this.#table.find(from)
    if (before) this.#discard(before)
    const victim = this.#table.findVictim()
    if (victim) {
      this.#discard(victim)
      effects.push({ kind: 'handshake-failed', peer: victim.peer, reason: 'evicted' })
    }
    const origin = { ...arrival, start: copyStart(arrival.start) }
    const peer = { address: from.address, port: from.port }
    const handshake = new ServerHandshake(this.#context, peer, origin, now)
    this.#table.add(handshake)
    this.#carryOut(handshake, handshake.receiveFragment(fragment, now), now, effects)
  }

  #carryOut(
    handshake: ServerHandshake,
    answers: readonly HandshakeEffect[],
    now: number,
    effects: Effect[],
  ): void {
    const { session, peer } = handshake
    if (session && handshake.stage !== 'done' && !this.#pending.has(session)) {
      this.#pending.set(session, handshake)
      if (session.cidKey !== '') this.#registry.add(session)
    }
    for (const answer of answers) {
      switch (answer.kind) {
        case 'datagram':
          effects.push({ kind: 'send', datagram: answer.octets, to: peer })
          break
        case 'psk-wanted':
          effects.push({ ...answer, handshake })
          break
        case 'established':
          if (session) this.#establish(handshake, session, answer.isResumed, now, effects)
          break
        case 'failed':
          this.#discard(handshake)
          effects.push({ kind: 'handshake-failed', peer, reason: answer.reason })
      }
    }
    this.#table.refresh(handshake)
  }

  #establish(
    handshake: ServerHandshake,
    session: Session,
    isResumed: boolean,
    now: number,
    effects: Effect[],
  ): void {
    this.#table.remove(handshake)
    this.#pending.delete(session)
    const displaced = this.#registry.add(session)
    if (displaced) {
      this.settle(displaced)
      displaced.release(this.#slab)
      effects.push({ kind: 'closed', session: displaced, reason: 'displaced' })
    }
    if (!isResumed) this.#lingering.set(session, { handshake, expiresAt: now + LINGER_MS })
    const { serverName, protocol } = handshake
    effects.push({ kind: 'established', session, serverName, protocol, isResumed })
  }

  /** Forgets a handshake that did not succeed, and its session with it. */
  #discard(handshake: ServerHandshake): void {
    handshake.abandon()
    this.#table.remove(handshake)
    this.#held.delete(handshake)
    const { session } = handshake
    if (session === undefined) return
    // One that was made and refused in the same step has not been registered.
    if (this.#pending.delete(session) && session.cidKey !== '') this.#registry.remove(session)
    session.release(this.#slab)
  }

  /** Nobody has signed it, so it only shortens the waiting of a handshake, and never touches a session. */
  #receiveAlert(content: Buffer, from: PeerAddress, now: number): void {
    this.#drops['plaintext-alert']++
    const handshake = this.#table.find(from)
    if (!handshake || !readAlert(content)?.isFatal) return
    handshake.doubt(now)
    this.#table.refresh(handshake)
  }

  /** Malformed octets before there is a handshake are worth a number and no answer. */
  #attempt<Value>(read: () => Value): Value | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof DecodeFault)) throw error
      this.#drops.malformed++
      return undefined
    }
  }

  /** The same for the same identity, so that trying twice tells nothing (RFC 4279 §2). */
  #keyOfNobody({ pskIdentity }: ServerHandshake): Buffer {
    const key = createHmac('sha256', this.#unknownKeySecret).update(pskIdentity).digest()
    return key.subarray(0, UNKNOWN_KEY_LENGTH)
  }
}

function isSameHello(left: ClientHelloStart, right: ClientHelloStart): boolean {
  return left.random.equals(right.random) && left.cookie.equals(right.cookie)
}

/** Of what is kept beyond the datagram. */
function copyStart(start: ClientHelloStart): ClientHelloStart {
  return { ...start, random: Buffer.from(start.random), cookie: Buffer.from(start.cookie), bound: [] }
}
