/**
 * The CoAP side of the gateway without its sockets: records of devices, answers of the edge and the time go in, effects
 * come out. Devices that have been silent for an exchange's lifetime leave nothing behind.
 */
import { DeadlineQueue, earliest } from '../dtls/deadline-queue.ts'
import {
  type CoapCounters,
  type CoapEffect,
  createCoapCounters,
  type DeviceDatagram,
  type DeviceSession,
  type EdgeAnswer,
} from './coap-effect.ts'
import type { CoapServerOptions } from './coap-options.ts'
import { Device, type DeviceSurroundings } from './device.ts'
import { ReplyMemory } from './recent-messages.ts'
import { RequestBodies } from './request-body.ts'
import { StoredResponses } from './stored-response.ts'
import type { TransferRequest } from './transfer.ts'

/** Unfinished bodies of one device. */
const MOST_BODIES = 2

export class CoapServer<Origin, Session extends DeviceSession = DeviceSession> {
  /** What happened, by reason. */
  readonly counters: CoapCounters = createCoapCounters()
  readonly #devices = new Map<number, Device<Origin, Session>>()
  readonly #deadlines = new DeadlineQueue<Device<Origin, Session>>()
  readonly #forwarded = new Map<number, Device<Origin, Session>>()
  readonly #surroundings: DeviceSurroundings<Origin, Session>
  #nextExchange = 1
  #overloadSeconds: number | undefined

  constructor(options: CoapServerOptions) {
    const { longestBody, mostBodyOctets, bodyLifetimeMs, mostResponseOctets, responseLifetimeMs } = options
    this.#surroundings = {
      options,
      counters: this.counters,
      replies: new ReplyMemory(options.mostReplyOctets),
      bodies: new RequestBodies({
        longestBody,
        mostBodies: MOST_BODIES,
        mostOctets: mostBodyOctets,
        lifetimeMs: bodyLifetimeMs,
      }),
      responses: new StoredResponses({ mostOctets: mostResponseOctets, lifetimeMs: responseLifetimeMs }),
      overloadSeconds: () => this.#overloadSeconds,
      startExchange: (device) => this.#startExchange(device),
    }
  }

  /** Whether anything is remembered about the device of a session. */
  remembers(session: number): boolean {
    return this.#devices.has(session)
  }

  /** Devices about which anything is remembered. */
  get deviceCount(): number {
    return this.#devices.size
  }

  /** Requests at the edge. */
  get forwardedCount(): number {
    return this.#forwarded.size
  }

  /** When {@link timeout} is to be called, milliseconds; to be asked after every call. */
  get nextTimeout(): number | undefined {
    const { bodies, responses } = this.#surroundings
    return earliest(this.#deadlines.next, earliest(bodies.nextExpiry, responses.nextExpiry))
  }

  /** While set, new requests are refused with 5.03 and this Max-Age in seconds. */
  set overload(seconds: number | undefined) {
    this.#overloadSeconds = seconds
  }

  receive(datagram: DeviceDatagram<Origin, Session>, now: number): CoapEffect<Origin, Session>[] {
    const device = this.#deviceOf(datagram.session)
    return this.#after(device, device.receive(datagram, now))
  }

  /** The edge's answer to a forwarded request. Nothing happens when it comes too late or its session is gone. */
  answer(exchange: number, answer: EdgeAnswer, now: number): CoapEffect<Origin, Session>[] {
    const device = this.#forwarded.get(exchange)
    if (!device) return []
    this.#forwarded.delete(exchange)
    return this.#after(device, device.answer(exchange, answer, now))
  }

  /** Asks the device something. `transferred` with this number is the end of it; it may be among these effects. */
  request(
    session: Session,
    request: TransferRequest,
    now: number,
  ): { transfer: number; effects: CoapEffect<Origin, Session>[] } {
    const transfer = this.#nextExchange++
    const device = this.#deviceOf(session)
    return { transfer, effects: this.#after(device, device.request(transfer, request, now)) }
  }

  /** What is due now. */
  timeout(now: number): CoapEffect<Origin, Session>[] {
    const effects: CoapEffect<Origin, Session>[] = []
    for (let device = this.#deadlines.takeDue(now); device; device = this.#deadlines.takeDue(now)) {
      for (const exchange of device.overdue(now)) this.#forwarded.delete(exchange)
      effects.push(...this.#after(device, device.timeout(now)))
    }
    this.#surroundings.bodies.expire(now)
    this.#surroundings.responses.expire(now)
    return effects
  }

  /** The session is closed: nothing can be sent through it any more. */
  forget(session: number): void {
    const device = this.#devices.get(session)
    if (!device) return
    for (const exchange of device.openExchanges) this.#forwarded.delete(exchange)
    device.close()
    this.#devices.delete(session)
    this.#deadlines.delete(device)
  }

  #deviceOf(session: Session): Device<Origin, Session> {
    const known = this.#devices.get(session.id)
    if (known) return known
    const device = new Device(session, this.#surroundings)
    this.#devices.set(session.id, device)
    return device
  }

  #startExchange(device: Device<Origin, Session>): number | undefined {
    if (this.#forwarded.size >= this.#surroundings.options.mostForwarded) return undefined
    const exchange = this.#nextExchange++
    this.#forwarded.set(exchange, device)
    return exchange
  }

  #after(
    device: Device<Origin, Session>,
    effects: CoapEffect<Origin, Session>[],
  ): CoapEffect<Origin, Session>[] {
    const next = device.nextTimeout
    if (next !== undefined) this.#deadlines.set(device, next)
    else {
      this.#deadlines.delete(device)
      this.#devices.delete(device.session.id)
    }
    return effects
  }
}
