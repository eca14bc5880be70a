/** A NAT between a device and the gateway that forgets: after a pause, the device's datagrams come from another port. */
import { createSocket, type Socket } from 'node:dgram'

const PAUSE_MS = 400

export class RebindingNat {
  readonly port: number
  /** How often the device got another port. */
  rebindings = 0
  readonly #inside: Socket
  readonly #gatewayPort: number
  #outside: Socket | undefined
  #device: { readonly port: number; readonly address: string } | undefined
  #lastAt = 0

  private constructor(inside: Socket, gatewayPort: number) {
    this.#inside = inside
    this.#gatewayPort = gatewayPort
    this.port = inside.address().port
    inside.on('message', (datagram, from) => {
      this.#device = from
      this.#bound().send(datagram, this.#gatewayPort, '127.0.0.1')
    })
  }

  static async start(gatewayPort: number): Promise<RebindingNat> {
    const inside = createSocket('udp4')
    await new Promise<void>((resolve) => inside.bind(0, '127.0.0.1', resolve))
    return new RebindingNat(inside, gatewayPort)
  }

  stop(): void {
    this.#inside.close()
    this.#outside?.close()
  }

  #bound(): Socket {
    const now = Date.now()
    const isForgotten = now - this.#lastAt > PAUSE_MS
    this.#lastAt = now
    if (this.#outside && !isForgotten) return this.#outside
    if (this.#outside) this.rebindings++
    this.#outside?.close()
    const outside = createSocket('udp4')
    outside.on('message', (datagram) => {
      this.#lastAt = Date.now()
      if (this.#device) this.#inside.send(datagram, this.#device.port, this.#device.address)
    })
    this.#outside = outside
    return outside
  }
}
