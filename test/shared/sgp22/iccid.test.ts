import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/octets.ts'
import {
  canonicalIccid,
  IccidFault,
  iccidFromOctets,
  iccidToOctets,
  isSameIccid,
  parseIccid,
} from '../../../shared/sgp22/index.ts'

const digits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count })

describe('an ICCID', () => {
  it.each([
    ['8900010023456789012', '980010003254769810F2'],
    ['89000123456789012341', '98001032547698103214'],
    ['890001234567890123', '980010325476981032FF'],
  ])('%s is %s on the wire: nibbles swapped, padded with F', (text, hex) => {
    expect(toHex(iccidToOctets(parseIccid(text)))).toBe(hex)
    expect(iccidFromOctets(fromHex(hex))).toBe(text)
  })

  it.each([
    ['8900012345678901234F', '8900012345678901234'],
    ['890001234567890123FF', '890001234567890123'],
    ['8900012345678901234f', '8900012345678901234'],
    ['89 00012-34567 8901234', '8900012345678901234'],
  ])('is read from %s', (text, iccid) => {
    expect(parseIccid(text)).toBe(iccid)
  })

  it.each(['', '89000123456789012', '890001234567890123456', '89000123456789O1234', '890001234567890123FFF'])(
    'is not %j',
    (text) => {
      expect(() => parseIccid(text)).toThrow(IccidFault)
    },
  )

  it('is not made of octets with other digits inside', () => {
    expect(() => iccidFromOctets(fromHex('98A01032547698103214'))).toThrow(IccidFault)
    expect(() => iccidFromOctets(fromHex('9800103254769810'))).toThrow(IccidFault)
  })

  it('keeps its digits over the wire', () => {
    fc.assert(
      fc.property(fc.integer({ min: 18, max: 20 }).chain(digits), (text) => {
        expect(iccidFromOctets(iccidToOctets(parseIccid(text)))).toBe(text)
      }),
    )
  })

  it('has a canonical form with its check digit', () => {
    expect(canonicalIccid(parseIccid('899999999999999999'))).toBe('8999999999999999999')
    expect(canonicalIccid(parseIccid('8999999999999999999'))).toBe('8999999999999999999')
  })

  it('is the same card with or without its check digit', () => {
    fc.assert(
      fc.property(digits(18), (text) => {
        const bare = parseIccid(text)
        const whole = canonicalIccid(bare)
        expect(whole).toHaveLength(19)
        expect(isSameIccid(bare, whole) && isSameIccid(whole, bare) && isSameIccid(bare, bare)).toBe(true)
        const other = parseIccid(whole.slice(0, -1) + ((Number(whole.at(-1)) + 1) % 10))
        expect(isSameIccid(bare, other)).toBe(false)
      }),
    )
  })
})
