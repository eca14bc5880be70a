import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_SIZES, type Block, type BlockSize } from '../../../gateway/coap/block.ts'
import {
  type BodyProgress,
  RequestBodies,
  type RequestBodyLimits,
} from '../../../gateway/coap/request-body.ts'

const EXCHANGE_LIFETIME_MS = 247_000

const bodies = (change: Partial<RequestBodyLimits> = {}) => new Bodies(change)

/** One session's bodies, told apart by resource, and an instant. */
class Bodies extends RequestBodies {
  constructor(change: Partial<RequestBodyLimits>) {
    super({
      longestBody: 4096,
      mostBodies: 4,
      mostOctets: 1 << 20,
      lifetimeMs: EXCHANGE_LIFETIME_MS,
      ...change,
    })
  }

  take(resource: string, block: Block, payload: Uint8Array, now: number, largest: BlockSize = 1024) {
    return this.receive({ session: 1, resource }, block, payload, largest, now)
  }
}

const more = (number: number, size: BlockSize = 16): Block => ({ number, hasMore: true, size })
const last = (number: number, size: BlockSize = 16): Block => ({ number, hasMore: false, size })
const full = (fill: number, size = 16) => new Uint8Array(size).fill(fill)

/** Sends `body` as a client does that comes down to the size it is asked for. */
function sendAll(to: Bodies, body: Uint8Array, firstSize: BlockSize, wanted: BlockSize): BodyProgress {
  let size = firstSize
  for (let at = 0; ; ) {
    const block = { number: at / size, hasMore: at + size < body.length, size }
    const progress = to.take('key', block, body.subarray(at, at + size), 0, wanted)
    if (progress.kind !== 'continue') return progress
    expect(progress.block.number).toBe(block.number)
    at += size
    size = progress.block.size
  }
}

describe('request bodies in blocks', () => {
  it('gives back every body, whatever its length, the blocks of the client and the wish of the server', () => {
    const size = fc.constantFrom(...BLOCK_SIZES)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096, size: 'max' }), size, size, (body, mine, wanted) => {
        const to = bodies()
        expect(sendAll(to, body, mine, wanted)).toMatchObject({ kind: 'complete', body })
        expect(to.size).toBe(0)
      }),
    )
  })

  it('begins again with block 0', () => {
    const to = bodies()
    to.take('key', more(0), full(1), 0)
    to.take('key', more(0), full(2), 0)
    const body = Uint8Array.of(...full(2), 3)
    expect(to.take('key', last(1), Uint8Array.of(3), 0)).toMatchObject({ kind: 'complete', body })
  })

  it.each([
    ['a gap', more(2)],
    ['a size by which the block begins elsewhere', more(1, 64)],
  ])('refuses %s', (_, block) => {
    const to = bodies()
    to.take('key', more(0), full(1), 0)
    expect(to.take('key', block, full(1, block.size), 0)).toEqual({ kind: 'incomplete' })
  })

  it('does not go on with what it refused', () => {
    const to = bodies()
    to.take('key', more(0), full(1), 0)
    expect(to.take('key', more(5), full(1), 0).kind).toBe('incomplete')
    expect(to.take('key', last(1), full(1), 0).kind).toBe('incomplete')
  })

  it.each([
    ['short with more to come', more(0), 15],
    ['long with more to come', more(0), 17],
    ['long at the end', last(0), 17],
  ])('refuses a block that is too %s', (_, block, length) => {
    expect(bodies().take('key', block, full(1, length), 0)).toEqual({ kind: 'wrong-length' })
  })

  it('refuses a body that grows too long, and keeps nothing of it', () => {
    const to = bodies({ longestBody: 32 })
    to.take('key', more(0), full(1), 0)
    to.take('key', more(1), full(1), 0)
    expect(to.take('key', last(2), Uint8Array.of(1), 0)).toEqual({ kind: 'too-large', longestBody: 32 })
    expect(to.size).toBe(0)
  })

  it('keeps bodies of different keys apart', () => {
    const to = bodies()
    to.take('one', more(0), full(1), 0)
    to.take('two', more(0), full(2), 0)
    const body = Uint8Array.of(...full(1), 9)
    expect(to.take('one', last(1), Uint8Array.of(9), 0)).toMatchObject({ kind: 'complete', body })
  })

  it('makes room by forgetting what has been silent longest', () => {
    const to = bodies({ mostBodies: 2 })
    to.take('one', more(0), full(1), 0)
    to.take('two', more(0), full(1), 1)
    to.take('one', more(1), full(1), 2)
    to.take('three', more(0), full(1), 3)
    expect(to.take('two', last(1), full(1), 4).kind).toBe('incomplete')
    expect(to.take('one', last(2), full(1), 4).kind).toBe('complete')
  })

  it('makes room for others when all bodies together are too much', () => {
    const to = bodies({ mostOctets: 600 })
    const from = (session: number, block: Block) =>
      to.receive({ session, resource: 'key' }, block, full(1), 1024, 0).kind
    expect([1, 2, 3].map((session) => from(session, more(0)))).toEqual(['continue', 'continue', 'continue'])
    expect([1, 2, 3].map((session) => from(session, last(1)))).toEqual(['incomplete', 'complete', 'complete'])
    expect(to.nextExpiry).toBeUndefined()
  })

  it('forgets after the lifetime of an exchange', () => {
    const to = bodies()
    to.take('key', more(0), full(1), 0)
    to.take('key', more(1), full(1), EXCHANGE_LIFETIME_MS - 1)
    expect(to.take('key', more(2), full(1), 2 * EXCHANGE_LIFETIME_MS - 2).kind).toBe('continue')
    expect(to.take('key', last(3), full(1), 3 * EXCHANGE_LIFETIME_MS).kind).toBe('incomplete')
  })

  it.each([
    ['as octets', full(1)],
    ['as a Buffer', Buffer.alloc(16, 1)],
  ])('does not hold on to a datagram that comes %s', (_kind, datagram) => {
    const to = bodies()
    to.take('key', more(0), datagram, 0)
    datagram.fill(0xff)
    expect(to.take('key', last(1), new Uint8Array(0), 0)).toMatchObject({ body: full(1) })
  })

  it('counts what blocks weigh, not only what is in them', () => {
    const to = bodies({ mostOctets: 4096 })
    const send = (session: number, block: Block) =>
      to.receive({ session, resource: 'key' }, block, full(1), 1024, 0).kind
    send(1, more(0))
    for (let number = 0; number < 15; number++) expect(send(2, more(number))).toBe('continue')
    expect(send(1, last(1))).toBe('incomplete')
  })
})
