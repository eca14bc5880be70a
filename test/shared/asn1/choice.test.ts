import { describe, expect, it } from 'vitest'
import {
  Asn1Fault,
  alternative,
  choice,
  decode,
  encode,
  field,
  integer,
  octetString,
  rawOctets,
  type Schema,
  sequence,
  sequenceOf,
  UNTAGGED,
} from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'

const Pair = sequence('30', { left: field('80', integer), right: field('81', integer) })

/** A bare list of numbers is taken for a pair; anything else is left to the standard. */
const Tolerant = choice(
  'BF73',
  { pair: alternative('A0', Pair), code: alternative('02', integer) },
  (octets, start) => (octets[start] === 0x80 ? { name: 'pair', start } : undefined),
)

const Inner = choice(UNTAGGED, { left: alternative('80', integer), right: alternative('81', integer) })
const Outer = choice(UNTAGGED, {
  inner: alternative(UNTAGGED, Inner),
  blob: alternative('04', octetString()),
})

function read<T>(schema: Schema<T>, hex: string): T {
  return decode(schema, fromHex(hex))
}

describe('a CHOICE with a tolerance', () => {
  it('reads the form of the standard as ever', () => {
    expect(read(Tolerant, 'BF7308A006800101810102')).toEqual({ pair: { left: 1, right: 2 } })
    expect(read(Tolerant, 'BF7303020109')).toEqual({ code: 9 })
  })

  it('reads what the tolerance knows, and writes it as the standard wants', () => {
    const seen = read(Tolerant, 'BF7306800101810102')

    expect(seen).toEqual({ pair: { left: 1, right: 2 } })
    expect(toHex(encode(Tolerant, seen))).toBe('BF7308A006800101810102')
    expect(toHex(rawOctets(seen))).toBe('BF7306800101810102')
  })

  it('names the field in what the tolerance let in', () => {
    expect(() => read(Tolerant, 'BF7303800101')).toThrow('pair.right: the field is missing (octet 6)')
  })

  it('ignores a tolerance that names no alternative', () => {
    const Mistaken = choice('BF73', { code: alternative('02', integer) }, () => ({ name: 'other', start: 0 }))

    expect(read(Mistaken, 'BF7303020109')).toEqual({ code: 9 })
  })

  it('lets the tolerance see an empty content, and refuses it if that says nothing', () => {
    const Empty = choice('BF73', { none: alternative('30', sequence('30', {})) }, (_octets, start, end) =>
      start === end ? { name: 'none', start } : undefined,
    )

    expect(read(Empty, 'BF7300')).toEqual({ none: {} })
    expect(() => read(Tolerant, 'BF7300')).toThrow(Asn1Fault)
  })
})

describe('a CHOICE inside a CHOICE', () => {
  it('is found by the tags of its alternatives', () => {
    expect(read(Outer, '810105')).toEqual({ inner: { right: 5 } })
    expect(toHex(encode(Outer, { inner: { right: 5 } }))).toBe('810105')
    expect(read(Outer, '0401AA')).toEqual({ blob: fromHex('AA') })
  })

  it('accepts no other tag', () => {
    expect(() => read(Outer, '820105')).toThrow('82 is no alternative here')
  })
})

describe('a SEQUENCE OF', () => {
  const Numbers = sequenceOf('A1', '02', integer)
  const Choices = sequenceOf('30', UNTAGGED, Inner)

  it('keeps the order and may be empty', () => {
    expect(read(Numbers, 'A106020101020102')).toEqual([1, 2])
    expect(read(Numbers, 'A100')).toEqual([])
    expect(toHex(encode(Numbers, [3, 1, 2]))).toBe('A109020103020101020102')
  })

  it('has elements of an untagged CHOICE', () => {
    expect(read(Choices, '3006800101810102')).toEqual([{ left: 1 }, { right: 2 }])
    expect(toHex(encode(Choices, [{ right: 2 }, { left: 1 }]))).toBe('3006810102800101')
  })

  it('names the element at fault by its number', () => {
    expect(() => read(Numbers, 'A106020101040102')).toThrow('[1]: 02 was expected, 04 was found (octet 5)')
    expect(() => encode(Numbers, [1, 0.5])).toThrow('[1]: 0.5 is no INTEGER')
    expect(() => Numbers.fromJson([1, 'x'])).toThrow('[1]: an integer was expected')
    expect(() => Numbers.fromJson({})).toThrow('a list was expected')
  })

  it('holds thousands', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => index)

    expect(decode(Numbers, encode(Numbers, many))).toEqual(many)
  })
})
