import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONNECTION_ID_LENGTH, ConnectionIds } from '../../gateway/connection-id.ts'

const KEY = Buffer.alloc(32, 1)
const octet = fc.integer({ min: 0, max: 255 })
const random = fc.uint8Array({ minLength: 5, maxLength: 5 })

describe('a Connection ID', () => {
  it('leads back to its node and worker, and to nothing else', () => {
    const ids = new ConnectionIds(KEY)
    fc.assert(
      fc.property(octet, octet, random, (node, worker, tail) => {
        const id = ids.create({ node, worker }, tail)
        expect(id).toHaveLength(CONNECTION_ID_LENGTH)
        expect(ids.read(id)).toEqual({ node, worker })
      }),
    )
  })

  it('is what it was made of, permuted: no two are the same', () => {
    const ids = new ConnectionIds(KEY)
    const made = new Set<string>()
    for (let count = 0; count < 5000; count++) {
      const tail = Buffer.from([0, 0, 0, count >> 8, count & 255])
      made.add(ids.create({ node: 1, worker: 1 }, tail).toString('hex'))
    }
    expect(made.size).toBe(5000)
  })

  it('is known', () => {
    expect(new ConnectionIds(KEY).create({ node: 1, worker: 2 }, Buffer.alloc(5)).toString('hex')).toBe(
      KNOWN_ANSWER,
    )
  })

  it('shows nothing of its node: each octet takes every value', () => {
    const ids = new ConnectionIds(KEY)
    const seen = new Set<number>()
    for (let count = 0; count < 4000; count++) {
      seen.add(ids.create({ node: 7, worker: 0 }, randomBytes(5))[1] ?? -1)
    }
    expect(seen.size).toBe(256)
  })

  it('is nobody’s once a single bit of it is another', () => {
    const ids = new ConnectionIds(KEY)
    const id = ids.create({ node: 3, worker: 4 }, Buffer.alloc(5, 9))
    for (let bit = 0; bit < 8 * CONNECTION_ID_LENGTH; bit++) {
      const flipped = Buffer.from(id)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(ids.read(flipped), `bit ${bit}`).toBeUndefined()
    }
  })

  it('cannot be made up by who knows how they begin: one in 65 536 is believed', () => {
    const ids = new ConnectionIds(KEY)
    const [first = 0] = ids.create({ node: 1, worker: 1 }, Buffer.alloc(5))
    let believed = 0
    for (let count = 0; count < 100_000; count++) {
      const madeUp = randomBytes(CONNECTION_ID_LENGTH)
      madeUp[0] = first
      if (ids.read(madeUp)) believed++
    }
    expect(believed).toBeLessThan(20)
  })

  it('is read under whichever key it was made when several begin alike', () => {
    const firstOf = (key: Uint8Array) =>
      new ConnectionIds(key).create({ node: 0, worker: 0 }, Buffer.alloc(5))[0]
    const keys = Array.from({ length: 2000 }, (_, seed) => Buffer.alloc(32, `key ${seed}`))
    const alike = keys.filter((key) => firstOf(key) === firstOf(KEY))
    expect(alike.length).toBeGreaterThan(1)

    const ids = new ConnectionIds(KEY, alike)

    for (const [index, key] of alike.entries()) {
      const owner = { node: index, worker: 255 - index }
      expect(ids.read(new ConnectionIds(key).create(owner, Buffer.alloc(5, 9)))).toEqual(owner)
    }
  })

  it('is still read after the key was changed, but not by strangers', () => {
    const id = new ConnectionIds(KEY).create({ node: 3, worker: 4 }, Buffer.alloc(5, 9))
    const next = Buffer.alloc(32, 2)
    expect(new ConnectionIds(next, [KEY]).read(id)).toEqual({ node: 3, worker: 4 })
    expect(new ConnectionIds(next).read(id)).toBeUndefined()
    expect(new ConnectionIds(KEY).read(id.subarray(0, 9))).toBeUndefined()
    expect(new ConnectionIds(KEY).read(Buffer.concat([id, Buffer.alloc(1)]))).toBeUndefined()
  })
})

/** From this implementation: it must not change while Connection IDs of before live in the field. */
const KNOWN_ANSWER = 'fe1deb684b499a9594ee'
