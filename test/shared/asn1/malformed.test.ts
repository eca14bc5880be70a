/** Whatever is wrong with a message, the fault says in which field and at which octet, and nothing is believed unseen. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Asn1Fault,
  alternative,
  annotate,
  bitString,
  boolean,
  choice,
  decode,
  derSequence,
  encode,
  field,
  integer,
  namedBits,
  objectIdentifier,
  octetString,
  optional,
  type Schema,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
  withDefault,
  wrap,
} from '../../../shared/asn1/index.ts'
import { concatOctets, fromHex } from '../../../shared/octets.ts'
import { arbitraryOf } from './arbitrary.ts'

/** One of everything. */
const Everything = sequence('BF7A', {
  number: field('80', integer),
  text: optional('81', utf8String(size(0, 40))),
  flag: withDefault('82', boolean, false),
  bits: optional('83', namedBits(['one', 'two'])),
  raw: optional('84', bitString),
  oid: optional('85', objectIdentifier),
  octets: optional('5A', octetString(size(0, 16))),
  list: optional('A6', sequenceOf('A6', UNTAGGED, choiceOfTwo())),
  chosen: optional('A7', choiceOfTwo()),
  certificate: optional('A8', derSequence),
})

function choiceOfTwo() {
  return choice(UNTAGGED, { left: alternative('80', integer), right: alternative('A1', sequence('30', {})) })
}

function faultOf(schema: Schema<unknown>, octets: Uint8Array): Asn1Fault | undefined {
  try {
    decode(schema, octets)
    return undefined
  } catch (error) {
    if (error instanceof Asn1Fault) return error
    throw error
  }
}

const message = arbitraryOf(Everything).map((value) => encode(Everything, value as never))
const KNOWN_PATH = /^((number|text|flag|bits|raw|oid|octets|chosen|certificate|list)(\[\d+\])?(\.\w+)*)?$/

describe('a message of every combinator', () => {
  it('comes back from its octets and from its JSON view', () => {
    fc.assert(
      fc.property(message, (octets) => {
        const value = decode(Everything, octets)
        const json = JSON.parse(JSON.stringify(Everything.toJson(value)))
        expect(encode(Everything, value)).toEqual(octets)
        expect(encode(Everything, Everything.fromJson(json))).toEqual(octets)
      }),
    )
  })

  it('is refused when an octet is missing, wherever it is cut', () => {
    fc.assert(
      fc.property(message, fc.nat(), (octets, at) => {
        expect(faultOf(Everything, octets.subarray(0, at % octets.length))).toBeInstanceOf(Asn1Fault)
      }),
    )
  })

  it('is refused when an octet follows', () => {
    fc.assert(
      fc.property(message, fc.uint8Array({ minLength: 1, maxLength: 9 }), (octets, more) => {
        const fault = faultOf(Everything, concatOctets(octets, more))
        expect(fault?.offset).toBe(octets.length)
      }),
    )
  })

  it('is read the same with an unknown element at its end', () => {
    fc.assert(
      fc.property(message, fc.uint8Array({ maxLength: 40 }), (octets, extension) => {
        const value = decode(Everything, octets)
        const header = octets[2] === 0x81 ? 4 : octets[2] === 0x82 ? 5 : 3
        const longer = wrap(0xbf7a, concatOctets(octets.subarray(header), wrap(0xdf7f, extension)))
        expect(Everything.toJson(decode(Everything, longer))).toEqual(Everything.toJson(value))
      }),
    )
  })

  it('says where it is spoiled: a field there is, an octet of the message', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (octets, at, octet) => {
        const spoiled = octets.slice()
        spoiled[at % octets.length] = octet
        const fault = faultOf(Everything, spoiled)
        if (!fault) return
        expect(fault.offset).toBeGreaterThanOrEqual(0)
        expect(fault.offset).toBeLessThanOrEqual(octets.length)
        expect(fault.path).toMatch(KNOWN_PATH)
        expect(fault.message).toContain(fault.path)
      }),
      { numRuns: 1000 },
    )
  })

  it('is laid out without a gap, spoiled or not', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (octets, at, octet) => {
        const spoiled = octets.slice()
        spoiled[at % octets.length] = octet
        const nodes = annotate(spoiled, 'Everything', Everything)
        expect(nodes.reduce((length, node) => length + node.length, 0)).toBe(spoiled.length)
      }),
      { numRuns: 500 },
    )
  })
})

describe('any octets', () => {
  const schemas = [Everything, integer, objectIdentifier, bitString, derSequence, choiceOfTwo()]

  it('are read or refused with an Asn1Fault', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Schema<unknown>>(...schemas),
        fc.uint8Array({ maxLength: 64 }),
        (schema, octets) => {
          faultOf(schema, octets)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it.each(['BF7A84FFFFFFFF', 'BF7A847FFFFFFF80', '0484FFFFFFFF00', '3084FFFFFFFF3084FFFFFFFF'])(
    'that promise gigabytes are refused at once: %s',
    (hex) => {
      for (const schema of schemas) expect(faultOf(schema, fromHex(hex))).toBeInstanceOf(Asn1Fault)
    },
  )
})

describe('elements nested ten thousand deep', () => {
  const deep = nested(10_000)

  it('are skipped, kept or refused, never followed', () => {
    const holder = wrap(0xbf7a, concatOctets(fromHex('800101'), wrap(0xbf7f, deep)))

    expect(decode(Everything, holder)).toMatchObject({ number: 1 })
    expect(decode(derSequence, deep)).toEqual(deep)
    expect(faultOf(integer, deep)).toBeInstanceOf(Asn1Fault)
  })

  it('are laid out as far as people can follow', () => {
    let depth = 0
    for (let node = annotate(deep, '', undefined)[0]; node; node = node.children[0]) depth++

    expect(depth).toBeGreaterThan(10)
    expect(depth).toBeLessThan(100)
  })
})

/** Built from the inside, each header once: a SEQUENCE in a SEQUENCE. */
function nested(levels: number): Uint8Array<ArrayBuffer> {
  const headers: Uint8Array[] = []
  let length = 0
  for (let level = 0; level < levels; level++) {
    const header = Uint8Array.of(0x30, 0x84, length >> 24, length >> 16, length >> 8, length)
    headers.unshift(header)
    length += header.length
  }
  return concatOctets(...headers)
}
