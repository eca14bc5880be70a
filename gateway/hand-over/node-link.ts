/** The inner UDP socket over which the nodes of a cluster hand datagrams over to each other. */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { HandOverConfiguration, NodeConfiguration } from '../configuration/index.ts'
import { NodeRelay, type NodeRelayPorts, PING_INTERVAL_MS } from './node-relay.ts'

export class NodeLink {
  readonly relay: NodeRelay
  readonly #socket: Socket
  readonly #ping: NodeJS.Timeout

  private constructor(socket: Socket, relay: NodeRelay) {
    this.relay = relay
    this.#socket = socket
    socket.on('message', (octets) => relay.receive(octets))
    this.#ping = setInterval(() => relay.ping(), PING_INTERVAL_MS)
    relay.ping()
  }

  /** @rejects with Node's error when the address cannot be had */
  static async open(
    node: NodeConfiguration,
    { address, peers }: HandOverConfiguration,
    ports: Pick<NodeRelayPorts, 'deliver' | 'send' | 'onReturn'>,
  ): Promise<NodeLink> {
    const socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(address.port, address.host, resolve)
    })
    const addresses = new Map(peers.map((peer) => [peer.number, peer.address]))
    const relay = new NodeRelay({
      node: node.number,
      peers: peers.map(({ number }) => number),
      clusterKey: node.clusterKey,
      previousClusterKeys: node.previousClusterKeys,
      ports: {
        ...ports,
        now: Date.now,
        sendFrame: (frame, to) => {
          const peer = addresses.get(to)
          // A frame that is lost is a datagram that is lost: devices repeat.
          if (peer) socket.send(frame, peer.port, peer.host, () => undefined)
        },
      },
    })
    return new NodeLink(socket, relay)
  }

  close(): Promise<void> {
    clearInterval(this.#ping)
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }
}
