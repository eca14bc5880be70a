import { describe, expect, it } from 'vitest'
import {
  Asn1Fault,
  bitString,
  decode,
  elements,
  encode,
  namedBits,
  tagged,
} from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'

describe('elements of an open type', () => {
  const Extension = tagged('BF22', elements)

  it.each(['BF2200', 'BF22020500', 'BF2206800101BF7700'])('are kept as they came: %s', (hex) => {
    const inside = decode(Extension, fromHex(hex))

    expect(toHex(encode(Extension, inside))).toBe(hex)
    expect(toHex(Extension.fromJson(Extension.toJson(inside)))).toBe(toHex(inside))
  })

  it('must be whole elements', () => {
    expect(() => decode(Extension, fromHex('BF220104'))).toThrow(Asn1Fault)
    expect(() => decode(Extension, fromHex('BF2203040500'))).toThrow('announces 5 octets, 1 are left')
    expect(() => Extension.fromJson('0')).toThrow('hexadecimal text was expected')
    expect(() => Extension.fromJson(5)).toThrow(Asn1Fault)
  })
})

describe('a BIT STRING', () => {
  const Flags = namedBits(['first', 'second', 'third'])

  it('drops trailing zero bits on writing and takes them on reading', () => {
    expect(decode(Flags, fromHex('03030040' + '00'))).toEqual(['second'])
    expect(toHex(encode(Flags, ['second']))).toBe('03020640')
  })

  it('keeps the bits in their order, whatever the order of the names', () => {
    expect(toHex(encode(Flags, ['third', 'first']))).toBe('030205A0')
    expect(decode(Flags, fromHex('030205A0'))).toEqual(['first', 'third'])
  })

  it('refuses names that are none, and flags without end', () => {
    expect(() => Flags.fromJson(['fourth'])).toThrow('fourth is no bit of this type')
    expect(() => Flags.fromJson(['bit256'])).toThrow(Asn1Fault)
    expect(() => Flags.fromJson([1])).toThrow('a bit name was expected')
    expect(() => Flags.fromJson(1)).toThrow('a list of bit names was expected')
    expect(() => decode(Flags, fromHex(`0322${'00'.repeat(34)}`))).toThrow('33 octets of named bits')
  })

  it('without names keeps its unused bits', () => {
    expect(toHex(decode(bitString, fromHex('030207A0')))).toBe('07A0')
    expect(() => bitString.fromJson('')).toThrow(Asn1Fault)
    expect(() => encode(bitString, fromHex('08FF'))).toThrow(Asn1Fault)
  })
})
