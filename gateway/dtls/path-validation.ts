/**
 * Decides when a peer that sends from another address is believed to be there (RFC 9146 §6), by return routability
 * check (RFC 9853) where both sides know it, else by a second newer record or the word of the application.
 */
import { timingSafeEqual } from 'node:crypto'
import { DeadlineQueue } from './deadline-queue.ts'
import type { RandomSource } from './named-group.ts'
import { isSameAddress, type PeerAddress } from './peer-address.ts'
import { ADDRESS_BUCKET, type Session } from './session.ts'

/** RFC 9853 §4: msg_type, then a cookie of 8 octets. */
const messageType = { pathChallenge: 0, pathResponse: 1, pathDrop: 2 } as const
const COOKIE_LENGTH = 8
/** What an unproven address may get back for each octet it sends. */
const AMPLIFICATION = 3
const ADDRESS_CHANGES = { intervalMs: 1000, burst: 5 }
const CHALLENGES = 3
const CHALLENGE_TIMEOUT_MS = 1000
/** A candidate without challenge that stays silent is forgotten. */
const CANDIDATE_LIFETIME_MS = 60_000

interface Candidate {
  readonly session: Session
  readonly address: PeerAddress
  readonly cookie: Buffer | undefined
  received: number
  sent: number
  newerRecords: number
  challenges: number
}

export type PathStep =
  | { readonly kind: 'message'; readonly content: Buffer; readonly to: PeerAddress }
  | { readonly kind: 'moved'; readonly from: PeerAddress }

export class PathValidation {
  readonly #candidates = new Map<Session, Candidate>()
  readonly #deadlines = new DeadlineQueue<Candidate>()
  readonly #random: RandomSource

  constructor(random: RandomSource) {
    this.#random = random
  }

  get nextDeadline(): number | undefined {
    return this.#deadlines.next
  }

  /** A verified record of `octets` octets came from an address that is not the session's. */
  observe(
    session: Session,
    from: PeerAddress,
    octets: number,
    isNewest: boolean,
    now: number,
  ): PathStep | undefined {
    const known = this.#candidates.get(session)
    if (known && isSameAddress(known.address, from)) {
      known.received += octets
      if (isNewest) known.newerRecords++
      // Without a check on the wire, a peer that keeps sending newer records from there is there.
      return known.cookie === undefined && known.newerRecords > 1 ? this.#move(known) : undefined
    }
    if (!isNewest || !session.allows(ADDRESS_BUCKET, ADDRESS_CHANGES, now)) return undefined
    const candidate = {
      session,
      address: { address: from.address, port: from.port },
      cookie: session.checksRoutability ? this.#random(COOKIE_LENGTH) : undefined,
      received: octets,
      sent: 0,
      newerRecords: 1,
      challenges: 0,
    }
    this.forget(session)
    this.#candidates.set(session, candidate)
    if (candidate.cookie) return this.#challenge(candidate, now)
    this.#deadlines.set(candidate, now + CANDIDATE_LIFETIME_MS)
    return undefined
  }

  /** A verified newest record came from the session's own address: the peer is, or is back, there. */
  confirmStored(session: Session): void {
    if (this.#candidates.size > 0) this.forget(session)
  }

  /** The application has proof of its own (RFC 9175 §2.3) that the peer receives at `address`. */
  confirm(session: Session, address: PeerAddress): PathStep | undefined {
    const candidate = this.#candidates.get(session)
    return candidate && isSameAddress(candidate.address, address) ? this.#move(candidate) : undefined
  }

  /** Content of a return_routability_check record. */
  receive(session: Session, content: Buffer, from: PeerAddress): PathStep | undefined {
    const [type] = content
    const cookie = content.subarray(1)
    if (cookie.length !== COOKIE_LENGTH) return undefined
    if (type === messageType.pathChallenge) {
      return { kind: 'message', content: writeMessage(messageType.pathResponse, cookie), to: from }
    }
    const candidate = this.#candidates.get(session)
    if (!candidate?.cookie || !timingSafeEqual(candidate.cookie, cookie)) return undefined
    if (type === messageType.pathResponse) return this.#move(candidate)
    if (type === messageType.pathDrop) this.forget(session)
    return undefined
  }

  /** Where a record of `octets` octets meant for `to` may go; `undefined` when it would amplify. */
  route(session: Session, to: PeerAddress | undefined, octets: number): PeerAddress | undefined {
    if (to === undefined || session.isAt(to)) return session.peer
    const candidate = this.#candidates.get(session)
    if (!candidate || !isSameAddress(candidate.address, to)) return session.peer
    if (candidate.sent + octets > AMPLIFICATION * candidate.received) return undefined
    candidate.sent += octets
    return candidate.address
  }

  /** One step for one candidate whose time has come; `undefined` when none is left. */
  takeDue(now: number): { readonly session: Session; readonly step: PathStep | undefined } | undefined {
    const candidate = this.#deadlines.takeDue(now)
    if (candidate === undefined) return undefined
    const { session } = candidate
    if (candidate.cookie && candidate.challenges < CHALLENGES) {
      return { session, step: this.#challenge(candidate, now) }
    }
    this.forget(session)
    return { session, step: undefined }
  }

  forget(session: Session): void {
    const candidate = this.#candidates.get(session)
    if (candidate === undefined) return
    this.#deadlines.delete(candidate)
    this.#candidates.delete(session)
  }

  #challenge(candidate: Candidate, now: number): PathStep {
    this.#deadlines.set(candidate, now + CHALLENGE_TIMEOUT_MS * 2 ** candidate.challenges)
    candidate.challenges++
    const cookie = candidate.cookie ?? Buffer.alloc(COOKIE_LENGTH)
    const content = writeMessage(messageType.pathChallenge, cookie)
    return { kind: 'message', content, to: candidate.address }
  }

  #move(candidate: Candidate): PathStep {
    const from = candidate.session.peer
    this.forget(candidate.session)
    candidate.session.peer = candidate.address
    return { kind: 'moved', from }
  }
}

function writeMessage(type: number, cookie: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type), cookie])
}
