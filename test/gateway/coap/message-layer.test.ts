import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CoapMessage, codeOf, EMPTY, readMessage, writeMessage } from '../../../gateway/coap/message.ts'
import { type MessageEvent, MessageLayer } from '../../../gateway/coap/message-layer.ts'
import {
  type Exchange,
  KEPT_MESSAGE_IDS,
  KEPT_REPLIES,
  ReplyMemory,
} from '../../../gateway/coap/recent-messages.ts'
import { DEFAULT_TIMING, NB_IOT_TIMING, type Timing } from '../../../gateway/coap/timing.ts'

const NOTHING = new Uint8Array(0)
const POST = codeOf('0.02')
const CHANGED = codeOf('2.04')
const layer = (random = 0, timing: Timing = DEFAULT_TIMING, replies = new ReplyMemory(1 << 20)) =>
  new MessageLayer(timing, replies, () => random)
const LIFETIME_MS = 247_000
const answer = { code: CHANGED, options: [], payload: Uint8Array.of(1, 2, 3) }

function message(change: Partial<CoapMessage> = {}): Uint8Array {
  const token = Uint8Array.of(7)
  return writeMessage({
    type: 'CON',
    code: POST,
    messageId: 1,
    token,
    options: [],
    payload: NOTHING,
    ...change,
  })
}

const empty = (type: 'ACK' | 'CON' | 'RST', messageId: number) =>
  message({ type, code: EMPTY, messageId, token: NOTHING })

function sent(events: MessageEvent[]): CoapMessage[] {
  return events.flatMap((event) => {
    if (event.kind !== 'send' && event.kind !== 'reply') return []
    const read = readMessage(event.octets)
    if (read.kind !== 'message') throw new Error('no message')
    return [read.message]
  })
}

function request(events: MessageEvent[]): Exchange {
  const event = events.find(({ kind }) => kind === 'request')
  if (event?.kind !== 'request') throw new Error('no request')
  return event.exchange
}

describe('the message layer', () => {
  it('puts a quick answer into the acknowledgement, and gives it again to a repeated request', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    const [first] = sent(to.respond(exchange, answer, 100))
    expect(first).toMatchObject({ type: 'ACK', code: CHANGED, messageId: 1, token: Uint8Array.of(7) })
    expect(sent(to.receive(message(), 2000))).toEqual([first])
    expect(to.nextTimeout).toBe(LIFETIME_MS)
  })

  it('acknowledges a slow request, then answers in a message of its own until that is acknowledged', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    expect(to.nextTimeout).toBe(1500)
    expect(sent(to.timeout(1499))).toEqual([])
    expect(sent(to.timeout(1500))).toMatchObject([{ type: 'ACK', code: EMPTY, messageId: 1 }])
    expect(sent(to.receive(message(), 1600))).toMatchObject([{ type: 'ACK', code: EMPTY, messageId: 1 }])
    const [separate] = sent(to.respond(exchange, answer, 3000))
    expect(separate).toMatchObject({ type: 'CON', code: CHANGED, token: Uint8Array.of(7) })
    expect(to.nextTimeout).toBe(5000)
    expect(sent(to.timeout(5000))).toEqual([separate])
    to.receive(empty('ACK', separate?.messageId ?? -1), 5100)
    expect(to.nextTimeout).toBe(LIFETIME_MS)
  })

  it('gives a late answer to a request that is repeated because its acknowledgement was lost', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    to.timeout(1500)
    to.respond(exchange, answer, 1700)
    expect(sent(to.receive(message(), 2000))).toMatchObject([{ type: 'ACK', code: CHANGED, messageId: 1 }])
  })

  it('repeats a separate answer four times, each after twice the wait', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    to.timeout(1500)
    to.respond(exchange, answer, 2000)
    const instants: number[] = []
    for (let due = to.nextTimeout; due !== undefined; due = to.nextTimeout) {
      if (sent(to.timeout(due)).length > 0) instants.push(due)
    }
    expect(instants).toEqual([4000, 8000, 16000, 32000])
    expect(to.isIdle).toBe(true)
  })

  it('ends the repetition when the device rejects the answer', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    to.timeout(1500)
    const [separate] = sent(to.respond(exchange, answer, 2000))
    to.receive(empty('RST', separate?.messageId ?? -1), 2100)
    expect(to.nextTimeout).toBe(LIFETIME_MS)
  })

  it('answers a non-confirmable request in kind, and its repetition not at all', () => {
    const to = layer()
    const exchange = request(to.receive(message({ type: 'NON' }), 0))
    expect(to.nextTimeout).toBe(145_000)
    expect(sent(to.respond(exchange, answer, 0))).toMatchObject([{ type: 'NON', code: CHANGED }])
    expect(to.receive(message({ type: 'NON' }), 10)).toEqual([{ kind: 'noted', what: 'repeated' }])
  })

  it('answers once', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    to.respond(exchange, answer, 0)
    expect(to.respond(exchange, answer, 0)).toEqual([])
  })

  it.each([
    ['a ping', empty('CON', 9)],
    ['a response nobody asked for', message({ code: CHANGED, messageId: 9 })],
    ['a reserved class', message({ code: codeOf('7.01'), messageId: 9 })],
    ['a confirmable format error', Uint8Array.of(0x4f, POST, 0, 9)],
  ])('rejects %s', (_, octets) => {
    expect(sent(layer().receive(octets, 0))).toMatchObject([{ type: 'RST', code: EMPTY, messageId: 9 }])
  })

  it.each([
    ['another version', Uint8Array.of(0x80, POST, 0, 9)],
    ['a format error that is not confirmable', Uint8Array.of(0x5f, POST, 0, 9)],
    ['an acknowledgement of nothing', empty('ACK', 9)],
    ['a reset of nothing', empty('RST', 9)],
  ])('keeps silent about %s', (_, octets) => {
    expect(sent(layer().receive(octets, 0))).toEqual([])
  })

  it('takes a message id again for a new request when an exchange can no longer be alive', () => {
    const to = layer()
    to.respond(request(to.receive(message(), 0)), answer, 0)
    expect(sent(to.receive(message(), 246_999))).toHaveLength(1)
    expect(request(to.receive(message(), 247_000)).isAnswered).toBe(false)
  })

  it('lets go of everything when no message id can come again', () => {
    const to = layer()
    to.respond(request(to.receive(message(), 0)), answer, 0)
    to.timeout(LIFETIME_MS)
    expect(to.isIdle).toBe(true)
    expect(to.nextTimeout).toBeUndefined()
  })

  it('refuses a repetition whose answer has been forgotten, rather than carry it out again', () => {
    const to = layer()
    for (let messageId = 1; messageId <= KEPT_REPLIES + 1; messageId++) {
      to.respond(request(to.receive(message({ messageId }), 0)), answer, 0)
    }
    expect(sent(to.receive(message({ messageId: 1 }), 1))).toMatchObject([{ code: codeOf('5.03') }])
    expect(sent(to.receive(message({ messageId: 2 }), 1))).toMatchObject([{ code: CHANGED }])
  })

  it('forgets what was not forwarded first, and refuses more when all was', () => {
    const to = layer()
    const exchanges = Array.from({ length: KEPT_MESSAGE_IDS }, (_, messageId) =>
      request(to.receive(message({ messageId }), 0)),
    )
    for (const exchange of exchanges) {
      exchange.isForwarded = exchange.messageId !== 5
      to.respond(exchange, answer, 0)
    }
    expect(request(to.receive(message({ messageId: 1000 }), 1)).messageId).toBe(1000)
    const tooMany = to.receive(message({ messageId: 1001 }), 1)
    expect(sent(tooMany)).toMatchObject([{ type: 'ACK', code: codeOf('5.03'), messageId: 1001 }])
    expect(request(to.receive(message({ messageId: 1001 }), LIFETIME_MS)).messageId).toBe(1001)
  })

  it('shares one memory of replies among devices', () => {
    const replies = new ReplyMemory(20)
    const [one, other] = [layer(0, DEFAULT_TIMING, replies), layer(0, DEFAULT_TIMING, replies)]
    one.respond(request(one.receive(message(), 0)), answer, 0)
    expect(replies.octets).toBe(9)
    const long = { ...answer, payload: new Uint8Array(12) }
    other.respond(request(other.receive(message(), 0)), long, 0)
    expect(replies.octets).toBe(18)
    expect(sent(one.receive(message(), 1))).toMatchObject([{ code: codeOf('5.03') }])
    other.close()
    expect(replies.octets).toBe(0)
  })

  it('says nothing to a client that does not want to hear, but acknowledges', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    expect(sent(to.respond(exchange, null, 0))).toMatchObject([{ type: 'ACK', code: EMPTY, messageId: 1 }])
    expect(sent(to.receive(message(), 1))).toMatchObject([{ type: 'ACK', code: EMPTY }])
  })

  it('sends one confirmable message at a time', () => {
    const to = layer()
    const exchanges = [1, 2].map((messageId) => request(to.receive(message({ messageId }), 0)))
    to.timeout(1500)
    const [first, second] = exchanges.map((exchange) => sent(to.respond(exchange, answer, 2000)))
    expect(first).toHaveLength(1)
    expect(second).toEqual([])
    const next = sent(to.receive(empty('ACK', first?.[0]?.messageId ?? -1), 2100))
    expect(next).toMatchObject([{ type: 'CON', code: CHANGED }])
  })

  it('waits longer on NB-IoT', () => {
    const to = layer(0, NB_IOT_TIMING)
    const exchange = request(to.receive(message(), 0))
    expect(to.nextTimeout).toBe(3000)
    to.timeout(3000)
    to.respond(exchange, answer, 4000)
    expect(to.nextTimeout).toBe(14_000)
  })
})

describe('the message layer as a client', () => {
  const ask = { code: POST, options: [], payload: Uint8Array.of(9) }

  it('takes an answer out of the acknowledgement', () => {
    const to = layer()
    const { token, events } = to.request(ask, 0)
    const [sentRequest] = sent(events)
    const ack = message({ ...sentRequest, type: 'ACK', code: CHANGED, payload: Uint8Array.of(5) })
    expect(to.receive(ack, 10)).toMatchObject([{ kind: 'response', token }])
    expect(to.isIdle).toBe(true)
  })

  it('takes an answer in a message of its own, even before the acknowledgement, and acknowledges each copy', () => {
    const to = layer()
    const { token, events } = to.request(ask, 0)
    const [sentRequest] = sent(events)
    const separate = message({ ...sentRequest, type: 'CON', code: CHANGED, messageId: 77 })
    const received = to.receive(separate, 10)
    expect(sent(received)).toMatchObject([{ type: 'ACK', code: EMPTY, messageId: 77 }])
    expect(received.at(-1)).toMatchObject({ kind: 'response', token })
    const again = to.receive(separate, 20)
    expect(again.some(({ kind }) => kind === 'response')).toBe(false)
    expect(sent(again)).toMatchObject([{ type: 'ACK', messageId: 77 }])
  })

  it('gives up after the last repetition, or when rejected', () => {
    const to = layer()
    const { token } = to.request(ask, 0)
    const all: MessageEvent[] = []
    for (let due = to.nextTimeout; due !== undefined; due = to.nextTimeout) all.push(...to.timeout(due))
    expect(sent(all)).toHaveLength(4)
    expect(all.at(-1)).toEqual({ kind: 'failed', token, reason: 'unanswered' })

    const second = to.request(ask, 100_000)
    const [again] = sent(second.events)
    expect(to.receive(empty('RST', again?.messageId ?? -1), 100_010)).toEqual([
      { kind: 'failed', token: second.token, reason: 'rejected' },
    ])
    expect(to.isIdle).toBe(true)
  })

  it('gives up when the answer does not follow the acknowledgement', () => {
    const to = layer()
    const { token, events } = to.request(ask, 0)
    to.receive(empty('ACK', sent(events)[0]?.messageId ?? -1), 10)
    expect(to.nextTimeout).toBe(LIFETIME_MS)
    expect(to.timeout(LIFETIME_MS)).toEqual([{ kind: 'failed', token, reason: 'unanswered' }])
  })
})

describe('the message layer under fire', () => {
  it('survives whatever octets, and never has more than one open request a message id', () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.integer({ min: 0x40, max: 0x7f }), fc.nat(255), fc.nat(3))
        .map(([first, code, id]) => Uint8Array.of(first, code, 0, id, ...new Uint8Array(first & 0x0f))),
    )
    fc.assert(
      fc.property(fc.array(octets, { maxLength: 60 }), (all) => {
        const to = layer(0.5)
        const requested = new Set<number>()
        all.forEach((each, at) => {
          for (const event of [...to.receive(each, at), ...to.timeout(at)]) {
            if (event.kind !== 'request') continue
            const { messageId } = event.exchange
            expect(requested.has(messageId)).toBe(false)
            requested.add(messageId)
          }
        })
      }),
    )
  })
})
