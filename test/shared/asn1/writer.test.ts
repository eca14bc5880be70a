import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTlv, readWholeTlv, Writer, wrap } from '../../../shared/asn1/index.ts'
import { concatOctets, fromHex, toHex } from '../../../shared/octets.ts'

const tag = fc.constantFrom(0x02, 0x30, 0x5f37, 0xbf51, 0xbf8101)

describe('wrap', () => {
  it.each([
    [0x05, '', '0500'],
    [0xbf51, 'CAFE', 'BF5102CAFE'],
    [0xbf8101, '00', 'BF81010100'],
  ])('puts %i around %j', (outer, content, hex) => {
    expect(toHex(wrap(outer, fromHex(content)))).toBe(hex)
  })

  it.each([
    [0x7f, '047F'],
    [0x80, '048180'],
    [0xff, '0481FF'],
    [0x100, '04820100'],
    [0xffff, '0482FFFF'],
    [0x1_0000, '0483010000'],
  ])('writes the length %i in the fewest octets', (length, header) => {
    expect(toHex(wrap(0x04, new Uint8Array(length)).subarray(0, header.length / 2))).toBe(header)
  })

  it('is undone by reading', () => {
    fc.assert(
      fc.property(tag, fc.uint8Array({ maxLength: 600 }), (outer, content) => {
        const octets = wrap(outer, content)
        const tlv = readWholeTlv(octets)
        expect(tlv.tag).toBe(outer)
        expect(toHex(octets.subarray(tlv.contentStart, tlv.end))).toBe(toHex(content))
      }),
    )
  })

  it('nests as deep as one likes', () => {
    let octets = wrap(0x30, new Uint8Array(0))
    for (let depth = 0; depth < 1000; depth++) octets = wrap(0x30, octets)

    let levels = 0
    for (let at = 0; at < octets.length; levels++) at = readTlv(octets, at, octets.length).contentStart

    expect(levels).toBe(1001)
  })
})

describe('the writer', () => {
  it('stands what was written later in front, whatever the buffer has to hold', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 8 }), (parts) => {
        const writer = new Writer()
        for (const part of parts) writer.octets(part)
        expect(writer.mark).toBe(parts.reduce((length, part) => length + part.length, 0))
        expect(toHex(writer.finish())).toBe(toHex(concatOctets(...parts.toReversed())))
      }),
    )
  })

  it('grows octet by octet too', () => {
    const writer = new Writer()
    for (let octet = 0; octet < 2000; octet++) writer.octet(octet & 0xff)

    const octets = writer.finish()

    expect(octets.length).toBe(2000)
    expect([octets[0], octets[1999]]).toEqual([1999 & 0xff, 0])
  })

  it('puts a header only around what was written since the mark', () => {
    const writer = new Writer()
    writer.octets(fromHex('0500'))
    const mark = writer.mark
    writer.octets(fromHex('CAFE'))
    writer.header(0x04, mark)

    expect(toHex(writer.finish())).toBe('0402CAFE0500')
  })

  it('keeps what was finished apart from what is written next', () => {
    const writer = new Writer()
    writer.octet(1)
    const first = writer.finish()
    writer.octet(2)

    expect(toHex(first)).toBe('01')
    expect(toHex(writer.finish())).toBe('0201')
  })
})
