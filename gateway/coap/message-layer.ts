/**
 * CoAP's message layer for one device (RFC 7252 §4), both as server and as client: acknowledges, repeats, and tells new
 * messages from repeated ones. The device is its security context, never its address: one of these belongs to a session.
 */
import { earliest } from '../dtls/deadline-queue.ts'
import { type CoapMessage, codeOf, EMPTY, type MessageType, readMessage, writeMessage } from './message.ts'
import { OPTION, uintOption } from './option.ts'
import { type Confirmable, Outbox } from './outbox.ts'
import { type Exchange, RecentMessages, type ReplyMemory } from './recent-messages.ts'
import type { Timing } from './timing.ts'

export type Content = Pick<CoapMessage, 'code' | 'options' | 'payload'>

export type MessageEvent =
  /** To where the message came from that is answered: the one just received, or that of `exchange`. */
  | { readonly kind: 'reply'; readonly octets: Uint8Array; readonly exchange?: Exchange }
  /** To where the device is believed to be. */
  | { readonly kind: 'send'; readonly octets: Uint8Array }
  /** To be answered with {@link MessageLayer.respond}. The message holds views of the datagram. */
  | { readonly kind: 'request'; readonly exchange: Exchange; readonly message: CoapMessage }
  /** To our own request. */
  | { readonly kind: 'response'; readonly token: string; readonly message: CoapMessage }
  | { readonly kind: 'failed'; readonly token: string; readonly reason: 'rejected' | 'unanswered' | 'busy' }
  /** Malformed, unexpected or repeated: only counted. */
  | { readonly kind: 'noted'; readonly what: Noted }

export type Noted = 'malformed' | 'unexpected' | 'repeated' | 'ping' | 'overload' | 'undeliverable'

interface OwnRequest {
  readonly messageId: number
  readonly deadline: number
}

const NOTHING = new Uint8Array(0)
/** When a device has used more message ids than can be remembered. */
const OVERLOAD_SECONDS = 30

export class MessageLayer {
  readonly #timing: Timing
  readonly #recent: RecentMessages
  readonly #outbox: Outbox
  /** Requests that may still be answered in their acknowledgement. */
  readonly #unacknowledged: Exchange[] = []
  /** By token, in hexadecimal. */
  readonly #ownRequests = new Map<string, OwnRequest>()
  #nextMessageId: number
  #nextToken: number

  /** `random` gives numbers from 0 to below 1. */
  constructor(timing: Timing, replies: ReplyMemory, random: () => number) {
    this.#timing = timing
    this.#recent = new RecentMessages(timing, replies)
    this.#outbox = new Outbox(timing, random)
    this.#nextMessageId = Math.floor(random() * 0x10000)
    this.#nextToken = Math.floor(random() * 0x1_0000_0000)
  }

  /** Nothing is remembered, under way or awaited: this may be thrown away. */
  get isIdle(): boolean {
    return this.#recent.size === 0 && this.#outbox.isEmpty && this.#ownRequests.size === 0
  }

  /** When {@link timeout} is to be called, milliseconds; to be asked after every call. */
  get nextTimeout(): number | undefined {
    let next = earliest(this.#recent.nextExpiry, this.#outbox.nextTimeout)
    for (const each of this.#unacknowledged) next = earliest(next, this.#piggybackEnd(each))
    if (this.#ownRequests.size > 0) {
      for (const { deadline } of this.#ownRequests.values()) next = earliest(next, deadline)
    }
    return next
  }

  /** The content of one record. */
  receive(octets: Uint8Array, now: number): MessageEvent[] {
    const read = readMessage(octets)
    if (read.kind === 'ignored') return [noted('malformed')]
    if (read.kind === 'format-error') {
      return [noted('malformed'), ...(read.type === 'CON' ? [reset(read.messageId)] : [])]
    }
    const { message } = read
    if (message.type === 'RST') return this.#receiveReset(message, now)
    const group = message.code >> 5
    if (message.type === 'ACK') return this.#receiveAcknowledgement(message, group, now)
    if (message.code !== EMPTY && group === 0) return this.#receiveRequest(message, now)
    if (group === 2 || group === 4 || group === 5) return this.#receiveResponse(message, now)
    // A ping, or a reserved class (§4.2, §4.3).
    const what = message.code === EMPTY && message.type === 'CON' ? 'ping' : 'unexpected'
    return [noted(what), ...(message.type === 'CON' ? [reset(message.messageId)] : [])]
  }

  /** Answers an exchange, once; null when the client does not want to hear it (RFC 7967). */
  respond(exchange: Exchange, content: Content | null, now: number): MessageEvent[] {
    if (exchange.isAnswered) return []
    const { type, messageId, token } = exchange
    exchange.isAnswered = true
    exchange.token = NOTHING
    if (type !== 'CON') {
      if (!content) return []
      return [reply(messageOf('NON', this.#takeMessageId(), token, content))]
    }
    const wasAcknowledged = !this.#acknowledge(exchange)
    const octets = content ? messageOf('ACK', messageId, token, content) : acknowledgement(messageId)
    this.#recent.keepReply(exchange, octets)
    if (!wasAcknowledged) return [reply(octets)]
    if (!content) return []
    const sent = this.#outbox.send(confirmable(content, this.#takeMessageId(), token), now)
    return sent === 'full' ? [noted('undeliverable')] : sent.map(send)
  }

  /** A confirmable request of ours; `token` names it in later events. */
  request(content: Content, now: number): { token: string; events: MessageEvent[] } {
    const octets = tokenOctets(this.#nextToken)
    this.#nextToken = (this.#nextToken + 1) % 0x1_0000_0000
    const token = tokenText(octets)
    const messageId = this.#takeMessageId()
    const sent = this.#outbox.send(confirmable(content, messageId, octets), now)
    if (sent === 'full') return { token, events: [{ kind: 'failed', token, reason: 'busy' }] }
    this.#ownRequests.set(token, { messageId, deadline: now + this.#timing.exchangeLifetimeMs })
    return { token, events: sent.map(send) }
  }

  /** What is due now: acknowledgements of requests that take long, repetitions, and what is given up. */
  timeout(now: number): MessageEvent[] {
    const events: MessageEvent[] = []
    for (const exchange of this.#unacknowledged.filter((each) => this.#piggybackEnd(each) <= now)) {
      this.#acknowledge(exchange)
      const octets = acknowledgement(exchange.messageId)
      this.#recent.keepReply(exchange, octets)
      events.push({ kind: 'reply', octets, exchange })
    }
    const { octets, givenUp } = this.#outbox.timeout(now)
    events.push(...octets.map(send))
    if (givenUp !== undefined) events.push(noted('undeliverable'))
    for (const [token, { messageId, deadline }] of this.#ownRequests) {
      if (messageId === givenUp || deadline <= now) events.push(...this.#end(token, 'unanswered', now))
    }
    this.#recent.expire(now)
    return events
  }

  /** Gives back what is held in the memory shared with other devices. */
  close(): void {
    this.#recent.clear()
  }

  #receiveRequest(message: CoapMessage, now: number): MessageEvent[] {
    const { type, messageId } = message
    const known = this.#recent.find(messageId, now)
    if (known) return [noted('repeated'), ...repeatReply(known, message)]
    const exchange: Exchange = {
      type,
      messageId,
      token: message.token,
      receivedAt: now,
      reply: undefined,
      place: 0,
      isAnswered: false,
      isForwarded: false,
    }
    if (!this.#recent.add(exchange)) return [noted('overload'), reply(overload(message))]
    if (type === 'CON') this.#unacknowledged.push(exchange)
    return [{ kind: 'request', exchange, message }]
  }

  /** In a message of its own. A repeated one is acknowledged again, whether we still wait or not (§5.2.2). */
  #receiveResponse(message: CoapMessage, now: number): MessageEvent[] {
    const { type, messageId } = message
    const known = type === 'CON' ? this.#recent.find(messageId, now) : undefined
    if (known) return [noted('repeated'), ...(known.reply ? [reply(known.reply)] : [])]
    const token = tokenText(message.token)
    const own = this.#ownRequests.get(token)
    if (!own) return [noted('unexpected'), ...(type === 'CON' ? [reset(messageId)] : [])]
    this.#ownRequests.delete(token)
    const events = this.#outbox.settle(own.messageId, now).map(send)
    if (type === 'CON') events.unshift(...this.#acknowledgeResponse(message, now))
    return [...events, { kind: 'response', token, message }]
  }

  #acknowledgeResponse({ type, messageId }: CoapMessage, now: number): MessageEvent[] {
    const state = { receivedAt: now, reply: undefined, place: 0, isForwarded: false }
    const exchange = { ...state, type, messageId, token: NOTHING, isAnswered: true }
    const octets = acknowledgement(messageId)
    if (this.#recent.add(exchange)) this.#recent.keepReply(exchange, octets)
    return [reply(octets)]
  }

  #receiveAcknowledgement(message: CoapMessage, group: number, now: number): MessageEvent[] {
    const events = this.#outbox.settle(message.messageId, now).map(send)
    if (message.code === EMPTY) return events
    const token = tokenText(message.token)
    const own = this.#ownRequests.get(token)
    const isResponse = group === 2 || group === 4 || group === 5
    if (!isResponse || own?.messageId !== message.messageId) return [...events, noted('unexpected')]
    this.#ownRequests.delete(token)
    return [...events, { kind: 'response', token, message }]
  }

  #receiveReset({ messageId }: CoapMessage, now: number): MessageEvent[] {
    for (const [token, own] of this.#ownRequests) {
      if (own.messageId === messageId) return this.#end(token, 'rejected', now)
    }
    return this.#outbox.settle(messageId, now).map(send)
  }

  #end(token: string, reason: 'rejected' | 'unanswered', now: number): MessageEvent[] {
    const own = this.#ownRequests.get(token)
    if (!own) return []
    this.#ownRequests.delete(token)
    const sent = this.#outbox.settle(own.messageId, now).map(send)
    return [...sent, { kind: 'failed', token, reason }]
  }

  /** False when it was acknowledged before. */
  #acknowledge(exchange: Exchange): boolean {
    const index = this.#unacknowledged.indexOf(exchange)
    if (index >= 0) this.#unacknowledged.splice(index, 1)
    return index >= 0
  }

  #piggybackEnd({ receivedAt }: Exchange): number {
    return receivedAt + this.#timing.piggybackMs
  }

  #takeMessageId(): number {
    const messageId = this.#nextMessageId
    this.#nextMessageId = (messageId + 1) % 0x10000
    return messageId
  }
}

function repeatReply(known: Exchange, message: CoapMessage): MessageEvent[] {
  if (message.type !== 'CON') return []
  if (known.reply) return [reply(known.reply)]
  // Answered, but by what has been forgotten: carrying it out again is no choice.
  return known.isAnswered ? [noted('overload'), reply(overload(message))] : []
}

function confirmable(content: Content, messageId: number, token: Uint8Array): Confirmable {
  return { messageId, octets: messageOf('CON', messageId, token, content) }
}

function messageOf(
  type: MessageType,
  messageId: number,
  token: Uint8Array,
  { code, options, payload }: Content,
): Uint8Array {
  return writeMessage({ type, code, messageId, token, options, payload })
}

function empty(type: 'ACK' | 'RST', messageId: number): Uint8Array {
  return writeMessage({ type, code: EMPTY, messageId, token: NOTHING, options: [], payload: NOTHING })
}

const acknowledgement = (messageId: number) => empty('ACK', messageId)
const noted = (what: Noted): MessageEvent => ({ kind: 'noted', what })
const send = (octets: Uint8Array): MessageEvent => ({ kind: 'send', octets })
const reply = (octets: Uint8Array): MessageEvent => ({ kind: 'reply', octets })
const reset = (messageId: number): MessageEvent => reply(empty('RST', messageId))

function overload({ type, messageId, token }: CoapMessage): Uint8Array {
  const options = [uintOption(OPTION.maxAge, OVERLOAD_SECONDS)]
  const code = codeOf('5.03')
  return writeMessage({
    type: type === 'CON' ? 'ACK' : 'NON',
    code,
    messageId,
    token,
    options,
    payload: NOTHING,
  })
}

function tokenOctets(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

const tokenText = (token: Uint8Array): string => Buffer.from(token).toString('hex')
