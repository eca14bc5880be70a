/**
 * CoAP's message layer for one device (RFC 7252 §4): acknowledges, repeats, and tells new requests from repeated ones.
 * The device is its security context, never its address, so one of these belongs to each DTLS session.
 */
import { type CoapMessage, codeOf, EMPTY, readMessage, writeMessage } from './message.ts'
import { OPTION, uintOption } from './option.ts'

export interface MessageTiming {
  /** Milliseconds an answer may take and still travel in the acknowledgement; below the device's ACK_TIMEOUT. */
  readonly processingDelayMs: number
  /** ACK_TIMEOUT in milliseconds: 2 s, but 8 to 10 s on NB-IoT. */
  readonly ackTimeoutMs: number
}

export type Response = Pick<CoapMessage, 'code' | 'options' | 'payload'>

/** One request on its way to an answer, to be given to {@link MessageLayer.respond}. */
export interface Exchange {
  readonly request: CoapMessage
  readonly receivedAt: number
  /** Octets with which a repeated request is answered. */
  reply: Uint8Array | undefined
  isAcknowledged: boolean
  isAnswered: boolean
}

export type MessageEvent =
  | { readonly kind: 'send'; readonly octets: Uint8Array }
  | { readonly kind: 'request'; readonly exchange: Exchange }

/** A confirmable response of its own, until the device acknowledges it. */
interface SeparateResponse {
  readonly messageId: number
  readonly octets: Uint8Array
  due: number
  waitMs: number
  repetitions: number
}

export const ACK_RANDOM_FACTOR = 1.5
export const MAX_RETRANSMIT = 4
/**
 * Requests remembered. An older one that comes again is carried out again: the edge hands out the same octets for it, and
 * takes a result only once.
 */
export const REMEMBERED_EXCHANGES = 16
const MAX_TRANSMIT_SPAN_FACTOR = (2 ** MAX_RETRANSMIT - 1) * ACK_RANDOM_FACTOR
const MAX_LATENCY_MS = 100_000
/** For a device with all of those open at once; RFC 7252 §4.7 allows it one. */
const OVERLOAD_SECONDS = 30
const NOTHING = new Uint8Array(0)

export class MessageLayer {
  readonly #timing: MessageTiming
  readonly #random: () => number
  /** EXCHANGE_LIFETIME (RFC 7252 §4.8.2): MAX_TRANSMIT_SPAN, there and back, and PROCESSING_DELAY. */
  readonly #lifetimeMs: number
  #nextMessageId: number
  /** Oldest first. */
  #exchanges: Exchange[] = []
  #separate: SeparateResponse[] = []

  /** `random` gives numbers from 0 to below 1. */
  constructor(timing: MessageTiming, random: () => number) {
    this.#timing = timing
    this.#random = random
    this.#lifetimeMs = timing.ackTimeoutMs * (MAX_TRANSMIT_SPAN_FACTOR + 1) + 2 * MAX_LATENCY_MS
    this.#nextMessageId = Math.floor(random() * 0x10000)
  }

  /** When {@link timeout} is to be called, milliseconds; to be asked after every call. */
  get nextTimeout(): number | undefined {
    const acknowledgements = this.#exchanges.filter(awaitsAcknowledgement).map((each) => this.#dueOf(each))
    const due = Math.min(...acknowledgements, ...this.#separate.map((each) => each.due))
    return due === Number.POSITIVE_INFINITY ? undefined : due
  }

  /** The content of one record. Views of it are kept in the exchange. */
  receive(octets: Uint8Array, now: number): MessageEvent[] {
    const read = readMessage(octets)
    if (read.kind === 'ignored') return []
    if (read.kind === 'format-error') return read.type === 'CON' ? [reset(read.messageId)] : []
    const { message } = read
    if (message.type === 'ACK' || message.type === 'RST') {
      this.#separate = this.#separate.filter(({ messageId }) => messageId !== message.messageId)
      return []
    }
    const isRequest = message.code !== EMPTY && message.code < codeOf('1.00')
    // Pings, answers nobody asked for, reserved classes (§4.2, §4.3).
    if (!isRequest) return message.type === 'CON' ? [reset(message.messageId)] : []
    return this.#receiveRequest(message, now)
  }

  /** Answers an exchange, once. */
  respond(exchange: Exchange, response: Response, now: number): MessageEvent[] {
    if (exchange.isAnswered) return []
    exchange.isAnswered = true
    const { type, messageId, token } = exchange.request
    if (type === 'NON') return [send({ ...response, type: 'NON', messageId: this.#takeMessageId(), token })]
    exchange.reply = writeMessage({ ...response, type: 'ACK', messageId, token })
    if (!exchange.isAcknowledged) {
      exchange.isAcknowledged = true
      return [{ kind: 'send', octets: exchange.reply }]
    }
    const own = this.#takeMessageId()
    const octets = writeMessage({ ...response, type: 'CON', messageId: own, token })
    const waitMs = this.#timing.ackTimeoutMs * (1 + this.#random() * (ACK_RANDOM_FACTOR - 1))
    this.#separate.push({ messageId: own, octets, due: now + waitMs, waitMs, repetitions: 0 })
    return [{ kind: 'send', octets }]
  }

  /** What is due now: acknowledgements of requests that take long, and repeated responses. */
  timeout(now: number): MessageEvent[] {
    const events: MessageEvent[] = []
    for (const exchange of this.#exchanges) {
      if (!awaitsAcknowledgement(exchange) || this.#dueOf(exchange) > now) continue
      exchange.isAcknowledged = true
      exchange.reply = acknowledgement(exchange.request.messageId)
      events.push({ kind: 'send', octets: exchange.reply })
    }
    this.#separate = this.#separate.filter((each) => each.due > now || each.repetitions < MAX_RETRANSMIT)
    for (const each of this.#separate) {
      if (each.due > now) continue
      each.repetitions++
      each.waitMs *= 2
      each.due = now + each.waitMs
      events.push({ kind: 'send', octets: each.octets })
    }
    return events
  }

  #receiveRequest(request: CoapMessage, now: number): MessageEvent[] {
    this.#exchanges = this.#exchanges.filter((each) => now - each.receivedAt < this.#lifetimeMs)
    const known = this.#exchanges.find((each) => each.request.messageId === request.messageId)
    if (known) return known.reply ? [{ kind: 'send', octets: known.reply }] : []
    if (!this.#makeRoom()) return [overload(request)]
    const exchange = {
      request,
      receivedAt: now,
      reply: undefined,
      isAcknowledged: false,
      isAnswered: false,
    }
    this.#exchanges.push(exchange)
    return [{ kind: 'request', exchange }]
  }

  #makeRoom(): boolean {
    if (this.#exchanges.length < REMEMBERED_EXCHANGES) return true
    const oldest = this.#exchanges.findIndex((each) => each.isAnswered)
    if (oldest >= 0) this.#exchanges.splice(oldest, 1)
    return oldest >= 0
  }

  #dueOf(exchange: Exchange): number {
    return exchange.receivedAt + this.#timing.processingDelayMs
  }

  #takeMessageId(): number {
    const messageId = this.#nextMessageId
    this.#nextMessageId = (messageId + 1) % 0x10000
    return messageId
  }
}

function awaitsAcknowledgement({ request, isAcknowledged }: Exchange): boolean {
  return request.type === 'CON' && !isAcknowledged
}

function send(message: CoapMessage): MessageEvent {
  return { kind: 'send', octets: writeMessage(message) }
}

function empty(type: 'ACK' | 'RST', messageId: number): Uint8Array {
  return writeMessage({ type, code: EMPTY, messageId, token: NOTHING, options: [], payload: NOTHING })
}

const acknowledgement = (messageId: number) => empty('ACK', messageId)
const reset = (messageId: number): MessageEvent => ({ kind: 'send', octets: empty('RST', messageId) })

function overload({ type, messageId, token }: CoapMessage): MessageEvent {
  const options = [uintOption(OPTION.maxAge, OVERLOAD_SECONDS)]
  const code = codeOf('5.03')
  return send({ type: type === 'CON' ? 'ACK' : 'NON', code, messageId, token, options, payload: NOTHING })
}
