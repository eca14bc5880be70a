import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FragmentAssembly } from '../../../gateway/dtls/fragment-assembly.ts'
import type { HandshakeFragment, HandshakeMessage } from '../../../gateway/dtls/handshake-message.ts'

const TOTAL_LIMIT = 32 * 1024

/** The same promises, kept octet by octet: nothing is quick here, and nothing has two ways. */
class NaiveAssembly {
  next = 0
  readonly #messages = new Map<number, { type: number; octets: (number | undefined)[] }>()

  get held(): number {
    return [...this.#messages.values()].reduce((sum, { octets }) => sum + octets.length, 0)
  }

  add({ type, sequence, length, offset, body }: HandshakeFragment): boolean {
    const isNear = sequence >= this.next && sequence <= this.next + 7
    const fits = length <= 16 * 1024 && offset + body.length <= length
    if (!isNear || !fits || (body.length === 0 && length > 0)) return false
    const known = this.#messages.get(sequence)
    if (!known && this.held + length > TOTAL_LIMIT) return false
    const message = known ?? { type, octets: Array.from({ length }, () => undefined) }
    if (message.type !== type || message.octets.length !== length) return false
    const agrees = body.every((octet, index) => (message.octets[offset + index] ?? octet) === octet)
    if (!agrees) return false
    body.forEach((octet, index) => {
      message.octets[offset + index] = octet
    })
    this.#messages.set(sequence, message)
    return true
  }

  take(): HandshakeMessage | undefined {
    const message = this.#messages.get(this.next)
    if (!message || message.octets.includes(undefined)) return undefined
    this.#messages.delete(this.next)
    return { type: message.type, sequence: this.next++, body: Buffer.from(message.octets as number[]) }
  }
}

const LENGTHS = [5, 0, 3, 16_384, 1, 16_384, 9, 16_385]
const octetsOf = (sequence: number, length: number) =>
  Buffer.from(Array.from({ length }, (_, index) => 7 * index + 13 * sequence))

interface Arrival {
  readonly ahead: number
  readonly start: number
  readonly end: number
  readonly isWhole: boolean
  readonly fault: 'none' | 'octet' | 'type' | 'length' | 'offset'
  readonly takes: boolean
}

const arrival = fc.record<Arrival>({
  ahead: fc.oneof(fc.nat(2), fc.integer({ min: -1, max: 9 })),
  start: fc.nat(),
  end: fc.nat(),
  isWhole: fc.boolean(),
  fault: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    fc.constantFrom('octet' as const, 'type', 'length', 'offset'),
  ),
  takes: fc.boolean(),
})

function fragmentOf({ ahead, start, end, isWhole, fault }: Arrival, next: number): HandshakeFragment {
  const sequence = Math.max(0, next + ahead)
  const length = (LENGTHS[sequence % LENGTHS.length] ?? 0) + (fault === 'length' ? 1 : 0)
  const from = isWhole ? 0 : start % (length + 1)
  const to = isWhole ? length : from + (end % (length - from + 1))
  const body = octetsOf(sequence, length).subarray(from, to)
  if (fault === 'octet' && body.length > 0) body[0] = 1 ^ (body[0] ?? 0)
  return {
    type: fault === 'type' ? 2 : 1,
    sequence,
    length,
    offset: from + (fault === 'offset' ? 1 : 0),
    body,
  }
}

describe('FragmentAssembly', () => {
  it('hands out what one that looks at each octet does, and holds no more', () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 60, size: 'max' }), (arrivals) => {
        const assembly = new FragmentAssembly(0)
        const naive = new NaiveAssembly()
        for (const each of arrivals) {
          const fragment = fragmentOf(each, naive.next)
          expect(assembly.add(fragment)).toBe(naive.add(fragment))
          // Both must have taken copies.
          fragment.body.fill(0)
          expect(assembly.held).toBe(naive.held)
          expect(assembly.held).toBeLessThanOrEqual(TOTAL_LIMIT)
          if (each.takes) expect(assembly.take()).toEqual(naive.take())
          expect(assembly.next).toBe(naive.next)
        }
      }),
      { numRuns: 100 },
    )
  })
})
