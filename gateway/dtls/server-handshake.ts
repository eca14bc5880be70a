/**
 * One handshake of the server, from a ClientHello with a valid cookie to the client's Finished (RFC 6347 §4.2.4). It is
 * told what has arrived and what time it is, and answers with what is to be done; timers and sockets are its caller's.
 */
import { timingSafeEqual } from 'node:crypto'
import { alertDescription, writeAlert } from './alert.ts'
import { receiveClientKeyShare } from './client-key-share.ts'
import { FragmentAssembly } from './fragment-assembly.ts'
import {
  type HandshakeFragment,
  type HandshakeMessage,
  handshakeType,
  readHandshakeFragments,
} from './handshake-message.ts'
import { HandshakeSender } from './handshake-sender.ts'
import { answerHello, type HelloAnswer } from './hello-answer.ts'
import type { HelloArrival } from './hello-gate.ts'
import type { Refusal } from './negotiate.ts'
import { DecodeFault } from './octet-reader.ts'
import type { PeerAddress } from './peer-address.ts'
import { anonymous, type PeerIdentity } from './peer-identity.ts'
import { deriveKeyBlock, extendedMasterSecret, type KeyBlock, pskPremasterSecret, verifyData } from './prf.ts'
import { CONTENT_LIMIT, contentType } from './record.ts'
import { Retransmission } from './retransmission.ts'
import type { MessageBody } from './server-flight.ts'
import { writeNewSessionTicket } from './server-hello.ts'
import type { ServerOptions } from './server-options.ts'
import type { Session, SessionTerms } from './session.ts'
import { Transcript } from './transcript.ts'

export interface HandshakeContext {
  readonly options: ServerOptions
  /** `undefined` when the Connection ID is taken. */
  createSession(terms: SessionTerms, keys: KeyBlock, peer: PeerAddress): Session | undefined
}

export type HandshakeEffect =
  | { readonly kind: 'datagram'; readonly octets: Buffer }
  | { readonly kind: 'psk-wanted'; readonly tenant: string; readonly identity: string }
  | { readonly kind: 'established'; readonly isResumed: boolean }
  | { readonly kind: 'failed'; readonly reason: string }

export type Stage =
  | 'client-hello'
  | 'certificate'
  | 'client-key-exchange'
  /** The pre-shared key is being looked up; what arrives meanwhile waits. */
  | 'psk'
  | 'certificate-verify'
  | 'change-cipher-spec'
  | 'finished'
  | 'done'

/** After an unauthenticated alert the handshake may still be completed for this long. */
const DOUBTFUL_MS = 2000

export class ServerHandshake {
  readonly peer: PeerAddress
  /** The hello that started it; of its octets the random and the cookie are kept. */
  readonly origin: HelloArrival
  readonly #context: HandshakeContext
  #transcript = new Transcript()
  readonly #sender: HandshakeSender
  readonly #retransmission: Retransmission
  #assembly: FragmentAssembly
  #stage: Stage = 'client-hello'
  #effects: HandshakeEffect[] = []
  #answer: HelloAnswer | undefined
  #identity: PeerIdentity = anonymous
  #master: Buffer = Buffer.alloc(0)
  #ecdhSecret: Buffer | undefined
  #session: Session | undefined
  #clientFinished: HandshakeMessage | undefined

  constructor(context: HandshakeContext, peer: PeerAddress, origin: HelloArrival, now: number) {
    const { initialTimeoutMs, datagramLimit } = context.options
    this.#context = context
    this.peer = peer
    this.origin = origin
    this.#sender = new HandshakeSender(origin.recordSequence, origin.messageSequence)
    this.#assembly = new FragmentAssembly(origin.messageSequence)
    this.#retransmission = new Retransmission(initialTimeoutMs, datagramLimit, now)
  }

  get stage(): Stage {
    return this.#stage
  }

  /** Exists from ClientKeyExchange on; it is nobody's before the stage is `done`. */
  get session(): Session | undefined {
    return this.#session
  }

  get deadline(): number {
    return this.#retransmission.deadline
  }

  get serverName(): string | undefined {
    return this.#answer?.agreement.serverName
  }

  get protocol(): string | undefined {
    return this.#answer?.agreement.protocol
  }

  get pskIdentity(): string {
    return this.#identity.kind === 'psk' ? this.#identity.identity : ''
  }

  /** A handshake past ClientKeyExchange has cost work on both sides; it is the last to be evicted. */
  get isAdvanced(): boolean {
    return this.#session !== undefined
  }

  /** An unprotected fragment. After ChangeCipherSpec there are none. */
  receiveFragment(fragment: HandshakeFragment, now: number): HandshakeEffect[] {
    if (this.#stage === 'finished' || this.#stage === 'done') return []
    this.#assembly.add(fragment)
    return this.#attempt(() => this.#takeMessages(now))
  }

  /** Exactly one, exactly here; anything else changes nothing (RFC 5246 §7.1). */
  receiveChangeCipherSpec(content: Buffer): void {
    if (this.#stage !== 'change-cipher-spec' || content.length !== 1 || content[0] !== 1) return
    this.#stage = 'finished'
    // What came unprotected must not pass for protected.
    this.#assembly = new FragmentAssembly(this.#assembly.next)
  }

  /** The content of a handshake record that the session has opened. */
  receiveProtected(content: Buffer, now: number): HandshakeEffect[] {
    if (this.#stage !== 'finished') return []
    return this.#attempt(() => {
      for (const fragment of readHandshakeFragments(content)) this.#assembly.add(fragment)
      this.#takeMessages(now)
    })
  }

  /** The answer to `psk-wanted`. A key nobody has lets an unknown identity look like a wrong key (RFC 4279 §2). */
  providePsk(psk: Uint8Array, now: number): HandshakeEffect[] {
    if (this.#stage !== 'psk') return []
    return this.#attempt(() => {
      const refusal = this.#deriveKeys(pskPremasterSecret(psk, this.#ecdhSecret))
      if (refusal) this.#refuse(refusal)
      this.#takeMessages(now)
    })
  }

  /** The client has sent its last flight again. */
  repeat(now: number): HandshakeEffect[] {
    const waits = this.#sender.hasFlight && this.#stage !== 'psk' && this.#retransmission.mayAnswerRepeat(now)
    if (waits) this.#transmit(now)
    return this.#drain()
  }

  /** After `established`: whether an opened record is the client's Finished again, unchanged. */
  isRepeatedFinished(content: Buffer): boolean {
    const finished = this.#clientFinished
    if (finished === undefined) return false
    try {
      const [fragment] = readHandshakeFragments(content)
      return fragment?.sequence === finished.sequence && fragment.body.equals(finished.body)
    } catch (error) {
      if (error instanceof DecodeFault) return false
      throw error
    }
  }

  /** An alert that nobody has signed may only shorten the waiting. */
  doubt(now: number): void {
    this.#retransmission.shorten(now, DOUBTFUL_MS)
  }

  /** Another handshake has taken its place. */
  abandon(): void {
    this.#stage = 'done'
  }

  onDeadline(now: number): HandshakeEffect[] {
    if (this.#stage === 'done') return []
    const resends = this.#sender.hasFlight && this.#stage !== 'psk' && this.#retransmission.mayResend(now)
    if (resends) this.#transmit(now)
    else this.#end('timeout')
    return this.#drain()
  }

  #attempt(step: () => void): HandshakeEffect[] {
    try {
      step()
    } catch (error) {
      if (!(error instanceof DecodeFault)) throw error
      this.#refuse({ alert: error.alert, reason: error.message })
    }
    return this.#drain()
  }

  #takeMessages(now: number): void {
    while (this.#stage !== 'psk' && this.#stage !== 'done') {
      const message = this.#assembly.take()
      if (message === undefined) return
      const refusal = this.#receive(message, now)
      if (refusal) this.#refuse(refusal)
    }
  }

  #receive(message: HandshakeMessage, now: number): Refusal | undefined {
    const { type, body } = message
    if (this.#stage === 'client-hello' && type === handshakeType.clientHello) {
      this.#transcript.add(message)
      return this.#receiveHello(body, now)
    }
    if (this.#stage === 'certificate' && type === handshakeType.certificate) {
      this.#transcript.add(message)
      this.#stage = 'client-key-exchange'
      return this.#answer?.authentication?.show(body, now)
    }
    if (this.#stage === 'client-key-exchange' && type === handshakeType.clientKeyExchange) {
      this.#transcript.add(message)
      return this.#receiveKeyExchange(body)
    }
    if (this.#stage === 'certificate-verify' && type === handshakeType.certificateVerify) {
      const refusal = this.#answer?.authentication?.prove(body, this.#transcript.octets())
      this.#transcript.add(message)
      this.#stage = 'change-cipher-spec'
      return refusal
    }
    if (this.#stage === 'finished' && type === handshakeType.finished)
      return this.#receiveFinished(message, now)
    return {
      alert: alertDescription.unexpectedMessage,
      reason: `message ${type} while ${this.#stage} is due`,
    }
  }

  #receiveHello(body: Buffer, now: number): Refusal | undefined {
    const answer = answerHello(body, this.#context.options, now)
    if ('alert' in answer) return answer
    this.#answer = answer
    for (const message of answer.messages) this.#send(message)
    if (answer.resumed) {
      // In an abbreviated handshake the server finishes first (RFC 5246 §7.3).
      this.#identity = answer.resumed.identity
      const refusal = this.#createSession(answer, answer.resumed.master)
      if (refusal) return refusal
      this.#finish(answer)
    } else {
      this.#stage = answer.authentication ? 'certificate' : 'client-key-exchange'
    }
    this.#transmit(now)
    return undefined
  }

  #receiveKeyExchange(body: Buffer): Refusal | undefined {
    const answer = this.#answer
    if (answer === undefined) return undefined
    const share = receiveClientKeyShare(body, answer.suite, answer.ephemeral)
    if ('alert' in share) return share
    const { identity, ecdhSecret } = share
    if (identity === undefined) return this.#deriveKeys(ecdhSecret ?? Buffer.alloc(0))
    this.#ecdhSecret = ecdhSecret
    this.#identity = { kind: 'psk', identity }
    this.#stage = 'psk'
    this.#retransmission.pause()
    this.#effects.push({ kind: 'psk-wanted', tenant: answer.agreement.policy.tenant, identity })
    return undefined
  }

  /** The transcript ends with ClientKeyExchange here, as the session hash wants it (RFC 7627 §3). */
  #deriveKeys(premaster: Buffer): Refusal | undefined {
    const answer = this.#answer
    if (answer === undefined) return undefined
    const { hash } = answer.suite
    const refusal = this.#createSession(
      answer,
      extendedMasterSecret(hash, premaster, this.#transcript.hash(hash)),
    )
    if (answer.authentication?.awaitsProof) this.#stage = 'certificate-verify'
    return refusal
  }

  #createSession(answer: HelloAnswer, master: Buffer): Refusal | undefined {
    const { agreement, suite, ownCid } = answer
    const terms = {
      suite,
      ownCid,
      peerCid: agreement.peerCid ?? Buffer.alloc(0),
      tenant: agreement.policy.tenant,
      identity: anonymous,
      contentLimit: agreement.contentLimit,
      checksRoutability: agreement.checksRoutability,
    }
    const keys = deriveKeyBlock(suite, master, answer.clientRandom, answer.serverRandom)
    this.#master = master
    this.#stage = 'change-cipher-spec'
    this.#session = this.#context.createSession(terms, keys, this.peer)
    if (this.#session) return undefined
    return { alert: alertDescription.internalError, reason: 'no connection id left' }
  }

  #receiveFinished(message: HandshakeMessage, now: number): Refusal | undefined {
    const answer = this.#answer
    if (answer === undefined || this.#session === undefined) return undefined
    const { hash } = answer.suite
    const expected = verifyData(hash, this.#master, 'client', this.#transcript.hash(hash))
    if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected)) {
      return { alert: alertDescription.decryptError, reason: 'Finished does not verify' }
    }
    this.#transcript.add(message)
    const identity = answer.authentication?.identity ?? this.#identity
    // A reload in the middle of the handshake may have taken the trust away.
    if (!this.#context.options.trusts(answer.agreement.policy.tenant, identity)) {
      return { alert: alertDescription.handshakeFailure, reason: 'client trusted no more' }
    }
    this.#session.identity = identity
    this.#session.establishedAt = now
    if (!answer.resumed) {
      this.#clientFinished = message
      this.#sender.beginFlight()
      this.#leaveResumable(answer, identity, now)
      this.#finish(answer)
      this.#transmit(now)
    }
    this.#stage = 'done'
    // Only the last flight is needed from here on, for minutes perhaps.
    this.#transcript = new Transcript()
    this.#answer = { ...answer, messages: [] }
    this.#effects.push({ kind: 'established', isResumed: answer.resumed !== undefined })
    return undefined
  }

  /** Leaves the client a ticket, or keeps the session under its id. */
  #leaveResumable(
    { agreement, suite, sessionId, issuesTicket }: HelloAnswer,
    identity: PeerIdentity,
    now: number,
  ): void {
    const { resumption, random } = this.#context.options
    if (resumption === undefined) return
    const session = {
      suite: suite.code,
      master: this.#master,
      tenant: agreement.policy.tenant,
      serverName: agreement.serverName ?? '',
      identity,
      establishedAt: now,
    }
    if (!issuesTicket) return resumption.remember(sessionId, session)
    const ticket = resumption.sealTicket(session, random) ?? Buffer.alloc(0)
    const body = writeNewSessionTicket(ticket, Math.floor(resumption.lifetimeMs / 1000))
    this.#send({ type: handshakeType.newSessionTicket, body })
  }

  /** ChangeCipherSpec and Finished. */
  #finish({ suite: { hash } }: HelloAnswer): void {
    const body = verifyData(hash, this.#master, 'server', this.#transcript.hash(hash))
    this.#sender.addChangeCipherSpec()
    this.#transcript.add(this.#sender.add({ type: handshakeType.finished, body }, true))
  }

  #send(message: MessageBody): void {
    this.#transcript.add(this.#sender.add(message))
  }

  #transmit(now: number): void {
    const { options } = this.#context
    const datagrams = this.#sender.transmit(this.#session, {
      datagram: this.#retransmission.datagramLimit,
      content: this.#answer?.agreement.contentLimit ?? CONTENT_LIMIT,
      paddingMultiple: options.paddingMultiple,
    })
    for (const octets of datagrams) this.#effects.push({ kind: 'datagram', octets })
    this.#retransmission.sent(now, options.random(1).readUInt8(0) / 255)
  }

  /** One fatal alert, then silence. The server's own Finished is out only in a resumption, which protects the alert. */
  #refuse({ alert, reason }: Refusal): void {
    const content = writeAlert(alert)
    const octets =
      this.#answer?.resumed && this.#sender.hasFlight
        ? this.#session?.seal(contentType.alert, content, this.#context.options.paddingMultiple)
        : this.#sender.plainRecord(contentType.alert, content)
    if (octets) this.#effects.push({ kind: 'datagram', octets })
    this.#end(reason)
  }

  #end(reason: string): void {
    this.#stage = 'done'
    this.#effects.push({ kind: 'failed', reason })
  }

  #drain(): HandshakeEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
  }
}
