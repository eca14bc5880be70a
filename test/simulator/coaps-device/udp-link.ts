/** A device's UDP socket: it can be closed and opened again elsewhere, and it can lose, double and delay what it carries. */
import { createSocket, type Socket } from 'node:dgram'
import { CoapsDevice, type CoapsDeviceOptions } from './coaps-device.ts'

export interface UdpLinkOptions extends Omit<CoapsDeviceOptions, 'now' | 'send' | 'wakeAt'> {
  readonly host: string
  readonly port: number
  readonly faults?: LinkFaults
}

/** Probabilities, and milliseconds. */
export interface LinkFaults {
  readonly loss: number
  readonly duplication: number
  readonly delay: number
  readonly delayMs: number
}

export class UdpLink {
  readonly device: CoapsDevice
  /** Of the gateway. */
  port: number
  readonly #options: UdpLinkOptions
  #socket: Socket | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: UdpLinkOptions) {
    this.#options = options
    this.port = options.port
    this.device = new CoapsDevice({
      ...options,
      now: Date.now,
      send: (datagram) => this.#carry(() => this.#send(datagram)),
      wakeAt: (at) => {
        clearTimeout(this.#timer)
        if (at === undefined) return
        this.#timer = setTimeout(() => this.device.timeout(), Math.max(0, at - Date.now()))
      },
    })
  }

  /** The next datagram leaves from another port. */
  changeAddress(): void {
    this.#socket?.close()
    this.#socket = undefined
  }

  close(): void {
    clearTimeout(this.#timer)
    this.device.disconnect()
    this.changeAddress()
  }

  #send(datagram: Buffer): void {
    this.#socket ??= this.#open()
    this.#socket.send(datagram, this.port, this.#options.host)
  }

  #open(): Socket {
    const socket = createSocket(this.#options.host.includes(':') ? 'udp6' : 'udp4')
    socket.on('message', (datagram) => this.#carry(() => this.device.receive(datagram)))
    // A gateway that is away is met with repetition.
    socket.on('error', () => undefined)
    return socket
  }

  #carry(happen: () => void): void {
    const { faults, random } = this.#options
    if (!faults) {
      happen()
      return
    }
    const arrive = () => {
      if (random() < faults.delay) setTimeout(happen, faults.delayMs)
      else happen()
    }
    if (random() >= faults.loss) arrive()
    if (random() < faults.duplication) arrive()
  }
}
