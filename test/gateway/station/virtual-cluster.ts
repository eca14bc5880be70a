/** Gateway nodes and devices on a {@link VirtualNetwork}: nodes are stopped, killed and started again, devices sleep and move. */

import { DEFAULT_COAP_OPTIONS, DEFAULT_TIMING, type EdgeAnswer } from '../../../gateway/coap/index.ts'
import { CONNECTION_ID_LENGTH, ConnectionIds, RANDOM_LENGTH } from '../../../gateway/connection-id.ts'
import { addressKey, type PeerAddress, type ServerOptions } from '../../../gateway/dtls/index.ts'
import type { ForwardRequest } from '../../../gateway/forward/index.ts'
import { NodeRelay, PING_INTERVAL_MS } from '../../../gateway/hand-over/index.ts'
import { SessionNames } from '../../../gateway/session-name.ts'
import { SessionSeal, type SessionVault } from '../../../gateway/session-store/index.ts'
import { Station } from '../../../gateway/station.ts'
import { CoapsDevice, type CoapsDeviceOptions } from '../../simulator/coaps-device/coaps-device.ts'
import type { SeededRandom } from '../../simulator/seeded-random.ts'
import { client, serverOptions } from '../dtls/virtual-port.ts'
import type { VirtualNetwork } from './virtual-network.ts'

export const CLUSTER_KEY = Buffer.alloc(32, 5)
const IDLE_MS = 60 * 86_400_000

export interface ClusterOptions {
  readonly network: VirtualNetwork
  readonly random: SeededRandom
  /** What survives a node. */
  readonly vault: SessionVault
  readonly forward: (request: ForwardRequest) => Promise<EdgeAnswer>
  readonly nodes: number
  readonly dtls?: Partial<ServerOptions>
  readonly pathAliases?: ReadonlyMap<string, string>
}

export class VirtualCluster {
  readonly nodes: VirtualNode[]
  readonly options: ClusterOptions
  /** Where each device is now. */
  readonly #devices = new Map<string, VirtualDevice>()
  readonly counts = new Map<string, number>()
  /** Every datagram a gateway sent to devices, for those who look for repeated nonces. */
  onSent: ((datagram: Buffer, to: string) => void) | undefined
  /** Datagrams handed over between nodes. */
  relayed = 0
  #ports = 1024

  constructor(options: ClusterOptions) {
    this.options = options
    this.nodes = Array.from({ length: options.nodes }, (_, index) => new VirtualNode(this, index + 1))
    for (const node of this.nodes) node.start()
    this.#ping()
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by)
  }

  #ping(): void {
    if (this.nodes.length > 1) {
      for (const node of this.nodes) node.relay?.ping()
      this.options.network.at(this.options.network.now + PING_INTERVAL_MS, () => this.#ping())
    }
  }

  /** To a node that is up, as a load balancer finds it; to any when none is. */
  pickNode(): VirtualNode {
    const up = this.nodes.filter((node) => node.isUp)
    return this.options.random.pick(up.length > 0 ? up : this.nodes)
  }

  newAddress(): PeerAddress {
    this.#ports = this.#ports >= 65_000 ? 1024 : this.#ports + 1
    return { address: `198.51.100.${this.options.random.below(250)}`, port: this.#ports }
  }

  place(device: VirtualDevice, address: PeerAddress): void {
    this.#devices.set(addressKey(address), device)
  }

  leave(address: PeerAddress): void {
    this.#devices.delete(addressKey(address))
  }

  toDevice(datagram: Buffer, to: PeerAddress): void {
    const device = this.#devices.get(addressKey(to))
    this.onSent?.(datagram, device?.name ?? 'nobody')
    const { network } = this.options
    network.carry(() => this.#devices.get(addressKey(to))?.device.receive(Buffer.from(datagram)))
  }

  toNode(node: number, frame: Buffer): void {
    const { network } = this.options
    network.at(network.now + 1, () => {
      this.nodes[node - 1]?.relay?.receive(frame)
    })
  }
}

export class VirtualNode {
  station: Station | undefined
  relay: NodeRelay | undefined
  readonly number: number
  readonly #cluster: VirtualCluster
  readonly #ids = new ConnectionIds(CLUSTER_KEY)
  /** Raised at each start: what is left over from a life before is told apart by it. */
  #life = 0

  constructor(cluster: VirtualCluster, number: number) {
    this.#cluster = cluster
    this.number = number
  }

  get isUp(): boolean {
    return this.station !== undefined
  }

  start(): void {
    const life = ++this.#life
    const isThisLife = () => this.#life === life
    const { network, vault, forward, dtls, pathAliases } = this.#cluster.options
    const relay = new NodeRelay({
      node: this.number,
      peers: this.#cluster.nodes ? this.#otherNodes() : [],
      clusterKey: CLUSTER_KEY,
      previousClusterKeys: [],
      ports: {
        now: () => network.now,
        sendFrame: (frame, to) => isThisLife() && this.#cluster.toNode(to, frame),
        deliver: (_listener, datagram, from) => {
          this.#cluster.relayed++
          this.station?.receiveHandedOver(datagram, from)
        },
        send: (_listener, datagram, to) => this.#cluster.toDevice(datagram, to),
        onReturn: (node) => void network.track(this.#release(node)),
      },
    })
    this.relay = relay
    const options = serverOptions({}, `node ${this.number} life ${life}`)
    const station: Station = new Station({
      dtls: {
        ...options,
        cidLength: CONNECTION_ID_LENGTH,
        newCid: () => this.#ids.create({ node: this.number, worker: 0 }, options.random(RANDOM_LENGTH)),
        ...dtls,
      },
      coap: {
        ...DEFAULT_COAP_OPTIONS,
        aliases: pathAliases ?? new Map([['e', '/gsma/rsp2/asn1']]),
        random: () => this.#cluster.options.random.next(),
        randomOctets: options.random,
      },
      timing: DEFAULT_TIMING,
      blockSize: 1024,
      seal: new SessionSeal(CLUSTER_KEY),
      names: new SessionNames(CLUSTER_KEY),
      idleMs: IDLE_MS,
      ports: {
        now: () => network.now,
        send: (datagram, to) => {
          if (isThisLife() && !relay.sendBack(0, datagram, to)) this.#cluster.toDevice(datagram, to)
        },
        // A dead process hears no answer.
        forward: (request) =>
          new Promise((resolve) => {
            void network.track(forward(request)).then((answer) => isThisLife() && resolve(answer))
          }),
        handOver: (datagram, from, connectionId) => {
          const owner = this.#ids.read(connectionId)
          if (!owner) return 'nobodys'
          if (owner.node === this.number) return 'claimable'
          return relay.handOver(owner.node, 0, datagram, from) ? 'taken' : 'claimable'
        },
        preSharedKey: (_tenant, identity) =>
          identity === 'dev1' ? Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex') : undefined,
        vault: trackedVault(vault, network),
        count: (family, label, by) => this.#cluster.count(`${family} ${label}`, by),
        log: () => undefined,
        wakeAt: network.timer(() => isThisLife() && station.timeout()),
      },
    })
    this.station = station
  }

  #otherNodes(): number[] {
    return Array.from({ length: this.#cluster.options.nodes }, (_, index) => index + 1).filter(
      (node) => node !== this.number,
    )
  }

  async #release(node: number): Promise<void> {
    await this.station?.release((connectionId) => this.#ids.read(connectionId)?.node === node)
  }

  /** `kill -9`: what was not durable is gone. */
  kill(): void {
    this.#life++
    this.station = undefined
    this.relay = undefined
  }

  /** SIGTERM: what is not saved is saved. */
  async stop(): Promise<void> {
    await this.#cluster.options.network.track(this.station?.flush() ?? Promise.resolve())
    this.kill()
  }

  receive(datagram: Buffer, from: PeerAddress): void {
    this.relay?.noteDirect(from)
    this.station?.receive(datagram, from)
  }
}

function trackedVault(vault: SessionVault, network: VirtualNetwork): SessionVault {
  return {
    save: (sessions) => network.track(vault.save(sessions)),
    claim: (name) => network.track(vault.claim(name)),
    remove: (sessions) => network.track(vault.remove(sessions)),
    close: () => vault.close(),
  }
}

export class VirtualDevice {
  /** Whatever its address. */
  readonly name: string
  readonly device: CoapsDevice
  readonly #cluster: VirtualCluster
  address: PeerAddress
  #node: VirtualNode

  constructor(cluster: VirtualCluster, options: Partial<CoapsDeviceOptions> = {}) {
    this.#cluster = cluster
    const { network, random } = cluster.options
    this.address = cluster.newAddress()
    this.name = addressKey(this.address)
    this.#node = cluster.pickNode()
    this.device = new CoapsDevice({
      dtls: client({ takesTickets: true }).options,
      timing: DEFAULT_TIMING,
      blockSize: 512,
      initialTimeoutMs: 2000,
      now: () => network.now,
      random: () => random.next(),
      send: (datagram) => this.#send(Buffer.from(datagram)),
      wakeAt: network.timer(() => this.device.timeout()),
      ...options,
    })
    cluster.place(this, this.address)
  }

  #send(datagram: Buffer): void {
    const from = this.address
    // A balancer notices that a node is away.
    if (!this.#node.isUp) this.#node = this.#cluster.pickNode()
    const node = this.#node
    this.#cluster.options.network.carry(() => node.receive(Buffer.from(datagram), from))
  }

  /** Behind another address, and perhaps another node. */
  move(): void {
    this.#cluster.leave(this.address)
    this.address = this.#cluster.newAddress()
    this.#cluster.place(this, this.address)
    this.#node = this.#cluster.pickNode()
  }
}
