import { describe, expect, it } from 'vitest'
import { type Block, type BlockSize, blockOption, readBlock } from '../../../gateway/coap/block.ts'
import { type CoapMessage, codeOf } from '../../../gateway/coap/message.ts'
import { OPTION, readUint, uintOption } from '../../../gateway/coap/option.ts'
import { NB_IOT_TIMING } from '../../../gateway/coap/timing.ts'
import { ASN1, forwarded, from, NOTHING, ok, option, request, SESSION, sent, server } from './device-bench.ts'

const [CHANGED, CONTINUE] = [codeOf('2.04'), codeOf('2.31')]
const LIFETIME_MS = 247_000

/** `2/1/128` as RFC 7959 §3 writes it. */
function block(text: string): Block {
  const [number, hasMore, size] = text.split('/').map(Number)
  return { number: number ?? 0, hasMore: hasMore === 1, size: size as BlockSize }
}

interface Asked {
  readonly block1?: string
  readonly block2?: string
  readonly payload?: Uint8Array
  readonly tag?: number
  /** In front of {@link tag}. */
  readonly longTag?: number
  readonly size1?: number
}

function ask(messageId: number, { block1, block2, payload = NOTHING, tag, longTag, size1 }: Asked) {
  const options = [
    ...ASN1,
    ...(block1 ? [blockOption(OPTION.block1, block(block1))] : []),
    ...(block2 ? [blockOption(OPTION.block2, block(block2))] : []),
    ...(longTag === undefined ? [] : [{ number: OPTION.requestTag.number, value: part(longTag, 9) }]),
    ...(tag === undefined ? [] : [{ number: OPTION.requestTag.number, value: Uint8Array.of(tag) }]),
    ...(size1 === undefined ? [] : [uintOption(OPTION.size1, size1)]),
  ]
  return from(request({ messageId, options, payload }))
}

function shown(message: CoapMessage | undefined, definition: { number: number }): string | undefined {
  const value = message && option(message, definition)
  const read = value && readBlock(value)
  return read && `${read.number}/${Number(read.hasMore)}/${read.size}`
}

const part = (fill: number, length = 128) => new Uint8Array(length).fill(fill)

describe('the exchanges of RFC 7959 §3', () => {
  it('figure 8: a body comes in three blocks and is forwarded whole', () => {
    const to = server()
    const [first] = sent(to.receive(ask(1, { block1: '0/1/128', payload: part(1) }), 0))
    expect([first?.code, shown(first, OPTION.block1)]).toEqual([CONTINUE, '0/1/128'])
    const [second] = sent(to.receive(ask(2, { block1: '1/1/128', payload: part(2) }), 0))
    expect([second?.code, shown(second, OPTION.block1)]).toEqual([CONTINUE, '1/1/128'])
    const forward = forwarded(to.receive(ask(3, { block1: '2/0/128', payload: part(3, 5) }), 0))
    expect(forward.body).toEqual(Uint8Array.of(...part(1), ...part(2), ...part(3, 5)))
    const [last] = sent(to.answer(forward.exchange, ok(NOTHING), 0))
    expect([last?.code, shown(last, OPTION.block1)]).toEqual([CHANGED, '2/0/128'])
  })

  it('figure 9: the server asks for smaller blocks', () => {
    const to = server()
    const session = { ...SESSION, longestMessage: 100 }
    const small = (messageId: number, block1: string, payload: Uint8Array) =>
      to.receive({ ...ask(messageId, { block1, payload }), session }, 0)
    const [first] = sent(small(1, '0/1/128', part(1)))
    expect(shown(first, OPTION.block1)).toBe('0/1/32')
    expect(sent(small(2, '4/1/32', part(2, 32)))[0]?.code).toBe(CONTINUE)
    const forward = forwarded(small(3, '5/0/32', part(3, 1)))
    expect(forward.body).toEqual(Uint8Array.of(...part(1), ...part(2, 32), 3))
  })

  it('figure 12: the last block of a body brings the first of the answer', () => {
    const to = server()
    const body = Uint8Array.from({ length: 300 }, (_, at) => at % 256)
    to.receive(ask(1, { block1: '0/1/128', payload: part(1) }), 0)
    const forward = forwarded(
      to.receive(ask(2, { block1: '1/0/128', block2: '0/0/128', payload: part(2) }), 0),
    )
    const [first] = sent(to.answer(forward.exchange, ok(body), 0))
    expect([first?.code, shown(first, OPTION.block1), shown(first, OPTION.block2)]).toEqual([
      CHANGED,
      '1/0/128',
      '0/1/128',
    ])
    const [second] = sent(to.receive(ask(3, { block2: '1/0/128' }), 0))
    const [third] = sent(to.receive(ask(4, { block2: '2/0/128' }), 0))
    expect([shown(second, OPTION.block2), shown(third, OPTION.block2)]).toEqual(['1/1/128', '2/0/128'])
    const parts = [first, second, third].flatMap((message) => [...(message?.payload ?? [])])
    expect(Uint8Array.from(parts)).toEqual(body)
    expect(to.counters.forwarded).toBe(1)
  })
})

describe('a large answer', () => {
  const large = new Uint8Array(3000)

  it('is cut even when the client has not asked for blocks, and tells its size once', () => {
    const to = server()
    const forward = forwarded(to.receive(ask(1, {}), 0))
    const [first] = sent(to.answer(forward.exchange, ok(large), 0))
    expect(shown(first, OPTION.block2)).toBe('0/1/1024')
    expect(readUint((first && option(first, OPTION.size2)) ?? NOTHING)).toBe(3000)
    const [second] = sent(to.receive(ask(2, { block2: '1/0/1024' }), 0))
    expect(second && option(second, OPTION.size2)).toBeUndefined()
    expect(second && option(second, OPTION.eTag)).toEqual(first && option(first, OPTION.eTag))
  })

  it('is cut smaller on NB-IoT, and never beyond what a message may hold', () => {
    for (const [longestMessage, blockSize, expected] of [
      [1200, 512, '0/1/512'],
      [255, 512, '0/1/128'],
    ] as const) {
      const to = server()
      const session = { id: 1, longestMessage, blockSize, timing: NB_IOT_TIMING }
      const forward = forwarded(to.receive({ ...ask(1, {}), session }, 0))
      const [effect] = to.answer(forward.exchange, ok(large), 0)
      expect(shown(sent(effect ? [effect] : [])[0], OPTION.block2)).toBe(expected)
      expect(effect?.kind === 'send' && effect.octets.length).toBeLessThanOrEqual(longestMessage)
    }
  })

  it('is gone when nobody has asked for it in time, and has no block behind its last', () => {
    const to = server()
    const forward = forwarded(to.receive(ask(1, {}), 0))
    to.answer(forward.exchange, ok(large), 0)
    expect(sent(to.receive(ask(2, { block2: '9/0/1024' }), 0))[0]?.code).toBe(codeOf('4.00'))
    expect(sent(to.receive(ask(3, { block2: '1/0/1024' }), LIFETIME_MS))[0]?.code).toBe(codeOf('4.08'))
    expect(to.counters.gone).toBe(1)
  })

  it('belongs to the session that asked', () => {
    const to = server()
    const forward = forwarded(to.receive(ask(1, {}), 0))
    to.answer(forward.exchange, ok(large), 0)
    const other = { ...ask(2, { block2: '1/0/1024' }), session: { ...SESSION, id: 2 } }
    expect(sent(to.receive(other, 0))[0]?.code).toBe(codeOf('4.08'))
  })
})

describe('a large request', () => {
  it('is refused where a block is missing', () => {
    const to = server()
    to.receive(ask(1, { block1: '0/1/128', payload: part(1) }), 0)
    expect(sent(to.receive(ask(2, { block1: '2/0/128', payload: part(1) }), 0))[0]?.code).toBe(codeOf('4.08'))
    expect(to.counters.incomplete).toBe(1)
  })

  it('is refused with the size that is possible, early when it says its own', () => {
    const to = server({ longestBody: 200 })
    const [early] = sent(to.receive(ask(1, { block1: '0/1/128', payload: part(1), size1: 201 }), 0))
    to.receive(ask(2, { block1: '0/1/128', payload: part(1) }), 0)
    const [late] = sent(to.receive(ask(3, { block1: '1/0/128', payload: part(1) }), 0))
    for (const refusal of [early, late]) {
      expect(refusal).toMatchObject({ code: codeOf('4.13'), options: [uintOption(OPTION.size1, 200)] })
    }
  })

  it.each([
    ['its own Request-Tag', {}],
    ['its own behind one that is too long', { longTag: 9 }],
  ])('may be under way beside another one with %s', (_which, more) => {
    const to = server()
    to.receive(ask(1, { block1: '0/1/128', payload: part(1), tag: 1, ...more }), 0)
    to.receive(ask(2, { block1: '0/1/128', payload: part(2), tag: 2, ...more }), 0)
    const third = ask(3, { block1: '1/0/128', payload: part(3, 1), tag: 1, ...more })
    const forward = forwarded(to.receive(third, 0))
    expect(forward.body).toEqual(Uint8Array.of(...part(1), 3))
  })

  it('survives a repeated block', () => {
    const to = server()
    const first = ask(1, { block1: '0/1/128', payload: part(1) })
    const second = ask(2, { block1: '1/1/128', payload: part(2) })
    for (const datagram of [first, first, second, first, second]) to.receive(datagram, 0)
    const forward = forwarded(to.receive(ask(3, { block1: '2/0/128', payload: part(3, 1) }), 0))
    expect(forward.body).toEqual(Uint8Array.of(...part(1), ...part(2), 3))
  })
})
