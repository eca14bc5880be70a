import { describe, expect, it } from 'vitest'
import { Asn1Fault } from '../../../shared/asn1/asn1-fault.ts'
import { wrap } from '../../../shared/asn1/writer.ts'
import { concatOctets, fromHex, toHex } from '../../../shared/octets.ts'
import { Elements } from '../../../shared/pki/elements.ts'
import { isSameName, type Name, readName, valuesOf } from '../../../shared/pki/name.ts'

/** A name of one attribute, an organization, whose value is the element `value`. */
function organization(value: Uint8Array): Uint8Array {
  const type = fromHex('060355040A')
  return wrap(0x30, wrap(0x31, wrap(0x30, concatOctets(type, value))))
}

function read(der: Uint8Array): Name {
  const elements = new Elements(der, 0, der.length)
  return elements.take('subject', 0x30, (element) => readName(elements, element))
}

const nameOf = (tag: number, hex: string) => read(organization(wrap(tag, fromHex(hex))))

describe('reading a name', () => {
  it.each([
    ['UTF8String', 0x0c, '5AC3BC72696368', 'Zürich'],
    ['PrintableString', 0x13, '5A7572696368', 'Zurich'],
    ['TeletexString', 0x14, '5AFC72696368', 'Zürich'],
    ['IA5String', 0x16, '5A7572696368', 'Zurich'],
    ['BMPString', 0x1e, '005A00FC0072006900630068', 'Zürich'],
    ['an INTEGER, which is no text', 0x02, '05', '#020105'],
  ])('decodes %s', (_type, tag, hex, value) => {
    expect(valuesOf(nameOf(tag, hex), 'organization')).toEqual([value])
  })

  it.each([
    ['text that is not UTF-8', 0x0c, 'C328'],
    ['half a character', 0x1e, '005A00'],
  ])('refuses %s', (_name, tag, hex) => {
    expect(() => nameOf(tag, hex)).toThrow(Asn1Fault)
  })

  it('keeps the octets as they came', () => {
    const der = organization(wrap(0x0c, fromHex('41')))

    expect(toHex(read(der).raw)).toBe(toHex(der))
  })

  it('reads several attributes in one relative name', () => {
    const attribute = (id: string, hex: string) => fromHex(`30080603${id}0C01${hex}`)
    const der = wrap(0x30, wrap(0x31, concatOctets(attribute('55040A', '41'), attribute('550403', '42'))))

    const name = read(der)

    expect([valuesOf(name, 'organization'), valuesOf(name, 'commonName'), valuesOf(name, 'country')]).toEqual(
      [['A'], ['B'], []],
    )
  })
})

describe('comparing names', () => {
  it.each([
    ['whatever the string type', nameOf(0x0c, '41'), nameOf(0x13, '41'), true],
    ['whatever the case', nameOf(0x0c, '41'), nameOf(0x0c, '61'), true],
    ['whatever the number of spaces', nameOf(0x0c, '41202042'), nameOf(0x0c, '41204220'), true],
    ['but not other text', nameOf(0x0c, '41'), nameOf(0x0c, '42'), false],
    ['nor a shorter name', nameOf(0x0c, '41'), read(fromHex('3000')), false],
  ])('takes names as equal %s', (_name, left, right, equal) => {
    expect(isSameName(left, right)).toBe(equal)
    expect(isSameName(right, left)).toBe(equal)
  })
})
