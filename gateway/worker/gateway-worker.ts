/** One worker: a station for each listener, their sockets, and the talk with main. */
import { randomBytes } from 'node:crypto'
import { Batch } from '../batch.ts'
import { rotatingCookieKeys, rotatingTicketKeys } from '../cluster-secrets.ts'
import { DEFAULT_COAP_OPTIONS } from '../coap/index.ts'
import {
  type Configuration,
  type ListenerConfiguration,
  loadTenants,
  type Tenants,
} from '../configuration/index.ts'
import {
  CONNECTION_ID_LENGTH,
  ConnectionIds,
  connectionIdIn,
  type Owner,
  RANDOM_LENGTH,
} from '../connection-id.ts'
import {
  addressKey,
  contentType,
  createCookieOffice,
  createResumptionStore,
  type PeerAddress,
} from '../dtls/index.ts'
import { Forwarder } from '../forward/index.ts'
import { PlainStation } from '../plain-station.ts'
import { SessionNames } from '../session-name.ts'
import { SessionSeal } from '../session-store/index.ts'
import { Station } from '../station.ts'
import type { StationPorts } from '../station-options.ts'
import { type Log, Metrics } from '../telemetry/index.ts'
import { Alarm } from './alarm.ts'
import { UdpPort } from './udp-port.ts'
import { VaultChannel } from './vault-channel.ts'
import type { FromWorker, Routed, ToWorker, WorkerData } from './worker-message.ts'

const MOST_HANDSHAKES = 2000
const MOST_RELAYED = 50_000
const DRAIN_MS = 10_000
const DRAIN_LOOK_MS = 20

interface Listener {
  readonly station: Station | PlainStation
  readonly port: UdpPort | undefined
  readonly options: ListenerConfiguration
}

export class GatewayWorker {
  readonly #data: WorkerData
  readonly #post: (message: FromWorker) => void
  readonly #log: Log
  readonly #metrics: Metrics
  readonly #vault: VaultChannel
  readonly #ids: ConnectionIds
  readonly #seal: SessionSeal
  readonly #names: SessionNames
  readonly #listeners: Listener[] = []
  readonly #handOvers = new Map<number, Batch<Routed>>()
  readonly #sendBacks: Batch<Routed>
  /** Addresses of devices that speak to another node, or to the worker that has the socket. */
  readonly #relayed = new Set<string>()
  #tenants: Tenants
  #forwarder: Forwarder
  #isDraining = false

  constructor(data: WorkerData, post: (message: FromWorker) => void, log: Log) {
    const { node } = data.configuration
    this.#data = data
    this.#post = post
    this.#log = log
    this.#vault = new VaultChannel(
      (id, call) => post({ kind: 'vault', id, ...call }),
      (operation, milliseconds) => this.#metrics.observeStore(operation, milliseconds),
    )
    this.#ids = new ConnectionIds(node.clusterKey, node.previousClusterKeys)
    this.#seal = new SessionSeal(node.clusterKey, node.previousClusterKeys)
    this.#names = new SessionNames(node.clusterKey)
    this.#sendBacks = new Batch((routed) => post({ kind: 'send-back', routed }))
    this.#tenants = loadTenants(data.configuration)
    const stations = () => this.#listeners.map(({ station }) => station)
    this.#metrics = new Metrics({
      drops: () => stations().flatMap((station) => station.drops),
      coap: () => stations().map((station) => station.coap.counters),
      sessions: () => stations().reduce((sum, station) => sum + station.sessionCount, 0),
      handshakesInProgress: () => stations().reduce((sum, station) => sum + station.handshakeCount, 0),
      requestsAtEdge: () => stations().reduce((sum, station) => sum + station.coap.forwardedCount, 0),
    })
    this.#forwarder = this.#createForwarder(data.configuration)
  }

  /** @rejects with Node's error when an address cannot be had */
  async start(): Promise<void> {
    const { configuration, index, sharing } = this.#data
    for (const [listener, options] of configuration.listeners.entries()) {
      const station = options.isProtected
        ? this.#createStation(listener, options)
        : this.#createPlainStation(listener, options)
      const isReceiver = sharing === 'kernel' || index === 0
      const port = isReceiver ? await this.#open(listener, options, station) : undefined
      this.#listeners.push({ station, port, options })
    }
    this.#post({ kind: 'ready' })
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'vault':
        this.#vault.settle(message.id, message.result, message.error)
        return
      case 'deliver':
        for (const routed of message.routed) this.#deliver(routed, message.isRelayed)
        return
      case 'send':
        for (const { listener, datagram, peer } of message.routed) this.#sendHere(listener, datagram, peer)
        return
      case 'transfer':
        void this.#transfer(message)
        return
      case 'report':
        void this.#report(message.id)
        return
      case 'configure':
        this.#configure(message.configuration)
        return
      case 'release':
        for (const { station } of this.#listeners) {
          void station.release((connectionId) => this.#ids.read(connectionId)?.node === message.node)
        }
        return
      case 'drain':
        void this.#drain()
    }
  }

  #open(listener: number, options: ListenerConfiguration, station: Station | PlainStation): Promise<UdpPort> {
    const { sharing } = this.#data
    return UdpPort.open({
      address: options.address,
      isShared: sharing === 'kernel',
      receive: (datagram, from) => {
        this.#metrics.count('datagrams', 'received')
        this.#metrics.count('octets', 'received', datagram.length)
        if (this.#isDraining) return
        if (this.#relayed.size > 0) this.#relayed.delete(addressKey(from))
        if (sharing === 'fan-out' && this.#fanOut(listener, datagram, from)) return
        station.receive(datagram, from)
      },
      onUnsent: (error) => this.#log('warn', 'datagram_not_sent', { reason: error.message }),
    })
  }

  /** The socket is here alone: each worker has its part of the devices. True when it is another's. */
  #fanOut(listener: number, datagram: Buffer, from: PeerAddress): boolean {
    const { workers } = this.#data.configuration.node
    const isNamed = datagram[0] === contentType.connectionId
    const owner = isNamed ? this.#ids.read(connectionIdIn(datagram)) : undefined
    // What is handed over is believed by who gets it: a made-up Connection ID stays, and is dropped here.
    if (isNamed && !owner) return false
    const worker = (owner?.worker ?? hashOf(addressKey(from))) % workers
    if (worker === this.#data.index) return false
    this.#handOver({ node: this.#data.configuration.node.number, worker }, { listener, datagram, peer: from })
    return true
  }

  #createStation(listener: number, options: ListenerConfiguration): Station {
    const { configuration, index } = this.#data
    const { node, sessions, coap } = configuration
    const { address } = options
    const now = Date.now
    const alarm = new Alarm(() => station.timeout())
    const station: Station = new Station({
      dtls: {
        random: randomBytes,
        cookies: createCookieOffice(
          { address: address.host, port: address.port },
          rotatingCookieKeys(node.clusterKey, now),
        ),
        tenantFor: (serverName) => this.#tenants.policyFor(options, serverName),
        trusts: (tenant, identity) => this.#tenants.trusts(tenant, identity),
        suites: options.suites,
        groups: options.groups,
        cidLength: CONNECTION_ID_LENGTH,
        newCid: () => this.#ids.create({ node: node.number, worker: index }, randomBytes(RANDOM_LENGTH)),
        applicationProtocols: ['co', 'coap'],
        resumption: createResumptionStore(rotatingTicketKeys(node.clusterKey, now)),
        initialTimeoutMs: options.initialTimeoutMs,
        datagramLimit: options.datagramLimit,
        paddingMultiple: 0,
        handshakeLimit: MOST_HANDSHAKES,
      },
      coap: this.#coapOptions(coap),
      timing: options.timing,
      blockSize: options.blockSize,
      seal: this.#seal,
      names: this.#names,
      idleMs: sessions.idleMs,
      ports: {
        now,
        send: (datagram, to) => this.#send(listener, datagram, to),
        forward: (request) => this.#forwarder.forward(request),
        handOver: (datagram, peer, connectionId) =>
          this.#handOverToOwner(this.#ids.read(connectionId), { listener, datagram, peer }),
        preSharedKey: (tenant, identity) => this.#tenants.preSharedKey(tenant, identity),
        vault: this.#vault,
        count: this.#metrics.count,
        log: this.#log,
        wakeAt: (at) => alarm.set(at),
      },
    })
    return station
  }

  #createPlainStation(listener: number, options: ListenerConfiguration): PlainStation {
    const alarm = new Alarm(() => station.timeout())
    const station: PlainStation = new PlainStation({
      coap: this.#coapOptions(this.#data.configuration.coap),
      timing: options.timing,
      blockSize: options.blockSize,
      tenant: options.defaultTenant ?? '',
      datagramLimit: options.datagramLimit,
      ports: {
        now: Date.now,
        send: (datagram, to) => this.#send(listener, datagram, to),
        forward: (request) => this.#forwarder.forward(request),
        wakeAt: (at) => alarm.set(at),
      },
    })
    return station
  }

  #coapOptions({ aliases, bodyCode }: Configuration['coap']) {
    return {
      ...DEFAULT_COAP_OPTIONS,
      aliases,
      bodyCode,
      random: Math.random,
      randomOctets: (length: number) => randomBytes(length),
    }
  }

  #createForwarder(configuration: Configuration): Forwarder {
    return new Forwarder({
      configuration,
      log: this.#log,
      observe: (outcome, milliseconds) => this.#metrics.observeForward(outcome, milliseconds),
    })
  }

  /** Main gives a datagram back when its owner is dead: then it may be claimed here. */
  #handOverToOwner(owner: Owner | undefined, routed: Routed): ReturnType<StationPorts['handOver']> {
    if (!owner) return 'nobodys'
    const own = this.#data.configuration.node
    const isOwn = owner.node === own.number && owner.worker % own.workers === this.#data.index
    if (isOwn || (owner.node !== own.number && own.handOver === null)) return 'claimable'
    this.#handOver(owner, routed)
    return 'taken'
  }

  #handOver(owner: Owner, routed: Routed): void {
    const key = owner.node * 256 + owner.worker
    let batch = this.#handOvers.get(key)
    if (!batch) {
      batch = new Batch((all) => this.#post({ kind: 'hand-over', owner, routed: all }))
      this.#handOvers.set(key, batch)
    }
    const isNode = owner.node !== this.#data.configuration.node.number
    this.#metrics.count('hand_overs', isNode ? 'to-node' : 'to-worker')
    batch.add(routed)
  }

  #deliver({ listener, datagram, peer }: Routed, isRelayed: boolean): void {
    if (this.#isDraining) return
    this.#metrics.count('hand_overs', isRelayed ? 'from-node' : 'from-worker')
    if (isRelayed) this.#remember(peer)
    const octets = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length)
    this.#listeners[listener]?.station.receiveHandedOver(octets, peer)
  }

  #remember(peer: PeerAddress): void {
    this.#relayed.add(addressKey(peer))
    if (this.#relayed.size <= MOST_RELAYED) return
    const [oldest] = this.#relayed
    if (oldest !== undefined) this.#relayed.delete(oldest)
  }

  #send(listener: number, datagram: Buffer, to: PeerAddress): void {
    const isElsewhere = this.#relayed.size > 0 && this.#relayed.has(addressKey(to))
    if (isElsewhere || !this.#listeners[listener]?.port) this.#sendBacks.add({ listener, datagram, peer: to })
    else this.#sendHere(listener, datagram, to)
  }

  #sendHere(listener: number, datagram: Uint8Array, to: PeerAddress): void {
    this.#metrics.count('datagrams', 'sent')
    this.#metrics.count('octets', 'sent', datagram.length)
    this.#listeners[listener]?.port?.send(datagram, to)
  }

  async #transfer({ id, session, request }: Extract<ToWorker, { kind: 'transfer' }>): Promise<void> {
    for (const { station } of this.#listeners) {
      const outcome = await station.transfer(session, request)
      if (outcome.kind === 'unknown-session') continue
      this.#metrics.count('pushes', outcome.kind)
      this.#post({ kind: 'transferred', id, outcome: withoutMessage(outcome) })
      return
    }
    this.#post({ kind: 'transferred', id, outcome: { kind: 'unknown-session' } })
  }

  async #report(id: number): Promise<void> {
    const { sharing, index } = this.#data
    const isReceiver = sharing === 'kernel' || index === 0
    const report = {
      metrics: await this.#metrics.snapshot(),
      isBound: !isReceiver || this.#listeners.every(({ port }) => port !== undefined),
      isStoreOpen: await this.#vault.isOpen(),
      edge: this.#forwarder.contact,
    }
    this.#post({ kind: 'report', id, report })
  }

  /** Tenants and edge at once, for live sessions too; what a listener is stays until the next start. */
  #configure(configuration: Configuration): void {
    const before = this.#forwarder
    this.#tenants = loadTenants(configuration)
    this.#forwarder = this.#createForwarder(configuration)
    void before.close()
    for (const { station } of this.#listeners) station.endUntrusted()
  }

  /** Answers what is at the edge and saves what is not saved; what comes meanwhile is for the next life. */
  async #drain(): Promise<void> {
    this.#isDraining = true
    const end = Date.now() + DRAIN_MS
    const isBusy = () => this.#listeners.some(({ station }) => station.unfinished > 0)
    while (isBusy() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS))
    for (const { station, port } of this.#listeners) {
      await station.flush()
      await port?.close()
    }
    this.#post({ kind: 'drained' })
  }
}

function hashOf(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0
  return hash
}

/** A device's whole message has no business in another thread. */
function withoutMessage(outcome: Awaited<ReturnType<Station['transfer']>>): typeof outcome {
  return outcome.kind === 'refused' ? { kind: 'refused' } : outcome
}
