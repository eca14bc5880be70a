import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_SIZES, type Block, type BlockSize } from '../../../gateway/coap/block.ts'
import { type BodyProgress, RequestBodies } from '../../../gateway/coap/request-body.ts'

const EXCHANGE_LIFETIME_MS = 247_000

function bodies(change: { longestBody?: number; mostBodies?: number; blockSize?: BlockSize } = {}) {
  return new RequestBodies({
    longestBody: 4096,
    mostBodies: 4,
    blockSize: 1024,
    lifetimeMs: EXCHANGE_LIFETIME_MS,
    ...change,
  })
}

const more = (number: number, size: BlockSize = 16): Block => ({ number, hasMore: true, size })
const last = (number: number, size: BlockSize = 16): Block => ({ number, hasMore: false, size })
const full = (fill: number, size = 16) => new Uint8Array(size).fill(fill)

/** Sends `body` as a client does that comes down to the size it is asked for. */
function sendAll(to: RequestBodies, body: Uint8Array, firstSize: BlockSize): BodyProgress {
  let size = firstSize
  for (let at = 0; ; ) {
    const block = { number: at / size, hasMore: at + size < body.length, size }
    const progress = to.receive('key', block, body.subarray(at, at + size), 0)
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
        const to = bodies({ blockSize: wanted })
        expect(sendAll(to, body, mine)).toMatchObject({ kind: 'complete', body })
        expect(to.size).toBe(0)
      }),
    )
  })

  it('begins again with block 0', () => {
    const to = bodies()
    to.receive('key', more(0), full(1), 0)
    to.receive('key', more(0), full(2), 0)
    const body = Uint8Array.of(...full(2), 3)
    expect(to.receive('key', last(1), Uint8Array.of(3), 0)).toMatchObject({ kind: 'complete', body })
  })

  it.each([
    ['a gap', more(2)],
    ['a size by which the block begins elsewhere', more(1, 64)],
  ])('refuses %s', (_, block) => {
    const to = bodies()
    to.receive('key', more(0), full(1), 0)
    expect(to.receive('key', block, full(1, block.size), 0)).toEqual({ kind: 'incomplete' })
  })

  it('does not go on with what it refused', () => {
    const to = bodies()
    to.receive('key', more(0), full(1), 0)
    expect(to.receive('key', more(5), full(1), 0).kind).toBe('incomplete')
    expect(to.receive('key', last(1), full(1), 0).kind).toBe('incomplete')
  })

  it.each([
    ['short with more to come', more(0), 15],
    ['long with more to come', more(0), 17],
    ['long at the end', last(0), 17],
  ])('refuses a block that is too %s', (_, block, length) => {
    expect(bodies().receive('key', block, full(1, length), 0)).toEqual({ kind: 'wrong-length' })
  })

  it('refuses a body that grows too long, and keeps nothing of it', () => {
    const to = bodies({ longestBody: 32 })
    to.receive('key', more(0), full(1), 0)
    to.receive('key', more(1), full(1), 0)
    expect(to.receive('key', last(2), Uint8Array.of(1), 0)).toEqual({ kind: 'too-large', longestBody: 32 })
    expect(to.size).toBe(0)
  })

  it('keeps bodies of different keys apart', () => {
    const to = bodies()
    to.receive('one', more(0), full(1), 0)
    to.receive('two', more(0), full(2), 0)
    const body = Uint8Array.of(...full(1), 9)
    expect(to.receive('one', last(1), Uint8Array.of(9), 0)).toMatchObject({ kind: 'complete', body })
  })

  it('makes room by forgetting what has been silent longest', () => {
    const to = bodies({ mostBodies: 2 })
    to.receive('one', more(0), full(1), 0)
    to.receive('two', more(0), full(1), 1)
    to.receive('one', more(1), full(1), 2)
    to.receive('three', more(0), full(1), 3)
    expect(to.receive('two', last(1), full(1), 4).kind).toBe('incomplete')
    expect(to.receive('one', last(2), full(1), 4).kind).toBe('complete')
  })

  it('forgets after the lifetime of an exchange', () => {
    const to = bodies()
    to.receive('key', more(0), full(1), 0)
    to.receive('key', more(1), full(1), EXCHANGE_LIFETIME_MS - 1)
    expect(to.receive('key', more(2), full(1), 2 * EXCHANGE_LIFETIME_MS - 2).kind).toBe('continue')
    expect(to.receive('key', last(3), full(1), 3 * EXCHANGE_LIFETIME_MS).kind).toBe('incomplete')
  })

  it('does not hold on to the datagram', () => {
    const to = bodies()
    const datagram = full(1)
    to.receive('key', more(0), datagram, 0)
    datagram.fill(0xff)
    expect(to.receive('key', last(1), new Uint8Array(0), 0)).toMatchObject({ body: full(1) })
  })
})
