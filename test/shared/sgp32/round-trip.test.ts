/** Every type of both standards: what is written is read again the same. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../shared/asn1/index.ts'
import { toHex } from '../../../shared/octets.ts'
import { annotateMessage, messageTypes } from '../../../shared/sgp32/message-types.ts'
import { arbitraryOf } from '../asn1/arbitrary.ts'

describe.each(messageTypes)('$module $name', (type) => {
  const { schema } = type

  it('is read as it was written, over octets and over JSON', () => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        const octets = encode(schema, value)
        const json = schema.toJson(value)
        const decoded = decode(schema, octets)
        expect(schema.toJson(decoded)).toEqual(json)
        expect(toHex(encode(schema, decoded))).toBe(toHex(octets))
        expect(toHex(encode(schema, schema.fromJson(json)))).toBe(toHex(octets))
      }),
      { numRuns: 25 },
    )
  })

  it('is annotated without a problem', () => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        expect(JSON.stringify(annotateMessage(encode(schema, value), type))).not.toContain('"problem"')
      }),
      { numRuns: 10 },
    )
  })
})
