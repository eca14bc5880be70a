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
  type ForwardedRequest,
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
  readonly #surroundings: DeviceSurroundings
  #nextTransfer = 1
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
      forwarded: 0,
    }
  }

  /** The session with this id, if anything is remembered about its device. */
  find(session: number): Session | undefined {
    return this.#devices.get(session)?.session
  }

  /** Devices about which anything is remembered. */
  get deviceCount(): number {
    return this.#devices.size
  }

  /** Requests at the edge. */
  get forwardedCount(): number {
    return this.#surroundings.forwarded
  }

  /** Whether a request of this session's device is at the edge. */
  isForwarded(session: number): boolean {
    return this.#devices.get(session)?.isForwarded ?? false
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
  answer(exchange: ForwardedRequest, answer: EdgeAnswer, now: number): CoapEffect<Origin, Session>[] {
    const device = this.#devices.get(exchange.session)
    if (!device?.awaits(exchange)) return []
    return this.#after(device, device.answer(answer, now))
  }

  /** Asks the device something. `transferred` with this number is the end of it; it may be among these effects. */
  request(
    session: Session,
    request: TransferRequest,
    now: number,
  ): { transfer: number; effects: CoapEffect<Origin, Session>[] } {
    const transfer = this.#nextTransfer++
    const device = this.#deviceOf(session)
    return { transfer, effects: this.#after(device, device.request(transfer, request, now)) }
  }

  /** What is due now. */
  timeout(now: number): CoapEffect<Origin, Session>[] {
    const effects: CoapEffect<Origin, Session>[] = []
    for (let device = this.#deadlines.takeDue(now); device; device = this.#deadlines.takeDue(now)) {
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
    device.close()
    this.#devices.delete(session)
    this.#deadlines.delete(device)
  }

  #deviceOf(session: Session): Device<Origin, Session> {
    const known = this.#devices.get(session.id)
    if (known) return known
    const device = new Device<Origin, Session>(session, this.#surroundings)
    this.#devices.set(session.id, device)
    return device
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
