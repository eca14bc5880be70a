import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SessionSlab, SLOT_NUMBERS, type Slot } from '../../../gateway/dtls/session-slab.ts'

const octetsOf = ({ page, index }: Slot) =>
  page.octets.subarray(index * page.slotLength, (index + 1) * page.slotLength)
const numbersOf = ({ page, index }: Slot) =>
  page.numbers.subarray(index * SLOT_NUMBERS, (index + 1) * SLOT_NUMBERS)

describe('SessionSlab', () => {
  it('never gives one slot to two sessions, and wipes what it takes back', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 120 }), fc.nat()), {
      maxLength: 900,
    })
    fc.assert(
      fc.property(steps, (all) => {
        const slab = new SessionSlab()
        const live = new Map<number, Slot>()
        let last = 0
        for (const [allocates, length, pick] of all) {
          const [mark, slot] = [...live][pick % Math.max(1, live.size)] ?? []
          if (allocates || mark === undefined || slot === undefined) {
            const fresh = slab.allocate(length)
            expect(octetsOf(fresh).length).toBeGreaterThanOrEqual(length)
            expect(octetsOf(fresh).every((octet) => octet === 0)).toBe(true)
            expect(numbersOf(fresh).every((number) => number === 0)).toBe(true)
            last++
            octetsOf(fresh).fill(last & 0xff)
            numbersOf(fresh).fill(last)
            live.set(last, fresh)
          } else {
            expect(numbersOf(slot).every((number) => number === mark)).toBe(true)
            slab.release(slot)
            live.delete(mark)
          }
        }
        for (const [mark, slot] of live) {
          expect(octetsOf(slot).every((octet) => octet === (mark & 0xff))).toBe(true)
          expect(numbersOf(slot).every((number) => number === mark)).toBe(true)
        }
      }),
      { seed: 4, numRuns: 20 },
    )
  })
})
