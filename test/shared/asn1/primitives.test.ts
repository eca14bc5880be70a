import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Asn1Fault,
  bitString,
  boolean,
  decode,
  encode,
  integer,
  namedBits,
  namedInteger,
  nothing,
  objectIdentifier,
  octetString,
  type Schema,
  size,
  utf8String,
} from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'

/** Known answers: X.690 examples and the corners of each type. */
const KNOWN: readonly [string, Schema<unknown>, unknown, string][] = [
  ['INTEGER 0', integer, 0, '020100'],
  ['INTEGER 127', integer, 127, '02017F'],
  ['INTEGER 128', integer, 128, '02020080'],
  ['INTEGER 256', integer, 256, '02020100'],
  ['INTEGER -1', integer, -1, '0201FF'],
  ['INTEGER -128', integer, -128, '020180'],
  ['INTEGER -129', integer, -129, '0202FF7F'],
  ['INTEGER 2^53-1', integer, Number.MAX_SAFE_INTEGER, '02071FFFFFFFFFFFFF'],
  ['INTEGER -(2^53-1)', integer, Number.MIN_SAFE_INTEGER, '0207E0000000000001'],
  ['BOOLEAN TRUE', boolean, true, '0101FF'],
  ['BOOLEAN FALSE', boolean, false, '010100'],
  ['NULL', nothing, null, '0500'],
  ['OBJECT IDENTIFIER 2.100.3 (X.690 §8.19.5)', objectIdentifier, '2.100.3', '0603813403'],
  ['OBJECT IDENTIFIER 1.2.840.10045.2.1', objectIdentifier, '1.2.840.10045.2.1', '06072A8648CE3D0201'],
  ['OBJECT IDENTIFIER 0.39', objectIdentifier, '0.39', '060127'],
  ['UTF8String', utf8String(), 'Zürich €', '0C0B5AC3BC7269636820E282AC'],
  ['OCTET STRING', octetString(), fromHex('CAFE'), '0402CAFE'],
  ['BIT STRING (X.690 §8.6.4.2)', bitString, fromHex('040A3B5F291CD0'), '0307040A3B5F291CD0'],
  ['named BIT STRING', namedBits(['zero', 'one', 'two']), ['zero', 'two'], '030205A0'],
  ['named BIT STRING without bits', namedBits(['zero']), [], '030100'],
  ['named BIT STRING with a bit beyond the names', namedBits(['zero']), ['zero', 'bit9'], '0303068040'],
]

describe('a simple type', () => {
  it.each(KNOWN)('%s is encoded and decoded', (_name, schema, value, hex) => {
    expect(toHex(encode(schema, value))).toBe(hex)
    expect(decode(schema, fromHex(hex))).toEqual(value)
  })

  it.each(KNOWN)('%s survives its JSON view', (_name, schema, value, hex) => {
    const json = JSON.parse(JSON.stringify(schema.toJson(value)))

    expect(toHex(encode(schema, schema.fromJson(json)))).toBe(hex)
  })

  it.each<[string, Schema<unknown>, string]>([
    ['an INTEGER without octets', integer, '0200'],
    ['an INTEGER beyond 2^53', integer, '02087FFFFFFFFFFFFFFF'],
    ['an INTEGER just beyond 2^53', integer, '020720000000000000'],
    ['a BOOLEAN of two octets', boolean, '0102FFFF'],
    ['a NULL with content', nothing, '050100'],
    ['an OBJECT IDENTIFIER that ends inside an arc', objectIdentifier, '060281'],
    ['an OBJECT IDENTIFIER with a padded arc', objectIdentifier, '0603508001'],
    ['text that is not UTF-8', utf8String(), '0C02C328'],
    ['a UTF-16 surrogate in UTF-8', utf8String(), '0C03EDA080'],
    ['a BIT STRING without its first octet', bitString, '0300'],
    ['a BIT STRING with eight unused bits', bitString, '03020800'],
    ['unused bits of nothing', bitString, '030101'],
    ['an OCTET STRING shorter than allowed', octetString(size(2, 3)), '0401AA'],
    ['an OCTET STRING longer than allowed', octetString(size(2, 3)), '0404AABBCCDD'],
    ['text longer than allowed', utf8String(size(0, 1)), '0C024142'],
    ['another tag', integer, '0400'],
  ])('refuses %s', (_name, schema, hex) => {
    expect(() => decode(schema, fromHex(hex))).toThrow(Asn1Fault)
  })

  it('does not write what it would not read', () => {
    expect(() => encode(integer, 2 ** 53)).toThrow(Asn1Fault)
    expect(() => encode(integer, 0.5)).toThrow(Asn1Fault)
    expect(() => encode(octetString(size(16)), fromHex('00'))).toThrow('16 octets were expected')
    expect(() => encode(utf8String(size(1, 128)), '')).toThrow(Asn1Fault)
    expect(() => encode(objectIdentifier, '3.1')).toThrow(Asn1Fault)
    expect(() => encode(objectIdentifier, '1.40')).toThrow(Asn1Fault)
    expect(() => encode(objectIdentifier, '1.2.x')).toThrow(Asn1Fault)
  })

  it('reads an INTEGER with needless sign octets, whose value is the same', () => {
    expect(decode(integer, fromHex('020300007F'))).toBe(127)
    expect(decode(integer, fromHex('0203FFFFFF'))).toBe(-1)
  })

  it('reads any BOOLEAN octet but zero as TRUE', () => {
    expect(decode(boolean, fromHex('010101'))).toBe(true)
  })

  it('counts characters, not octets or UTF-16 units', () => {
    expect(decode(utf8String(size(1)), fromHex('0C04F09F9880'))).toBe('😀')
  })

  it('reads named bits from hexadecimal JSON too', () => {
    expect(namedBits(['zero', 'one']).fromJson('0640')).toEqual(['one'])
  })

  it('keeps every OBJECT IDENTIFIER, also with arcs that no number holds exactly', () => {
    const edges = [39n, 40n, 2n ** 46n - 1n, 2n ** 46n, 2n ** 53n - 1n, 2n ** 53n + 1n]
    const arc = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 100n }))
    const short = fc.bigInt({ min: 0n, max: 39n })
    const start = fc.oneof(
      fc.tuple(fc.constantFrom(0n, 1n), short),
      fc.tuple(fc.constant(2n), fc.oneof(short, arc)),
    )
    fc.assert(
      fc.property(start, fc.array(arc, { maxLength: 5 }), (first, others) => {
        const text = [...first, ...others].join('.')
        expect(decode(objectIdentifier, encode(objectIdentifier, text))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps every INTEGER, encoded in the fewest octets', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const octets = encode(integer, value)
        const bits = (value < 0 ? -BigInt(value) - 1n : BigInt(value)).toString(2).replace(/^0$/, '').length
        expect(decode(integer, octets)).toBe(value)
        expect(octets.length).toBe(2 + Math.floor(bits / 8) + 1)
      }),
    )
  })
})

describe('a named INTEGER', () => {
  const Result = namedInteger({ ok: 0, undefinedError: 127 })

  it('gives codes by name and names by code', () => {
    expect(Result.codes.undefinedError).toBe(127)
    expect(Result.nameOf(0)).toBe('ok')
  })

  it('reads a value without a name', () => {
    expect(decode(Result, fromHex('020109'))).toBe(9)
    expect(Result.nameOf(9)).toBe('unknown')
  })
})
