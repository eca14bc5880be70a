/**
 * One port of one worker without its socket: DTLS, CoAP and the sessions' keeper put together. Datagrams and the time go
 * in; datagrams and requests for the edge come out, by the ports it is given. Runs under virtual time as it is.
 *
 * What comes in a row passes in stages: all records are opened, then all messages read, all answers written, all of them
 * sealed. One after another, each would drive the others' code out of the processor's cache, at a tenth of the whole.
 */
import type { DeviceIdentity } from '../shared/gateway/forwarded-request.ts'
import { Batch } from './batch.ts'
import { ClaimQueue, type Waiting } from './claim-queue.ts'
import {
  type CoapEffect,
  CoapServer,
  type DeviceDatagram,
  type DeviceSession,
  type EdgeAnswer,
  type TransferOutcome,
  type TransferRequest,
} from './coap/index.ts'
import {
  addressKey,
  addressText,
  CONNECTION_ID_OFFSET,
  contentType,
  type DropCounters,
  type Effect,
  earliest,
  type PeerAddress,
  ServerEndpoint,
  type Session,
} from './dtls/index.ts'
import { SessionKeeper } from './session-keeper.ts'
import type { StationOptions, StationPorts } from './station-options.ts'

/** A device that CoAP remembers something about. */
interface Active extends DeviceSession {
  readonly dtls: Session
  /** To the edge; made when it is first needed. */
  name: string | undefined
}

type Received = DeviceDatagram<PeerAddress, Active>

interface Answered {
  readonly exchange: ForwardEffect['exchange']
  readonly answer: EdgeAnswer
}

interface OpenTransfer {
  readonly session: Session
  readonly resolve: (outcome: TransferOutcome) => void
}

/** Record header, Connection ID, explicit nonce, inner type and tag, at their longest. */
const RECORD_OVERHEAD = 64
const IDLE_CHECK_MS = 600_000
const RELEASE_ROUNDS = 3

export class Station {
  readonly dtls: ServerEndpoint
  readonly coap: CoapServer<PeerAddress, Active>
  readonly #options: StationOptions
  readonly #ports: StationPorts
  readonly #keeper: SessionKeeper
  readonly #received = new Batch<Received>((all) => this.#receiveData(all), queueMicrotask)
  readonly #answered = new Batch<Answered>((all) => this.#answer(all), queueMicrotask)
  readonly #transfers = new Map<number, OpenTransfer>()
  readonly #claims: ClaimQueue
  #idleCheckAt: number
  #wakeAt: number | undefined

  constructor(options: StationOptions) {
    const { dtls, coap, ports, seal, idleMs } = options
    this.#options = options
    this.#ports = ports
    this.dtls = new ServerEndpoint(dtls)
    this.coap = new CoapServer(coap)
    this.#keeper = new SessionKeeper({
      endpoint: this.dtls,
      vault: ports.vault,
      seal,
      idleMs,
      count: ports.count,
      log: ports.log,
      now: ports.now,
      onFenced: (session) => this.#abandon(session),
      onDue: () => this.#told(ports.now()),
    })
    this.#claims = new ClaimQueue({
      claim: (connectionId) => this.#keeper.claim(connectionId),
      receive: (datagram) => this.#open(datagram),
      onDropped: () => this.dtls.drops['unknown-connection-id']++,
    })
    this.#idleCheckAt = ports.now() + IDLE_CHECK_MS
  }

  /** What was dropped, by reason. */
  get drops(): readonly Readonly<DropCounters>[] {
    return [this.dtls.drops]
  }

  get sessionCount(): number {
    return this.dtls.sessionCount
  }

  get handshakeCount(): number {
    return this.dtls.handshakeCount
  }

  /** Requests at the edge, and sessions that are not saved as they are. */
  get unfinished(): number {
    return this.coap.forwardedCount + this.#keeper.unsaved + this.#claims.size
  }

  /** One datagram; it may not be used again by the caller. */
  receive(datagram: Buffer, from: PeerAddress): void {
    this.#receive(datagram, from, this.#ports.handOver)
  }

  /** One that somebody else has handed over: its session is here, or may be claimed here. */
  receiveHandedOver(datagram: Buffer, from: PeerAddress): void {
    this.#receive(datagram, from, () => 'claimable')
  }

  #receive(datagram: Buffer, from: PeerAddress, handOver: StationPorts['handOver']): void {
    if (!this.#isForAnother(datagram, from, handOver)) this.#open({ datagram, from })
  }

  #open({ datagram, from }: Waiting): void {
    const now = this.#ports.now()
    this.#obey(this.dtls.receive(datagram, from, now), now)
    // Otherwise it tells when it has read what came.
    if (this.#received.isEmpty) this.#told(now)
  }

  /** What is due. */
  timeout(): void {
    const now = this.#ports.now()
    this.#wakeAt = undefined
    this.#obey(this.dtls.timeout(now), now)
    this.#obeyCoap(this.coap.timeout(now), now)
    this.#keeper.timeout(now)
    if (now >= this.#idleCheckAt) {
      this.#idleCheckAt = now + IDLE_CHECK_MS
      this.#obey(this.dtls.evictIdle(now - this.#options.idleMs), now)
    }
    this.#told(now)
  }

  /** Ends the sessions of devices that the configuration trusts no more. */
  endUntrusted(): void {
    const now = this.#ports.now()
    this.#obey(this.dtls.evictUntrusted(), now)
    this.#told(now)
  }

  /** Asks the device of a session something; resolves at the end of it. */
  transfer(name: string, request: TransferRequest): Promise<TransferOutcome | { kind: 'unknown-session' }> {
    const connectionId = this.#options.names.connectionIdOf(name)
    const session = connectionId && this.dtls.findNamedSession(connectionId, 0)
    if (!session) return Promise.resolve({ kind: 'unknown-session' })
    const now = this.#ports.now()
    const { transfer, effects } = this.coap.request(this.#activate(session), request, now)
    const ended = new Promise<TransferOutcome>((resolve) =>
      this.#transfers.set(transfer, { session, resolve }),
    )
    this.#obeyCoap(effects, now)
    this.#told(now)
    return ended
  }

  /** Saves all that is not saved. */
  async flush(): Promise<void> {
    await this.#keeper.flush()
  }

  /**
   * Saves and lets go of sessions, so that their owner finds them as they are. One that cannot be saved, or reads again
   * each time meanwhile, stays until its owner claims it; and so does one whose device has a request at the edge: it was
   * told that the answer will come, and would not ask anybody else for minutes.
   */
  async release(isWanted: (connectionId: Buffer) => boolean): Promise<void> {
    let wanted = [...this.dtls.sessions()].filter(({ cidKey, ownCid }) => cidKey !== '' && isWanted(ownCid))
    for (let round = 0; round < RELEASE_ROUNDS && wanted.length > 0; round++) {
      await this.#keeper.flush()
      for (const session of wanted) {
        if (this.#keeper.isSaved(session) && !this.coap.isForwarded(session.id)) this.#abandon(session)
      }
      wanted = wanted.filter((session) => !this.#keeper.isSaved(session))
    }
  }

  /** True when the session its first record names is not here, and the datagram is looked after. */
  #isForAnother(datagram: Buffer, from: PeerAddress, handOver: StationPorts['handOver']): boolean {
    const { cidLength } = this.#options.dtls
    if (datagram[0] !== contentType.connectionId) return false
    if (datagram.length < CONNECTION_ID_OFFSET + cidLength || this.dtls.findNamedSession(datagram))
      return false
    const connectionId = Buffer.from(
      datagram.subarray(CONNECTION_ID_OFFSET, CONNECTION_ID_OFFSET + cidLength),
    )
    if (this.#claims.join(connectionId, { datagram, from })) return true
    const whose = handOver(datagram, from, connectionId)
    if (whose === 'claimable') this.#claims.begin(connectionId, { datagram, from })
    if (whose === 'nobodys') this.dtls.drops['unknown-connection-id']++
    return true
  }

  #obey(effects: readonly Effect[], now: number): void {
    for (const effect of effects) this.#obeyOne(effect, now)
  }

  #obeyOne(effect: Effect, now: number): void {
    const { count, log } = this.#ports
    switch (effect.kind) {
      case 'send':
        this.#ports.send(effect.datagram, effect.to)
        return
      case 'data':
        this.#keeper.advance(effect.session, now)
        this.#received.add(this.#datagramOf(effect))
        return
      case 'established':
        count('handshakes', effect.isResumed ? 'resumed' : 'established')
        this.#keeper.change(effect.session, now)
        return
      case 'closed':
        count('sessions_closed', effect.reason)
        this.#forgetDevice(effect.session)
        this.#keeper.forget(effect.session)
        return
      case 'psk-wanted': {
        const { handshake, tenant, identity } = effect
        const key = this.#ports.preSharedKey(tenant, identity)
        this.#obey(this.dtls.providePsk(handshake, key, now), now)
        return
      }
      case 'handshake-failed':
        count('handshakes', 'failed')
        log('warn', 'handshake_failed', { peer: addressText(effect.peer), reason: effect.reason })
        return
      case 'address-changed':
        count('address_changes', 'moved')
        this.#keeper.change(effect.session, now)
        return
      case 'reservation-low':
        this.#keeper.change(effect.session, now)
        return
      case 'unsent':
        count('unsent', effect.reason)
    }
  }

  #receiveData(all: readonly Received[]): void {
    const now = this.#ports.now()
    const effects: CoapEffect<PeerAddress, Active>[] = []
    for (const each of all) for (const effect of this.coap.receive(each, now)) effects.push(effect)
    this.#obeyCoap(effects, now)
    this.#told(now)
  }

  #answer(all: readonly Answered[]): void {
    const now = this.#ports.now()
    const effects: CoapEffect<PeerAddress, Active>[] = []
    for (const { exchange, answer } of all) {
      for (const effect of this.coap.answer(exchange, answer, now)) effects.push(effect)
    }
    this.#obeyCoap(effects, now)
    this.#told(now)
  }

  #datagramOf({ session, octets, from }: Extract<Effect, { kind: 'data' }>): Received {
    // Return routability is DTLS's own way to find out (RFC 9853); without it CoAP asks by Echo (RFC 9175).
    const isProven = session.checksRoutability || session.isAt(from)
    const unprovenPath = isProven ? undefined : addressKey(from)
    return { session: this.#activate(session), octets, origin: from, unprovenPath }
  }

  #activate(session: Session): Active {
    const known = this.coap.find(session.id)
    if (known) return known
    const { timing, blockSize, dtls } = this.#options
    const longestMessage = Math.min(session.contentLimit, dtls.datagramLimit - RECORD_OVERHEAD)
    return { id: session.id, longestMessage, blockSize, timing, dtls: session, name: undefined }
  }

  #obeyCoap(effects: readonly CoapEffect<PeerAddress, Active>[], now: number): void {
    const sealed: Effect[] = []
    for (const effect of effects) {
      if (effect.kind !== 'send') this.#obeyCoapOne(effect, now)
      else this.dtls.send(effect.session.dtls, effect.octets, effect.to, sealed)
    }
    this.#obey(sealed, now)
  }

  #obeyCoapOne(effect: Exclude<CoapEffect<PeerAddress, Active>, { kind: 'send' }>, now: number): void {
    switch (effect.kind) {
      case 'forward':
        this.#forward(effect)
        return
      case 'transferred':
        this.#transfers.get(effect.transfer)?.resolve(effect.outcome)
        this.#transfers.delete(effect.transfer)
        return
      case 'address-proven':
        this.#ports.count('address_changes', 'proven')
        this.#obey(this.dtls.confirmAddress(effect.session.dtls, effect.origin), now)
    }
  }

  #forward({ session, exchange, path, body, origin }: ForwardEffect): void {
    const device = {
      identity: identityOf(session.dtls),
      session: this.#nameOf(session),
      address: addressText(origin),
      isProtected: true,
    }
    void this.#ports.forward({ tenant: session.dtls.tenant, path, body, device }).then((answer) => {
      this.#answered.add({ exchange, answer })
    })
  }

  /** Enciphering it anew for each request would cost as much as a record. */
  #nameOf(active: Active): string {
    if (active.dtls.cidKey === '') return 'unnamed'
    active.name ??= this.#options.names.nameOf(active.dtls.ownCid)
    return active.name
  }

  #abandon(session: Session): void {
    this.#forgetDevice(session)
    this.dtls.abandon(session)
  }

  #forgetDevice(session: Session): void {
    // What it has said is heard first.
    this.#received.flush()
    this.coap.forget(session.id)
    for (const [transfer, open] of this.#transfers) {
      if (open.session !== session) continue
      this.#transfers.delete(transfer)
      open.resolve({ kind: 'unreachable' })
    }
  }

  /** Says when it wants to be woken, if that has changed; and again when it should have been, as after the clock was set. */
  #told(now: number): void {
    const ofProtocols = earliest(this.dtls.nextTimeout, this.coap.nextTimeout)
    const next = earliest(earliest(ofProtocols, this.#keeper.nextTimeout), this.#idleCheckAt)
    if (next === this.#wakeAt && (next === undefined || next > now)) return
    this.#wakeAt = next
    this.#ports.wakeAt(next)
  }
}

type ForwardEffect = Extract<CoapEffect<PeerAddress, Active>, { kind: 'forward' }>

/** Why and until when a certificate is believed is the gateway's own business. */
function identityOf({ identity }: Session): DeviceIdentity {
  return identity.kind === 'certificate' ? { kind: 'certificate', thumbprint: identity.thumbprint } : identity
}
