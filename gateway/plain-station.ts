/**
 * CoAP in the clear, for laboratories: anybody can be anybody here. A device is its address, for as long as it is
 * remembered.
 */
import {
  type BlockSize,
  type CoapEffect,
  CoapServer,
  type CoapServerOptions,
  type DeviceSession,
  type EdgeAnswer,
  type Timing,
} from './coap/index.ts'
import { addressKey, addressText, type PeerAddress } from './dtls/index.ts'
import type { ForwardRequest } from './forward/index.ts'

export interface PlainStationOptions {
  readonly coap: CoapServerOptions
  readonly timing: Timing
  readonly blockSize: BlockSize
  readonly tenant: string
  /** Octets of the longest message. */
  readonly datagramLimit: number
  readonly ports: {
    /** Milliseconds since 1970. */
    readonly now: () => number
    readonly send: (datagram: Buffer, to: PeerAddress) => void
    /** Never rejects. */
    readonly forward: (request: ForwardRequest) => Promise<EdgeAnswer>
    readonly wakeAt: (at: number | undefined) => void
  }
}

const MOST_DEVICES = 10_000

interface PlainDevice extends DeviceSession {
  readonly peer: PeerAddress
}

export class PlainStation {
  readonly coap: CoapServer<PeerAddress, PlainDevice>
  /** There is no DTLS that could drop anything. */
  readonly drops: readonly never[] = []
  readonly sessionCount = 0
  readonly handshakeCount = 0
  readonly #options: PlainStationOptions
  readonly #byAddress = new Map<string, PlainDevice>()
  #nextId = 1

  constructor(options: PlainStationOptions) {
    this.#options = options
    this.coap = new CoapServer(options.coap)
  }

  get unfinished(): number {
    return this.coap.forwardedCount
  }

  receive(datagram: Buffer, from: PeerAddress): void {
    const session = this.#deviceAt(from)
    // Only an address that has answered to Echo gets more than three times what it sent.
    const unprovenPath = addressKey(from)
    this.#obey(
      this.coap.receive({ session, octets: datagram, origin: from, unprovenPath }, this.#options.ports.now()),
    )
  }

  receiveHandedOver(datagram: Buffer, from: PeerAddress): void {
    this.receive(datagram, from)
  }

  timeout(): void {
    this.#obey(this.coap.timeout(this.#options.ports.now()))
  }

  /** Nothing here outlasts the process. */
  async flush(): Promise<void> {}

  async release(): Promise<void> {}

  /** Nobody has proven anything here. */
  endUntrusted(): void {}

  /** Who is at an address now cannot be known: nothing is pushed. */
  async transfer(): Promise<{ kind: 'unknown-session' }> {
    return { kind: 'unknown-session' }
  }

  #deviceAt(peer: PeerAddress): PlainDevice {
    const key = addressKey(peer)
    const known = this.#byAddress.get(key)
    if (known) return known
    const { timing, blockSize, datagramLimit } = this.#options
    const device = { id: this.#nextId++, longestMessage: datagramLimit, blockSize, timing, peer }
    this.#byAddress.set(key, device)
    if (this.#byAddress.size > MOST_DEVICES) this.#forgetOldest()
    return device
  }

  #forgetOldest(): void {
    const [oldest] = this.#byAddress
    if (!oldest) return
    const [key, { id }] = oldest
    this.#byAddress.delete(key)
    this.coap.forget(id)
  }

  #obey(effects: readonly CoapEffect<PeerAddress, PlainDevice>[]): void {
    const { ports, tenant } = this.#options
    for (const effect of effects) {
      if (effect.kind === 'send') ports.send(Buffer.from(effect.octets), effect.to ?? effect.session.peer)
      if (effect.kind !== 'forward') continue
      const { path, body, exchange, origin } = effect
      const device = {
        identity: { kind: 'anonymous' },
        session: 'unprotected',
        address: addressText(origin),
        isProtected: false,
      } as const
      void ports.forward({ tenant, path, body, device }).then((answer) => {
        this.#obey(this.coap.answer(exchange, answer, ports.now()))
      })
    }
    ports.wakeAt(this.coap.nextTimeout)
  }
}
