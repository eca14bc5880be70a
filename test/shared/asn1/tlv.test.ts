import { describe, expect, it } from 'vitest'
import { Asn1Fault, readTag, readTlv, readTlvs, readWholeTlv, showTag } from '../../../shared/asn1/index.ts'
import { isConstructed } from '../../../shared/asn1/tlv.ts'
import { fromHex } from '../../../shared/octets.ts'

describe('readTlv', () => {
  it.each([
    ['0500', { tag: 0x05, start: 0, contentStart: 2, end: 2 }],
    ['BF510102', { tag: 0xbf51, start: 0, contentStart: 3, end: 4 }],
    ['5F370101', { tag: 0x5f37, start: 0, contentStart: 3, end: 4 }],
    ['BF810101FF', { tag: 0xbf8101, start: 0, contentStart: 4, end: 5 }],
    [`0481${'80'}${'00'.repeat(128)}`, { tag: 0x04, start: 0, contentStart: 3, end: 131 }],
    [`04820100${'00'.repeat(256)}`, { tag: 0x04, start: 0, contentStart: 4, end: 260 }],
  ])('reads the header of %s', (hex, expected) => {
    const octets = fromHex(hex)

    expect(readTlv(octets, 0, octets.length)).toEqual(expected)
  })

  it('reads a length with more octets than needed, as some cards write it', () => {
    const octets = fromHex('0484000000010A')

    expect(readTlv(octets, 0, octets.length)).toMatchObject({ contentStart: 6, end: 7 })
  })

  it.each([
    ['', 'the input ends'],
    ['BF', 'inside a tag'],
    ['BF51', 'before the length'],
    ['0402FF', 'announces 2 octets, 1 are left'],
    ['0480000000', 'an indefinite length'],
    ['048500000000010A', 'a length of 5 octets'],
    ['0482FF', 'inside a length'],
    ['0484FFFFFFFF00', 'announces 4294967295 octets, 1 are left'],
    ['BF8080800100', 'a tag is longer than 3 octets'],
  ])('refuses %s: %s', (hex, reason) => {
    const octets = fromHex(hex)

    expect(() => readTlv(octets, 0, octets.length)).toThrow(Asn1Fault)
    expect(() => readTlv(octets, 0, octets.length)).toThrow(reason)
  })

  it('believes no more than the enclosing element, even when octets follow it', () => {
    expect(() => readTlv(fromHex('0404AABBCCDD'), 0, 4)).toThrow('announces 4 octets, 2 are left')
  })
})

describe('readTlvs', () => {
  it('gives the elements side by side', () => {
    const octets = fromHex('0101FF0500')

    expect([...readTlvs(octets, 0, octets.length)].map(({ tag }) => tag)).toEqual([0x01, 0x05])
  })
})

describe('readWholeTlv', () => {
  it('refuses octets after the message', () => {
    expect(() => readWholeTlv(fromHex('050000'))).toThrow('1 octets follow the message')
  })
})

describe('a tag', () => {
  it('is read alone, whatever follows', () => {
    expect(readTag(fromHex('BF51FF'), 0)).toBe(0xbf51)
    expect(() => readTag(fromHex(''), 0)).toThrow(Asn1Fault)
  })

  it('is shown as the standard writes it', () => {
    expect(showTag(0x02)).toBe('02')
    expect(showTag(0xbf51)).toBe('BF51')
  })

  it('says whether elements are inside', () => {
    expect([0x30, 0xa0, 0xbf51, 0x9f70, 0x5f37, 0x80].map(isConstructed)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })
})
