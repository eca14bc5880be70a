import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeadlineQueue } from '../../../gateway/dtls/deadline-queue.ts'

describe('DeadlineQueue', () => {
  it('gives owners in the order of their latest deadlines, and none that was deleted', () => {
    const changes = fc.array(fc.tuple(fc.nat(20), fc.option(fc.nat(1000))), { maxLength: 400 })
    fc.assert(
      fc.property(changes, (all) => {
        const queue = new DeadlineQueue<number>()
        const expected = new Map<number, number>()
        for (const [owner, at] of all) {
          if (at === null) {
            queue.delete(owner)
            expected.delete(owner)
          } else {
            queue.set(owner, at)
            expected.set(owner, at)
          }
        }
        const earliest = expected.size === 0 ? undefined : Math.min(...expected.values())
        expect(queue.next === undefined).toBe(earliest === undefined)
        expect(queue.next ?? 0).toBeLessThanOrEqual(earliest ?? 0)
        const due: number[] = []
        for (let owner = queue.takeDue(500); owner !== undefined; owner = queue.takeDue(500)) due.push(owner)
        const times = due.map((owner) => expected.get(owner) ?? -1)
        expect(times).toEqual([...expected.values()].filter((at) => at <= 500).sort((a, b) => a - b))
        expect(queue.size).toBe(expected.size - due.length)
      }),
      { seed: 3 },
    )
  })
})
