import { describe, expect, it } from 'vitest'
import { takeFromBucket } from '../../../gateway/dtls/rate-limit.ts'
import { NOW } from './virtual-port.ts'

const RATE = { intervalMs: 1000, burst: 3 }

/** Events that are let through at once, and when the bucket is empty then. */
function fill(emptyAt: number, now: number) {
  let taken = 0
  let last = emptyAt
  for (let next = takeFromBucket(RATE, last, now); next !== undefined; taken++) {
    last = next
    next = takeFromBucket(RATE, last, now)
  }
  return { taken, emptyAt: last }
}

describe('a bucket', () => {
  it('takes a burst, and then one event each interval', () => {
    const full = fill(0, NOW)

    expect(full.taken).toBe(3)
    expect(fill(full.emptyAt, NOW + 999).taken).toBe(0)
    expect(fill(full.emptyAt, NOW + 1000).taken).toBe(1)
    expect(fill(full.emptyAt, NOW + 3000).taken).toBe(3)
  })

  it.each([1, 1000, 86_400_000])(
    'that is full takes no more than a burst when the clock is set back by %i ms',
    (back) => {
      const { emptyAt } = fill(0, NOW)

      expect(fill(emptyAt, NOW - back).taken).toBe(3)
      expect(fill(fill(emptyAt, NOW - back).emptyAt, NOW - back).taken).toBe(0)
    },
  )
})
