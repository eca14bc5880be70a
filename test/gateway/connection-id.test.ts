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

  it('is still read after the key was changed, but not by strangers', () => {
    const id = new ConnectionIds(KEY).create({ node: 3, worker: 4 }, Buffer.alloc(5, 9))
    const next = Buffer.alloc(32, 2)
    expect(new ConnectionIds(next, [KEY]).read(id)).toEqual({ node: 3, worker: 4 })
    expect(new ConnectionIds(next).read(id)).toBeUndefined()
    expect(new ConnectionIds(KEY).read(id.subarray(0, 7))).toBeUndefined()
  })
})

/** From this implementation: it must not change while Connection IDs of before live in the field. */
const KNOWN_ANSWER = 'fe1deb684b499a95'
