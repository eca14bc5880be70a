import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/octets.ts'
import {
  EidFault,
  eidFromOctets,
  eidToOctets,
  hasValidCheckDigits,
  parseEid,
} from '../../../shared/sgp22/index.ts'

const EID = '89044045930000000000002153893210'

describe('an EID', () => {
  it('has its first digit in the high nibble of its first octet', () => {
    expect(toHex(eidToOctets(parseEid(EID)))).toBe(EID)
    expect(eidFromOctets(fromHex(EID))).toBe(EID)
  })

  it.each(['', EID.slice(1), `${EID}0`, `${EID.slice(1)}A`, ` ${EID.slice(1)}`, `${EID}\n`])(
    'is not %j',
    (text) => {
      expect(() => parseEid(text)).toThrow(EidFault)
    },
  )

  it('is not made of other octets than 16 of decimal digits', () => {
    expect(() => eidFromOctets(fromHex(EID.slice(2)))).toThrow(EidFault)
    expect(() => eidFromOctets(fromHex(`F${EID.slice(1)}`))).toThrow(EidFault)
  })

  // SGP.02 §2.2.2 gives this EID as its example of the check digits.
  it('has check digits that leave 1 modulo 97', () => {
    expect(hasValidCheckDigits(parseEid('89001012012341234012345678901224'))).toBe(true)
    expect(hasValidCheckDigits(parseEid('89001012012341234012345678901225'))).toBe(false)
  })

  it('shows every single wrong digit by its check digits', () => {
    const valid = '89001012012341234012345678901224'
    fc.assert(
      fc.property(fc.nat(31), fc.integer({ min: 1, max: 9 }), (at, change) => {
        const digit = (Number(valid[at]) + change) % 10
        expect(hasValidCheckDigits(parseEid(valid.slice(0, at) + digit + valid.slice(at + 1)))).toBe(false)
      }),
    )
  })
})
