import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CoapMessage, codeOf, EMPTY, readMessage, writeMessage } from '../../../gateway/coap/message.ts'
import {
  type Exchange,
  MAX_RETRANSMIT,
  type MessageEvent,
  MessageLayer,
  REMEMBERED_EXCHANGES,
} from '../../../gateway/coap/message-layer.ts'

const NOTHING = new Uint8Array(0)
const POST = codeOf('0.02')
const CHANGED = codeOf('2.04')
const layer = (random = 0) => new MessageLayer({ processingDelayMs: 1500, ackTimeoutMs: 2000 }, () => random)
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
    if (event.kind !== 'send') return []
    const read = readMessage(event.octets)
    if (read.kind !== 'message') throw new Error('no message')
    return [read.message]
  })
}

function request(events: MessageEvent[]): Exchange {
  const [event] = events
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
    expect(to.nextTimeout).toBeUndefined()
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
    expect(to.nextTimeout).toBeUndefined()
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
      if (to.timeout(due).length > 0) instants.push(due)
    }
    expect(instants).toEqual([4000, 8000, 16000, 32000])
    expect(instants).toHaveLength(MAX_RETRANSMIT)
  })

  it('ends the repetition when the device rejects the answer', () => {
    const to = layer()
    const exchange = request(to.receive(message(), 0))
    to.timeout(1500)
    const [separate] = sent(to.respond(exchange, answer, 2000))
    to.receive(empty('RST', separate?.messageId ?? -1), 2100)
    expect(to.nextTimeout).toBeUndefined()
  })

  it('answers a non-confirmable request in kind, and its repetition not at all', () => {
    const to = layer()
    const exchange = request(to.receive(message({ type: 'NON' }), 0))
    expect(to.nextTimeout).toBeUndefined()
    expect(sent(to.respond(exchange, answer, 0))).toMatchObject([{ type: 'NON', code: CHANGED }])
    expect(to.receive(message({ type: 'NON' }), 10)).toEqual([])
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
    expect(layer().receive(octets, 0)).toEqual([])
  })

  it('takes a message id again for a new request when an exchange can no longer be alive', () => {
    const to = layer()
    to.respond(request(to.receive(message(), 0)), answer, 0)
    expect(sent(to.receive(message(), 246_999))).toHaveLength(1)
    expect(request(to.receive(message(), 247_000)).isAnswered).toBe(false)
  })

  it('forgets the oldest answered request first, and refuses more when all are open', () => {
    const to = layer()
    const open = Array.from({ length: REMEMBERED_EXCHANGES }, (_, messageId) =>
      request(to.receive(message({ messageId }), 0)),
    )
    const tooMany = message({ messageId: 100 })
    expect(sent(to.receive(tooMany, 0))).toMatchObject([
      { type: 'ACK', code: codeOf('5.03'), messageId: 100 },
    ])
    const [, second] = open
    if (second) to.respond(second, answer, 0)
    expect(request(to.receive(tooMany, 0)).request.messageId).toBe(100)
    expect(to.receive(message({ messageId: 0 }), 0)).toEqual([])
  })

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
            const { messageId } = event.exchange.request
            expect(requested.has(messageId)).toBe(false)
            requested.add(messageId)
          }
        })
      }),
    )
  })
})
