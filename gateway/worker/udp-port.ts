/** One UDP socket of a worker. */
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import { Batch } from '../batch.ts'
import type { SocketAddress } from '../configuration/index.ts'
import { normalAddress, type PeerAddress } from '../dtls/index.ts'

/** What the kernel may hold while a worker is busy, octets; it gives less where it is told to. */
const BUFFER_OCTETS = 4 * 1024 * 1024

export interface UdpPortOptions {
  readonly address: SocketAddress
  /** Other sockets have the same port. */
  readonly isShared: boolean
  readonly receive: (datagram: Buffer, from: PeerAddress) => void
  /** A datagram that could not be sent. */
  readonly onUnsent: (error: Error) => void
}

/** A datagram and where it came from, or goes to. */
interface Addressed<Octets> {
  readonly datagram: Octets
  readonly peer: PeerAddress
}

/**
 * A turn of the event loop reads up to 32 datagrams, then works on all of them, then sends all answers: taken one by one,
 * each step would find the processor's cache full of the others' code, which costs a tenth of the whole.
 */
export class UdpPort {
  readonly #socket: Socket
  readonly #isIpv6: boolean
  readonly #outgoing = new Batch<Addressed<Uint8Array>>((all) => {
    for (const each of all) this.#sendNow(each)
  }, queueMicrotask)
  /** One for all: it is called for each datagram. */
  readonly #afterSend: (error: Error | null) => void
  #isClosed = false

  private constructor(socket: Socket, isIpv6: boolean, onUnsent: (error: Error) => void) {
    this.#socket = socket
    this.#isIpv6 = isIpv6
    this.#afterSend = (error) => {
      if (error) onUnsent(error)
    }
  }

  /** @rejects with Node's error when the address cannot be had */
  static async open({ address, isShared, receive, onUnsent }: UdpPortOptions): Promise<UdpPort> {
    const isIpv6 = isIPv6(address.host)
    const host = isIpv6 ? address.host : (await lookup(address.host, 4)).address
    const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', reusePort: isShared, lookup: asItIs })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(address.port, host, () => {
        socket.removeListener('error', reject)
        resolve()
      })
    })
    socket.on('error', onUnsent)
    setBuffer(socket)
    const incoming = new Batch<Addressed<Buffer>>((all) => {
      for (const { datagram, peer } of all) receive(datagram, peer)
    })
    socket.on('message', (datagram, { address: from, port }) => {
      incoming.add({ datagram, peer: { address: normalAddress(from), port } })
    })
    return new UdpPort(socket, isIpv6, onUnsent)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** With all that is sent in the same row: when what runs now has come to its end. */
  send(datagram: Uint8Array, peer: PeerAddress): void {
    // Node throws for both. Anybody can write 0 as the port a datagram comes from; timers may outlast the socket.
    if (!this.#isClosed && peer.port !== 0) this.#outgoing.add({ datagram, peer })
  }

  /** What was to be sent is sent. */
  close(): Promise<void> {
    this.#isClosed = true
    this.#outgoing.flush()
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }

  #sendNow({ datagram, peer: { address, port } }: Addressed<Uint8Array>): void {
    // A socket for both families takes IPv4 addresses in their IPv6 form only.
    const to = this.#isIpv6 && !address.includes(':') ? `::ffff:${address}` : address
    this.#socket.send(datagram, port, to, this.#afterSend)
  }
}

/** Addresses of devices are numbers. Node's own look-up would find that out for each datagram, one turn later. */
function asItIs(
  address: string,
  _options: unknown,
  found: (error: null, address: string, family: number) => void,
): void {
  // A socket knows its family.
  found(null, address, 0)
}

function setBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(BUFFER_OCTETS)
  } catch {
    // Some systems refuse what they would otherwise cut: then it stays as it is.
  }
}
