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

  it('holds in any order of changes and takings, for owners put off, deleted and added again', () => {
    const owner = fc.nat(6)
    const what = fc.constantFrom<Step['what'][]>('set', 'set', 'put-off', 'delete', 'take-one', 'take-all')
    const step = fc.record({ what, owner, by: fc.nat(40) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        const queue = new DeadlineQueue<number>()
        const expected = new Map<number, number>()
        for (const each of steps) {
          carryOut(each, queue, expected)
          const earliest = Math.min(...expected.values())
          expect(queue.size).toBe(expected.size)
          expect(queue.next === undefined).toBe(expected.size === 0)
          expect(queue.next ?? earliest).toBeLessThanOrEqual(earliest)
        }
      }),
      { numRuns: 200 },
    )
  })
})

interface Step {
  readonly what: 'set' | 'put-off' | 'delete' | 'take-one' | 'take-all'
  readonly owner: number
  readonly by: number
}

function carryOut(
  { what, owner, by }: Step,
  queue: DeadlineQueue<number>,
  expected: Map<number, number>,
): void {
  if (what === 'delete') {
    queue.delete(owner)
    expected.delete(owner)
  } else if (what === 'set' || what === 'put-off') {
    const at = by + (what === 'set' ? 0 : (expected.get(owner) ?? 0))
    queue.set(owner, at)
    expected.set(owner, at)
  } else {
    takeAndCompare(queue, expected, by, what === 'take-one' ? 1 : expected.size + 1)
  }
}

function takeAndCompare(
  queue: DeadlineQueue<number>,
  expected: Map<number, number>,
  now: number,
  times: number,
): void {
  for (let index = 0; index < times; index++) {
    const due = [...expected.values()].filter((at) => at <= now)
    const taken = queue.takeDue(now)
    if (taken === undefined) {
      expect(due).toEqual([])
      // Nothing is left that would wake its holder again and again.
      expect(queue.next ?? now + 1).toBeGreaterThan(now)
      return
    }
    expect(expected.get(taken)).toBe(Math.min(...due))
    expected.delete(taken)
  }
}
