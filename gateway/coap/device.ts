/** One device's requests on their way to the edge and back: blocks put together, answers cut, unproven addresses spared. */
import { equalOctets } from '../../shared/octets.ts'
import { earliest } from '../dtls/deadline-queue.ts'
import { type BlockSize, blockOption, fittingBlockSize } from './block.ts'
import type {
  CoapCounters,
  CoapEffect,
  CoapReason,
  DeviceDatagram,
  DeviceSession,
  EdgeAnswer,
  ForwardedRequest,
} from './coap-effect.ts'
import type { CoapServerOptions } from './coap-options.ts'
import { type DeviceRequest, readDeviceRequest } from './device-request.ts'
import { mapAnswer } from './http-mapping.ts'
import { type CoapMessage, codeOf, writeMessage } from './message.ts'
import { type Content, type MessageEvent, MessageLayer } from './message-layer.ts'
import { type CoapOption, OPTION, uintOption } from './option.ts'
import type { Exchange, ReplyMemory } from './recent-messages.ts'
import type { RequestBodies } from './request-body.ts'
import type { ResponseSlice, StoredResponses } from './stored-response.ts'
import { Transfer, type TransferOutcome, type TransferRequest } from './transfer.ts'

/** What all devices share. */
export interface DeviceSurroundings {
  readonly options: CoapServerOptions
  readonly counters: CoapCounters
  readonly replies: ReplyMemory
  readonly bodies: RequestBodies
  readonly responses: StoredResponses
  readonly overloadSeconds: () => number | undefined
  /** Requests at the edge. */
  forwarded: number
}

/** A request that is being answered. */
interface Asked<Origin> {
  readonly exchange: Exchange
  readonly request: DeviceRequest
  readonly origin: Origin
  /** Octets the answer may have because nobody knows who receives it (RFC 9146 §6). */
  readonly mostOctets: number
  readonly unprovenPath: string | undefined
}

interface Forwarded<Origin> extends ForwardedRequest {
  readonly asked: Asked<Origin>
  readonly deadline: number
}

/** A request of ours that is under way. */
interface OpenTransfer {
  readonly number: number
  readonly exchange: Transfer
  readonly deadline: number
  /** Of the message that waits for its answer. */
  token: string
}

const FAILED = {
  rejected: { kind: 'refused' },
  unanswered: { kind: 'unreachable' },
  busy: { kind: 'busy' },
} as const satisfies Record<string, TransferOutcome>

const CONTINUE = codeOf('2.31')
const AMPLIFICATION = 3
const ECHO_OCTETS = 8
/** When the edge or this device has too much to do. */
const BUSY_SECONDS = 5
const NOTHING = new Uint8Array(0)

export class Device<Origin, Session extends DeviceSession> {
  readonly session: Session
  readonly #around: DeviceSurroundings
  readonly #layer: MessageLayer
  readonly #largestBlock: BlockSize
  /** One at a time: a device that asks anew has given up its earlier question (RFC 7252 §4.7). */
  #forwarded: Forwarded<Origin> | undefined
  #transfer: OpenTransfer | undefined
  #challenge: { readonly echo: Uint8Array; readonly path: string } | undefined

  constructor(session: Session, around: DeviceSurroundings) {
    this.session = session
    this.#around = around
    this.#layer = new MessageLayer(session.timing, around.replies, around.options.random)
    this.#largestBlock = fittingBlockSize(session.longestMessage, session.blockSize)
  }

  /** Undefined when there is nothing left to remember. */
  get nextTimeout(): number | undefined {
    return earliest(this.#layer.nextTimeout, earliest(this.#forwarded?.deadline, this.#transfer?.deadline))
  }

  /** Its request is at the edge. */
  get isForwarded(): boolean {
    return this.#forwarded !== undefined
  }

  /** False when it was answered, or closed, before. */
  awaits(request: ForwardedRequest): boolean {
    return request === this.#forwarded
  }

  close(): void {
    this.#takeForwarded()
    this.#layer.close()
  }

  receive(datagram: DeviceDatagram<Origin, Session>, now: number): CoapEffect<Origin, Session>[] {
    const events = this.#layer.receive(datagram.octets, now)
    const [event] = events
    // Most are one event, which needs no list of lists.
    if (event && events.length === 1) return this.#carryOutEvent(event, datagram, now)
    return events.flatMap((each) => this.#carryOutEvent(each, datagram, now))
  }

  #carryOutEvent(
    event: MessageEvent,
    datagram: DeviceDatagram<Origin, Session>,
    now: number,
  ): CoapEffect<Origin, Session>[] {
    if (event.kind === 'request') return this.#receiveRequest(event.exchange, event.message, datagram, now)
    return [...this.#obey(event, datagram.origin), ...this.#proceed(event, now)]
  }

  /** A request of ours; only one at a time, and none while the device waits for an answer (RFC 7252 §4.7). */
  request(number: number, request: TransferRequest, now: number): CoapEffect<Origin, Session>[] {
    if (this.#transfer || this.#forwarded) return [this.#transferred(number, { kind: 'busy' })]
    const exchange = new Transfer(request, this.#largestBlock)
    const deadline = now + request.timeoutMs
    this.#transfer = { number, exchange, deadline, token: '' }
    return this.#ask(this.#transfer, exchange.start(), now)
  }

  /** The edge's answer to the request that it {@link awaits}. */
  answer(answer: EdgeAnswer, now: number): CoapEffect<Origin, Session>[] {
    const forwarded = this.#takeForwarded()
    if (!forwarded) return []
    const { asked } = forwarded
    return this.#reply(asked, this.#contentOf(answer, asked.request, now), now)
  }

  timeout(now: number): CoapEffect<Origin, Session>[] {
    const late = this.#forwarded
    const effects = this.#layer
      .timeout(now)
      .flatMap((event) => [...this.#obey(event, late?.asked.origin), ...this.#proceed(event, now)])
    if (this.#transfer && this.#transfer.deadline <= now) {
      effects.push(...this.#endTransfer({ kind: 'unreachable' }))
    }
    if (!late || late.deadline > now) return effects
    this.#note('timed-out')
    const timeout = { status: 504, body: NOTHING, retryAfter: null }
    return [...effects, ...this.answer(timeout, now)]
  }

  #receiveRequest(
    exchange: Exchange,
    message: CoapMessage,
    { origin, octets, unprovenPath }: DeviceDatagram<Origin, Session>,
    now: number,
  ): CoapEffect<Origin, Session>[] {
    const read = readDeviceRequest(message, this.#around.options.aliases)
    if (read.kind !== 'request') {
      this.#note('refused')
      const content = read.kind === 'refused' ? plain(read.code) : null
      return this.#obeyAll(this.#layer.respond(exchange, content, now), origin)
    }
    const { request } = read
    const isProven = unprovenPath === undefined || this.#isEchoed(request, unprovenPath)
    const asked = {
      exchange,
      request,
      origin,
      unprovenPath: isProven ? undefined : unprovenPath,
      mostOctets: isProven ? Number.POSITIVE_INFINITY : AMPLIFICATION * octets.length,
    }
    const effects = this.#carryOut(asked, message.payload, now)
    if (unprovenPath === undefined || !isProven) return effects
    return [{ kind: 'address-proven', session: this.session, origin }, ...effects]
  }

  #carryOut(asked: Asked<Origin>, payload: Uint8Array, now: number): CoapEffect<Origin, Session>[] {
    const { path, block1, block2, requestTag, size1 } = asked.request
    // The next part of an answer that is here already; the edge is not asked again.
    if (block2 && block2.number > 0) {
      const slice = this.#around.responses.slice(this.#keyOf(path), block2, this.#largestBlock, now)
      if (slice.kind === 'gone') this.#note('gone')
      return this.#reply(asked, sliceContent(slice, this.#bodyCode, []), now)
    }
    const overload = this.#around.overloadSeconds()
    if (overload !== undefined) return this.#refuseForNow(asked, overload, now)
    const { longestBody } = this.#around.options
    if (size1 !== undefined && size1 > longestBody) return this.#refuseTooLarge(asked, now)
    if (!block1) return this.#forward(asked, payload, now)
    const transfer = { session: this.session.id, resource: `${path} ${requestTag}` }
    const progress = this.#around.bodies.receive(transfer, block1, payload, this.#largestBlock, now)
    switch (progress.kind) {
      case 'complete':
        return this.#forward(asked, progress.body, now)
      case 'continue':
        return this.#reply(asked, plain(CONTINUE, blockOption(OPTION.block1, progress.block)), now)
      case 'too-large':
        return this.#refuseTooLarge(asked, now)
      case 'incomplete':
        this.#note('incomplete')
        return this.#reply(asked, plain(codeOf('4.08')), now)
      case 'wrong-length':
        return this.#reply(asked, plain(codeOf('4.00')), now)
    }
  }

  #forward(asked: Asked<Origin>, body: Uint8Array, now: number): CoapEffect<Origin, Session>[] {
    const { options, forwarded } = this.#around
    if (this.#forwarded || forwarded >= options.mostForwarded)
      return this.#refuseForNow(asked, BUSY_SECONDS, now)
    asked.exchange.isForwarded = true
    const exchange = { session: this.session.id, asked, deadline: now + options.edgeTimeoutMs }
    this.#forwarded = exchange
    this.#around.forwarded++
    this.#note('forwarded')
    const { request, origin } = asked
    const { path } = request
    return [{ kind: 'forward', session: this.session, exchange, method: 'POST', path, body, origin }]
  }

  #takeForwarded(): Forwarded<Origin> | undefined {
    const forwarded = this.#forwarded
    if (forwarded) this.#around.forwarded--
    this.#forwarded = undefined
    return forwarded
  }

  #contentOf(answer: EdgeAnswer, { path, block1, block2 }: DeviceRequest, now: number): Content {
    const { status, body, retryAfter } = answer
    const { code, maxAge } = mapAnswer({ status, hasBody: body.length > 0, retryAfter })
    const options: CoapOption[] = block1 ? [blockOption(OPTION.block1, block1)] : []
    if (maxAge !== null) options.push(uintOption(OPTION.maxAge, maxAge))
    // Bodies of errors are meant for others than devices.
    if (code >> 5 !== 2 || body.length === 0) return plain(code, ...options)
    const withBody = code === codeOf('2.04') ? this.#bodyCode : code
    const size = block2 && block2.size < this.#largestBlock ? block2.size : this.#largestBlock
    if (body.length <= size) return { code: withBody, options, payload: body }
    const { responses } = this.#around
    const key = this.#keyOf(path)
    if (!responses.store(key, body, now)) return plain(codeOf('5.00'))
    return sliceContent(responses.slice(key, block2, this.#largestBlock, now), withBody, options)
  }

  /** Answers, unless the client does not want to hear it or somebody else might have to. */
  #reply(asked: Asked<Origin>, content: Content, now: number): CoapEffect<Origin, Session>[] {
    const { exchange, request, origin, mostOctets, unprovenPath } = asked
    // Without 2.31 the client could not go on.
    const isWanted = (request.unwantedResponses & (1 << ((content.code >> 5) - 1))) === 0
    const isUnwanted = !isWanted && content.code !== CONTINUE
    const isTooMuch = unprovenPath !== undefined && octetsOf(content, exchange) > mostOctets
    const chosen = isUnwanted ? null : isTooMuch ? this.#challengeFor(unprovenPath) : content
    return this.#obeyAll(this.#layer.respond(exchange, chosen, now), origin)
  }

  #refuseForNow(asked: Asked<Origin>, seconds: number, now: number): CoapEffect<Origin, Session>[] {
    this.#note('overload')
    return this.#reply(asked, plain(codeOf('5.03'), uintOption(OPTION.maxAge, seconds)), now)
  }

  #refuseTooLarge(asked: Asked<Origin>, now: number): CoapEffect<Origin, Session>[] {
    this.#note('too-large')
    const size1 = uintOption(OPTION.size1, this.#around.options.longestBody)
    return this.#reply(asked, plain(codeOf('4.13'), size1), now)
  }

  #challengeFor(path: string): Content {
    this.#note('challenged')
    if (this.#challenge?.path !== path) {
      this.#challenge = { echo: this.#around.options.randomOctets(ECHO_OCTETS), path }
    }
    return plain(codeOf('4.01'), { number: OPTION.echo.number, value: this.#challenge.echo })
  }

  #isEchoed({ echo }: DeviceRequest, path: string): boolean {
    const challenge = this.#challenge
    if (!echo || challenge?.path !== path || !equalOctets(echo, challenge.echo)) return false
    this.#challenge = undefined
    return true
  }

  #obeyAll(events: readonly MessageEvent[], origin: Origin): CoapEffect<Origin, Session>[] {
    const [event] = events
    return event && events.length === 1
      ? this.#obey(event, origin)
      : events.flatMap((each) => this.#obey(each, origin))
  }

  #obey(event: MessageEvent, origin: Origin | undefined): CoapEffect<Origin, Session>[] {
    const { session } = this
    switch (event.kind) {
      case 'reply':
        return [{ kind: 'send', session, octets: event.octets, to: origin }]
      case 'send':
        return [{ kind: 'send', session, octets: event.octets, to: undefined }]
      case 'noted':
        this.#note(event.what)
        return []
      default:
        return []
    }
  }

  #ask(transfer: OpenTransfer, content: Content, now: number): CoapEffect<Origin, Session>[] {
    const { token, events } = this.#layer.request(content, now)
    transfer.token = token
    return events.flatMap((event) => [...this.#obey(event, undefined), ...this.#proceed(event, now)])
  }

  /** What an event means for our request. */
  #proceed(event: MessageEvent, now: number): CoapEffect<Origin, Session>[] {
    const transfer = this.#transfer
    if (!transfer || (event.kind !== 'response' && event.kind !== 'failed')) return []
    if (event.token !== transfer.token) return []
    if (event.kind === 'failed') return this.#endTransfer(FAILED[event.reason])
    const step = transfer.exchange.next(event.message)
    return step.kind === 'ask' ? this.#ask(transfer, step.content, now) : this.#endTransfer(step.outcome)
  }

  #endTransfer(outcome: TransferOutcome): CoapEffect<Origin, Session>[] {
    const transfer = this.#transfer
    this.#transfer = undefined
    return transfer ? [this.#transferred(transfer.number, outcome)] : []
  }

  #transferred(transfer: number, outcome: TransferOutcome): CoapEffect<Origin, Session> {
    return { kind: 'transferred', session: this.session, transfer, outcome }
  }

  #keyOf(path: string): string {
    return `${this.session.id} ${path}`
  }

  get #bodyCode(): number {
    return codeOf(this.#around.options.bodyCode)
  }

  #note(reason: CoapReason): void {
    this.#around.counters[reason]++
  }
}

function plain(code: number, ...options: CoapOption[]): Content {
  return { code, options, payload: NOTHING }
}

function sliceContent(slice: ResponseSlice, code: number, options: readonly CoapOption[]): Content {
  if (slice.kind === 'gone') return plain(codeOf('4.08'))
  if (slice.kind === 'beyond') return plain(codeOf('4.00'))
  const { block, eTag, payload, total } = slice
  const all = [...options, { number: OPTION.eTag.number, value: eTag }, blockOption(OPTION.block2, block)]
  if (block.number === 0) all.push(uintOption(OPTION.size2, total))
  return { code, options: all, payload }
}

function octetsOf(content: Content, { token }: Exchange): number {
  return writeMessage({ ...content, type: 'ACK', messageId: 0, token }).length
}
