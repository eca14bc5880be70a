/** A short, always equal round of the fuzzer; `npm run fuzz` does a million inputs for each decoder. */
import { describe, expect, it } from 'vitest'
import { everyDecoder } from '../../bench/decoders.ts'
import { fuzzDecoder } from '../../bench/fuzz-decoder.ts'
import { mutator } from '../../bench/mutate.ts'
import { seededRandom } from '../../bench/random.ts'

const SEED = 20_260
const INPUTS = 400

describe('a spoiled message', () => {
  it.each(everyDecoder(SEED).map((decoder) => ({ name: decoder.name, decoder })))(
    'is read or refused with an Asn1Fault by $name',
    ({ decoder }) => {
      const { problem, inputs, read } = fuzzDecoder(decoder, INPUTS, SEED)

      expect(problem).toBeUndefined()
      expect(inputs).toBe(INPUTS)
      expect(read).toBeGreaterThan(0)
    },
  )
})

describe('the fuzzer', () => {
  it('reports the first input that breaks a decoder', () => {
    const broken = {
      name: 'broken',
      seeds: [Uint8Array.of(0x30, 0x00)],
      read: (octets: Uint8Array) => {
        if (octets.length > 2) throw new RangeError('too long for me')
      },
    }

    expect(fuzzDecoder(broken, INPUTS, SEED).problem).toMatch(/^[0-9A-F]{6,}: RangeError: too long for me$/)
  })

  it('repeats itself from the same seed', () => {
    const messages = (seed: number) => {
      const next = mutator([Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05)], seededRandom(seed))
      return Array.from({ length: 50 }, () => [...next()])
    }

    expect(messages(7)).toEqual(messages(7))
    expect(messages(7)).not.toEqual(messages(8))
  })
})
