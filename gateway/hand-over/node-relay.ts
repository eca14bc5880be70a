/**
 * A node's part in its cluster, without its socket: hands datagrams over to the node whose session they are for, brings
 * answers back by the way the question came, and knows which nodes are alive.
 */
import { addressKey, type PeerAddress } from '../dtls/index.ts'
import { type FrameKey, frameKey, readFrame, writeFrame } from './frame.ts'

export interface NodeRelayOptions {
  /** 0 to 255 */
  readonly node: number
  /** The other nodes' numbers. */
  readonly peers: readonly number[]
  /** 32 octets each. */
  readonly clusterKey: Uint8Array
  readonly previousClusterKeys: readonly Uint8Array[]
  readonly ports: NodeRelayPorts
}

export interface NodeRelayPorts {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly sendFrame: (frame: Buffer, toNode: number) => void
  /** A datagram of a device whose session is here; its answer goes to {@link NodeRelay.send}. */
  readonly deliver: (listener: number, datagram: Buffer, from: PeerAddress) => void
  /** An answer of another node, to be sent from a socket here. */
  readonly send: (listener: number, datagram: Buffer, to: PeerAddress) => void
  /** A node has come back: what was taken over from it is to be let go. */
  readonly onReturn: (node: number) => void
}

export const PING_INTERVAL_MS = 2000
/** A node that has been silent for so long is dead. */
const SILENCE_MS = 6000
/** How long answers go back by the node that the question came through. */
const ROUTE_MS = 300_000
const MOST_ROUTES = 50_000

interface Route {
  readonly node: number
  readonly until: number
}

export class NodeRelay {
  readonly #options: NodeRelayOptions
  readonly #key: FrameKey
  readonly #keys: readonly FrameKey[]
  readonly #heardAt = new Map<number, number>()
  /** By the address of a device: the node it sends to. */
  readonly #routes = new Map<string, Route>()

  constructor(options: NodeRelayOptions) {
    this.#options = options
    this.#key = frameKey(options.clusterKey)
    this.#keys = [this.#key, ...options.previousClusterKeys.map(frameKey)]
  }

  isAlive(node: number): boolean {
    const heardAt = this.#heardAt.get(node)
    // When the clock was set back, what was heard lies ahead: it must not count until the clock is there again.
    return heardAt !== undefined && Math.abs(this.#options.ports.now() - heardAt) < SILENCE_MS
  }

  /** To be called every {@link PING_INTERVAL_MS}. */
  ping(): void {
    for (const peer of this.#options.peers) this.#sendFrame({ kind: 'ping' }, peer)
  }

  /** False when the owner is not alive, or is no node of this cluster: the session may be claimed. */
  handOver(owner: number, listener: number, datagram: Buffer, from: PeerAddress): boolean {
    if (!this.isAlive(owner)) return false
    this.#sendFrame({ kind: 'deliver', listener, peer: from, datagram }, owner)
    return true
  }

  /** The device has reached this node itself. */
  noteDirect(from: PeerAddress): void {
    if (this.#routes.size > 0) this.#routes.delete(addressKey(from))
  }

  /** True when the answer goes by another node. */
  sendBack(listener: number, datagram: Buffer, to: PeerAddress): boolean {
    const route = this.#routes.size === 0 ? undefined : this.#routes.get(addressKey(to))
    if (!route || route.until < this.#options.ports.now() || !this.isAlive(route.node)) return false
    this.#sendFrame({ kind: 'send', listener, peer: to, datagram }, route.node)
    return true
  }

  /** Octets from the inner socket. False when they are no frame of another node: to be counted. */
  receive(octets: Buffer): boolean {
    const { ports, peers } = this.#options
    const now = ports.now()
    const read = readFrame(this.#keys, octets, now)
    if (!read || !peers.includes(read.node)) return false
    const { node, frame } = read
    const wasAlive = this.isAlive(node)
    this.#heardAt.set(node, now)
    if (!wasAlive) ports.onReturn(node)
    switch (frame.kind) {
      case 'ping':
        this.#sendFrame({ kind: 'pong' }, node)
        break
      case 'deliver':
        this.#remember(frame.peer, node, now)
        ports.deliver(frame.listener, frame.datagram, frame.peer)
        break
      case 'send':
        ports.send(frame.listener, frame.datagram, frame.peer)
    }
    return true
  }

  #remember(peer: PeerAddress, node: number, now: number): void {
    const key = addressKey(peer)
    this.#routes.delete(key)
    this.#routes.set(key, { node, until: now + ROUTE_MS })
    if (this.#routes.size <= MOST_ROUTES) return
    const [oldest] = this.#routes.keys()
    if (oldest !== undefined) this.#routes.delete(oldest)
  }

  #sendFrame(frame: Parameters<typeof writeFrame>[2], toNode: number): void {
    const { node, ports } = this.#options
    ports.sendFrame(writeFrame(this.#key, node, frame, ports.now()), toNode)
  }
}
