import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_SIZES, type BlockSize } from '../../../gateway/coap/block.ts'
import { StoredResponses } from '../../../gateway/coap/stored-response.ts'

const LIFETIME_MS = 30_000
const responses = (mostOctets = 1 << 20) => new StoredResponses({ mostOctets, lifetimeMs: LIFETIME_MS })
const first = (size: BlockSize) => ({ number: 0, hasMore: false, size })

describe('stored responses', () => {
  it('hand out every body, whatever sizes either side wants', () => {
    const size = fc.constantFrom(...BLOCK_SIZES)
    const body = fc.uint8Array({ minLength: 1, maxLength: 5000, size: 'max' })
    fc.assert(
      fc.property(body, size, fc.option(size), (sent, mine, wanted) => {
        const from = responses()
        from.store('key', sent, 0)
        const received: number[] = []
        const eTags = new Set<string>()
        let asked = wanted === null ? undefined : first(wanted)
        for (;;) {
          const slice = from.slice('key', asked, mine, 0)
          if (slice.kind !== 'slice') throw new Error(slice.kind)
          expect(slice.block.size).toBeLessThanOrEqual(Math.min(mine, wanted ?? mine))
          expect(slice.block.number * slice.block.size).toBe(received.length)
          expect(slice.total).toBe(sent.length)
          received.push(...slice.payload)
          eTags.add(Buffer.from(slice.eTag).toString('hex'))
          if (!slice.block.hasMore) break
          asked = { ...slice.block, number: slice.block.number + 1, hasMore: false }
        }
        expect(Uint8Array.from(received)).toEqual(sent)
        expect(eTags.size).toBe(1)
      }),
    )
  })

  it('come down when a client asks for larger blocks in the middle', () => {
    const from = responses()
    from.store(
      'key',
      Uint8Array.from({ length: 300 }, (_, at) => at % 256),
      0,
    )
    expect(from.slice('key', { number: 1, hasMore: false, size: 128 }, 64, 0)).toMatchObject({
      block: { number: 2, hasMore: true, size: 64 },
      payload: Uint8Array.from({ length: 64 }, (_, at) => 128 + at),
    })
  })

  it('tell a question behind the end from one for nothing', () => {
    const from = responses()
    from.store('key', new Uint8Array(16), 0)
    expect(from.slice('key', { number: 1, hasMore: false, size: 16 }, 1024, 0)).toEqual({ kind: 'beyond' })
    expect(from.slice('other', first(16), 1024, 0)).toEqual({ kind: 'gone' })
  })

  it('give the last part again, until nobody has asked for a while', () => {
    const from = responses()
    from.store('key', new Uint8Array(16), 0)
    expect(from.slice('key', first(16), 1024, LIFETIME_MS - 1).kind).toBe('slice')
    expect(from.slice('key', first(16), 1024, 2 * LIFETIME_MS - 2).kind).toBe('slice')
    expect(from.slice('key', first(16), 1024, 3 * LIFETIME_MS).kind).toBe('gone')
    expect(from.octets).toBe(0)
  })

  it('make room by forgetting what was not asked for longest', () => {
    const from = responses(100)
    from.store('one', new Uint8Array(40), 0)
    from.store('two', new Uint8Array(40), 1)
    from.slice('one', undefined, 1024, 2)
    from.store('three', new Uint8Array(40), 3)
    expect(from.slice('two', undefined, 1024, 4).kind).toBe('gone')
    expect(from.slice('one', undefined, 1024, 4).kind).toBe('slice')
    expect(from.octets).toBe(80)
  })

  it('refuse a body that nothing makes room for', () => {
    expect(responses(100).store('key', new Uint8Array(101), 0)).toBe(false)
  })

  it('count a body once that takes the place of another', () => {
    const from = responses()
    from.store('key', new Uint8Array(40), 0)
    from.store('key', Uint8Array.of(7), 0)
    expect(from.slice('key', undefined, 1024, 0)).toMatchObject({ payload: Uint8Array.of(7), total: 1 })
    expect(from.octets).toBe(1)
  })
})
