/**
 * A simulated device that reaches its eIM by CoAP over DTLS 1.2: keeps its session through sleep and new addresses,
 * resumes it when the gateway has lost it, and counts what that costs. No socket, no clock: see `udp-link.ts`.
 */
import type { BlockSize } from '../../../gateway/coap/block.ts'
import type { Timing } from '../../../gateway/coap/timing.ts'
import type { TransferOutcome } from '../../../gateway/coap/transfer.ts'
import { contentType } from '../../../gateway/dtls/record.ts'
import type { ClientOptions, ClientSession } from '../dtls-client/client-options.ts'
import { DtlsClient } from '../dtls-client/dtls-client.ts'
import { CoapClient, type CoapClientOptions } from './coap-client.ts'

export interface CoapsDeviceOptions {
  readonly dtls: ClientOptions
  readonly timing: Timing
  readonly blockSize: BlockSize
  /** First repetition of a handshake flight, milliseconds. */
  readonly initialTimeoutMs: number
  readonly now: () => number
  readonly random: () => number
  readonly send: (datagram: Buffer) => void
  /** {@link CoapsDevice.timeout} is to be called then. */
  readonly wakeAt: (at: number | undefined) => void
  readonly serve?: CoapClientOptions['serve']
}

/** What a device has done so far, and what it cost: octets of UDP payload. */
export interface DeviceCosts {
  fullHandshakes: number
  resumptions: number
  failedHandshakes: number
  sent: { datagrams: number; octets: number }
  received: { datagrams: number; octets: number }
}

const MOST_FLIGHTS = 6
/** Requests in a row without any answer after which a session is given up: a gateway may just be away. */
const GIVES_UP_AFTER = 3
/** RFC 9853 §5 */
const PATH_CHALLENGE = 0
const PATH_RESPONSE = 1

export class CoapsDevice {
  readonly costs: DeviceCosts = {
    fullHandshakes: 0,
    resumptions: 0,
    failedHandshakes: 0,
    sent: { datagrams: 0, octets: 0 },
    received: { datagrams: 0, octets: 0 },
  }
  /** Forgets what it could resume, so that the next handshake is a full one. */
  resumes = true
  readonly #options: CoapsDeviceOptions
  #dtls: DtlsClient | undefined
  #coap: CoapClient | undefined
  #handshake: { resolve: (isUp: boolean) => void; due: number; waitMs: number; flights: number } | undefined
  #remembered: ClientSession | undefined
  #silences = 0

  constructor(options: CoapsDeviceOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#coap !== undefined
  }

  /** The DTLS client of the present session. */
  get client(): DtlsClient | undefined {
    return this.#dtls
  }

  /** One request over the present session, or a new one. A session on which nothing is answered any more is given up. */
  async post(path: string, body: Uint8Array): Promise<TransferOutcome> {
    if (!this.#coap && !(await this.connect())) return { kind: 'unreachable' }
    const answered = this.#coap?.post(path, body)
    this.#told()
    const outcome = (await answered) ?? { kind: 'unreachable' }
    this.#silences = outcome.kind === 'unreachable' ? this.#silences + 1 : 0
    if (this.#silences >= GIVES_UP_AFTER) this.disconnect()
    return outcome
  }

  /** A handshake; false when it comes to nothing. */
  async connect(): Promise<boolean> {
    const { dtls, now, initialTimeoutMs } = this.#options
    const resume = this.resumes ? this.#remembered : undefined
    this.#dtls = new DtlsClient({ ...dtls, ...(resume ? { resume } : {}) })
    const up = new Promise<boolean>((resolve) => {
      this.#handshake = { resolve, due: now() + initialTimeoutMs, waitMs: initialTimeoutMs, flights: 1 }
    })
    this.#sendAll(this.#dtls.hello())
    this.#told()
    return up
  }

  /** Forgets the session without a word. */
  disconnect(): void {
    const coap = this.#coap
    this.#coap = undefined
    this.#dtls = undefined
    this.#silences = 0
    coap?.close()
  }

  receive(datagram: Buffer): void {
    const client = this.#dtls
    if (!client) return
    this.costs.received.datagrams++
    this.costs.received.octets += datagram.length
    const alerts = client.alerts.length
    this.#sendAll(client.receive(datagram))
    if (this.#handshake) this.#checkHandshake(client)
    for (const message of client.received.splice(0)) this.#coap?.receive(message)
    for (const message of client.pathMessages.splice(0)) this.#answerPathMessage(client, message)
    if (client.alerts.length > alerts && this.#coap) this.disconnect()
    this.#told()
  }

  timeout(): void {
    const handshake = this.#handshake
    if (handshake && handshake.due <= this.#options.now()) {
      if (handshake.flights >= MOST_FLIGHTS) this.#endHandshake(false)
      else {
        handshake.flights++
        handshake.waitMs *= 2
        handshake.due = this.#options.now() + handshake.waitMs
        this.#sendAll(this.#dtls?.resend() ?? [])
      }
    }
    this.#coap?.timeout()
    this.#told()
  }

  #checkHandshake(client: DtlsClient): void {
    if (client.fault !== undefined || client.alerts.length > 0) this.#endHandshake(false)
    else if (client.isEstablished) {
      this.costs[client.isResumed ? 'resumptions' : 'fullHandshakes']++
      this.#remembered = client.session
      this.#coap = new CoapClient({ ...this.#options, send: (message) => this.#sendMessage(client, message) })
      this.#endHandshake(true)
    }
  }

  #endHandshake(isUp: boolean): void {
    const handshake = this.#handshake
    this.#handshake = undefined
    if (!isUp) {
      this.costs.failedHandshakes++
      // What cannot be resumed is not worth a second try.
      this.#remembered = undefined
      this.#dtls = undefined
    }
    handshake?.resolve(isUp)
  }

  #answerPathMessage(client: DtlsClient, message: Buffer): void {
    if (message[0] !== PATH_CHALLENGE) return
    const answer = Buffer.concat([Buffer.of(PATH_RESPONSE), message.subarray(1)])
    this.#sendAll([client.protect(contentType.returnRoutabilityCheck, answer)])
  }

  #sendMessage(client: DtlsClient, message: Uint8Array): void {
    this.#sendAll([client.protect(contentType.applicationData, Buffer.from(message))])
  }

  #sendAll(datagrams: readonly Buffer[]): void {
    for (const datagram of datagrams) {
      this.costs.sent.datagrams++
      this.costs.sent.octets += datagram.length
      this.#options.send(datagram)
    }
  }

  #told(): void {
    const times = [this.#handshake?.due, this.#coap?.nextTimeout].filter((each) => each !== undefined)
    this.#options.wakeAt(times.length > 0 ? Math.min(...times) : undefined)
  }
}
