import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockOption } from '../../../gateway/coap/block.ts'
import { codeOf, EMPTY } from '../../../gateway/coap/message.ts'
import { type CoapOption, OPTION, stringOption, uintOption } from '../../../gateway/coap/option.ts'
import {
  ASN1,
  forwarded,
  from,
  HOME,
  NOTHING,
  ok,
  option,
  path,
  request,
  SESSION,
  sent,
  server,
} from './device-bench.ts'

const CHANGED = codeOf('2.04')
const NO_PACKAGE = Uint8Array.from([0xbf, 0x4f, 3, 2, 1, 1])

describe('a request for the edge', () => {
  it('is forwarded with its path and body, and answered in the acknowledgement', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request()), 0))
    expect(forward).toMatchObject({ session: SESSION, method: 'POST', path: '/gsma/rsp2/asn1' })
    expect(forward.body).toEqual(Uint8Array.of(0xbf, 0x4f, 0))
    const [effect] = to.answer(forward.exchange, ok(NO_PACKAGE), 100)
    expect(effect).toMatchObject({ kind: 'send', session: SESSION, to: HOME })
    expect(sent(effect ? [effect] : [])).toMatchObject([
      { type: 'ACK', code: CHANGED, messageId: 1, options: [], payload: NO_PACKAGE },
    ])
  })

  it('is forwarded once, however often it comes', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request()), 0))
    expect(to.receive(from(request()), 10)).toEqual([])
    const first = sent(to.answer(forward.exchange, ok(NO_PACKAGE), 20))
    expect(sent(to.receive(from(request()), 2000))).toEqual(first)
    expect(to.answer(forward.exchange, ok(NO_PACKAGE), 2100)).toEqual([])
  })

  it('is acknowledged to where it came from, and answered later to where the device is believed to be', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request()), 0))
    expect(to.nextTimeout).toBe(1500)
    const [acknowledgement] = to.timeout(1500)
    expect(acknowledgement).toMatchObject({ to: HOME })
    const [answer] = to.answer(forward.exchange, ok(NO_PACKAGE), 3000)
    expect(answer).toMatchObject({ to: undefined })
    expect(sent(answer ? [answer] : [])).toMatchObject([{ type: 'CON', code: CHANGED }])
  })

  it('is answered 5.04 when the edge takes too long, and a later answer comes to nothing', () => {
    const to = server({ edgeTimeoutMs: 1000 })
    const forward = forwarded(to.receive(from(request()), 0))
    expect(sent(to.timeout(1000))).toMatchObject([{ type: 'ACK', code: codeOf('5.04') }])
    expect(to.answer(forward.exchange, ok(NO_PACKAGE), 1100)).toEqual([])
    expect(to.counters['timed-out']).toBe(1)
    expect(to.forwardedCount).toBe(0)
  })

  it('is refused for a while when the device has one at the edge already', () => {
    const to = server()
    to.receive(from(request()), 0)
    const [busy] = sent(to.receive(from(request({ messageId: 2 })), 1))
    expect(busy).toMatchObject({ code: codeOf('5.03'), options: [uintOption(OPTION.maxAge, 5)] })
  })

  it('is refused for a while under overload, and when the edge has too many', () => {
    const to = server({ mostForwarded: 0 })
    expect(sent(to.receive(from(request()), 0))).toMatchObject([{ code: codeOf('5.03') }])
    to.overload = 60
    const [refusal] = sent(to.receive(from(request({ messageId: 2 })), 0))
    expect(refusal).toMatchObject({ code: codeOf('5.03'), options: [uintOption(OPTION.maxAge, 60)] })
  })

  it.each([
    ['gsma/rsp2/esipa/getEimPackage', '/gsma/rsp2/esipa/getEimPackage'],
    ['e', '/gsma/rsp2/asn1'],
  ])('may go to %s', (uriPath, target) => {
    const to = server({ aliases: new Map([['e', '/gsma/rsp2/asn1']]) })
    expect(forwarded(to.receive(from(request({ options: path(uriPath) })), 0)).path).toBe(target)
  })

  it('is answered 2.05 for clients that expect it whenever there is a body', () => {
    const to = server({ bodyCode: '2.05' })
    const first = forwarded(to.receive(from(request()), 0))
    expect(sent(to.answer(first.exchange, ok(NO_PACKAGE), 0))).toMatchObject([{ code: codeOf('2.05') }])
    const second = forwarded(to.receive(from(request({ messageId: 2 })), 0))
    const nothing = { status: 204, body: NOTHING, retryAfter: null }
    expect(sent(to.answer(second.exchange, nothing, 0))).toMatchObject([{ code: CHANGED }])
  })

  it('learns how long to wait, but not what an error says to others', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request()), 0))
    const busy = { status: 503, body: NO_PACKAGE, retryAfter: 90 }
    expect(sent(to.answer(forward.exchange, busy, 0))).toMatchObject([
      { code: codeOf('5.03'), options: [uintOption(OPTION.maxAge, 90)], payload: NOTHING },
    ])
  })
})

const unknown = (number: number): CoapOption => ({ number, value: NOTHING })
const refusals: [string, CoapOption[], `${number}.${number}`][] = [
  ['another path', path('gsma/rsp2'), '4.04'],
  ['a slash within a segment', [stringOption(OPTION.uriPath, 'gsma/rsp2/asn1')], '4.04'],
  ['a function of odd letters', path('gsma/rsp2/esipa/..'), '4.04'],
  ['a query', [...ASN1, stringOption(OPTION.uriQuery, 'a=b')], '4.04'],
  ['an unknown critical option', [...ASN1, unknown(9)], '4.02'],
  ['a proxy', [...ASN1, stringOption(OPTION.proxyUri, 'coap://other/')], '5.05'],
  ['a condition', [...ASN1, unknown(5)], '4.12'],
  ['another format', [...ASN1, uintOption(OPTION.accept, 60)], '4.06'],
  ['the reserved block size', [...ASN1, uintOption(OPTION.block1, 7)], '4.00'],
]

describe('a request that is refused', () => {
  it.each(refusals)('has %s', (_, options, code) => {
    const to = server()
    expect(sent(to.receive(from(request({ options })), 0))).toMatchObject([
      { type: 'ACK', code: codeOf(code) },
    ])
    expect(to.counters.refused).toBe(1)
  })

  it('uses another method', () => {
    expect(sent(server().receive(from(request({ code: codeOf('0.01') })), 0))).toMatchObject([
      { code: codeOf('4.05') },
    ])
  })

  it('is passed over when it is not confirmable and has an unknown critical option', () => {
    const octets = request({ type: 'NON', options: [...ASN1, unknown(9)] })
    expect(server().receive(from(octets), 0)).toEqual([])
  })

  it('is not one with elective strangers, a host, a port or a content format', () => {
    const host = [stringOption(OPTION.uriHost, 'eim.example'), uintOption(OPTION.uriPort, 5684)]
    const options = [...ASN1, ...host, uintOption(OPTION.contentFormat, 42), unknown(10)]
    expect(forwarded(server().receive(from(request({ options })), 0)).path).toBe('/gsma/rsp2/asn1')
  })
})

describe('No-Response', () => {
  it.each([
    [0, 200, CHANGED],
    [2, 200, EMPTY],
    [2, 404, codeOf('4.04')],
    [8, 404, EMPTY],
    [16, 502, EMPTY],
  ])('of %i makes HTTP %i an answer %i', (unwanted, status, code) => {
    const to = server()
    const options = [...ASN1, uintOption(OPTION.noResponse, unwanted)]
    const forward = forwarded(to.receive(from(request({ options })), 0))
    expect(sent(to.answer(forward.exchange, { ...ok(NOTHING), status }, 0))).toMatchObject([
      { type: 'ACK', code },
    ])
  })

  it('leaves a request that is not confirmable without any', () => {
    const to = server()
    const options = [...ASN1, uintOption(OPTION.noResponse, 2)]
    const forward = forwarded(to.receive(from(request({ type: 'NON', options })), 0))
    expect(to.answer(forward.exchange, ok(NO_PACKAGE), 0)).toEqual([])
  })
})

describe('an unproven address', () => {
  const unproven = { unprovenPath: 'there', origin: 'there' }

  it('gets a small answer at once', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request(), unproven), 0))
    const [effect] = to.answer(forward.exchange, ok(NO_PACKAGE), 0)
    expect(effect).toMatchObject({ kind: 'send', to: 'there' })
  })

  it('gets a large answer only after it has echoed what was sent there', () => {
    const to = server()
    const large = new Uint8Array(500)
    const forward = forwarded(to.receive(from(request(), unproven), 0))
    const [challenge] = sent(to.answer(forward.exchange, ok(large), 0))
    const echo = challenge && option(challenge, OPTION.echo)
    expect(challenge).toMatchObject({ code: codeOf('4.01'), payload: NOTHING })

    const options = [...ASN1, { number: OPTION.echo.number, value: echo ?? NOTHING }]
    const effects = to.receive(from(request({ messageId: 2, options }), unproven), 10)
    expect(effects[0]).toEqual({ kind: 'address-proven', session: SESSION, origin: 'there' })
    expect(sent(to.answer(forwarded(effects).exchange, ok(large), 20))).toMatchObject([{ payload: large }])
  })

  it('is not proven by an echo from elsewhere', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request(), unproven), 0))
    const [challenge] = sent(to.answer(forward.exchange, ok(new Uint8Array(500)), 0))
    const value = (challenge && option(challenge, OPTION.echo)) ?? NOTHING
    const options = [...ASN1, { number: OPTION.echo.number, value }]
    const elsewhere = { unprovenPath: 'elsewhere', origin: 'elsewhere' }
    const effects = to.receive(from(request({ messageId: 2, options }), elsewhere), 10)
    expect(effects.map(({ kind }) => kind)).toEqual(['forward'])
  })

  it('never gets more than three times what it sent, whatever it asks for', () => {
    const sizes = fc.integer({ min: 0, max: 5000 })
    fc.assert(
      fc.property(sizes, fc.nat(40), (answerSize, askSize) => {
        const to = server()
        const octets = request({ payload: new Uint8Array(askSize) })
        const forward = forwarded(to.receive(from(octets, unproven), 0))
        const effects = to.answer(forward.exchange, ok(new Uint8Array(answerSize)), 0)
        for (const effect of effects) {
          if (effect.kind === 'send') expect(effect.octets.length).toBeLessThanOrEqual(3 * octets.length)
        }
      }),
    )
  })
})

describe('a device that falls silent', () => {
  it('leaves nothing behind', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request()), 0))
    to.answer(forward.exchange, ok(new Uint8Array(3000)), 0)
    to.receive(
      from(
        request({
          messageId: 2,
          options: [...ASN1, blockOption(OPTION.block1, { number: 0, hasMore: true, size: 16 })],
          payload: new Uint8Array(16),
        }),
      ),
      5,
    )
    expect(to.deviceCount).toBe(1)
    for (let due = to.nextTimeout; due !== undefined; due = to.nextTimeout) to.timeout(due)
    expect(to.deviceCount).toBe(0)
  })

  it('is forgotten at once when its session closes', () => {
    const to = server()
    const forward = forwarded(to.receive(from(request()), 0))
    to.forget(SESSION.id)
    expect([to.deviceCount, to.forwardedCount, to.nextTimeout]).toEqual([0, 0, undefined])
    expect(to.answer(forward.exchange, ok(NO_PACKAGE), 1)).toEqual([])
  })

  it('does not share message ids with another session', () => {
    const to = server()
    forwarded(to.receive(from(request()), 0))
    const other = { ...SESSION, id: 2 }
    expect(forwarded(to.receive(from(request(), { session: other }), 1)).session).toBe(other)
  })
})
