/** Values of any schema, for property tests: whatever the type allows, kept small. */
import fc from 'fast-check'
import { type Schema, type Shape, wrap } from '../../../shared/asn1/index.ts'

const LONGEST_TEXT = 24
const LONGEST_LIST = 3
/** Codes without a name are read too; the standard's lists end at 127. */
const MOST_CODE = 255
const SEQUENCE = 0x30

/** Values that `encode` takes for `schema`. */
export function arbitraryOf(schema: Schema<unknown>): fc.Arbitrary<unknown> {
  const { shape } = schema
  switch (shape.kind) {
    case 'simple':
      return arbitrarySimple(shape)
    case 'sequence': {
      const fields = shape.members.map((member) => [member.name, arbitraryOf(member.schema)] as const)
      const requiredKeys = shape.members.flatMap(({ name, presence }) =>
        presence === 'optional' ? [] : [name],
      )
      return fc.record(Object.fromEntries(fields), { requiredKeys, noNullPrototype: true })
    }
    case 'choice':
      return fc.oneof(
        ...shape.members.map(({ name, schema: member }) =>
          arbitraryOf(member).map((value) => ({ [name]: value })),
        ),
      )
    case 'list':
      return fc.array(arbitraryOf(shape.element), { maxLength: LONGEST_LIST })
    case 'open':
      return arbitraryCertificate
  }
}

/** Shaped like an X.509 object: a SEQUENCE of a SEQUENCE and something else. */
const arbitraryCertificate = fc
  .uint8Array({ maxLength: LONGEST_TEXT })
  .map((octets) =>
    wrap(SEQUENCE, Uint8Array.of(...wrap(SEQUENCE, wrap(0x04, octets)), ...wrap(0x03, octets))),
  )

function arbitrarySimple(shape: Shape & { kind: 'simple' }): fc.Arbitrary<unknown> {
  const minLength = shape.size?.min ?? 0
  const maxLength = Math.min(shape.size?.max ?? LONGEST_TEXT, minLength + LONGEST_TEXT)
  switch (shape.type) {
    case 'OCTET STRING':
      return fc.uint8Array({ minLength, maxLength })
    case 'UTF8String':
      return fc.string({ unit: 'binary', minLength, maxLength })
    case 'INTEGER':
      return shape.codes
        ? fc.oneof(fc.constantFrom(...Object.values(shape.codes)), fc.nat(MOST_CODE))
        : fc.maxSafeInteger()
    case 'BOOLEAN':
      return fc.boolean()
    case 'NULL':
      return fc.constant(null)
    case 'OBJECT IDENTIFIER':
      return fc
        .tuple(fc.nat(2), fc.nat(39), fc.array(fc.maxSafeNat(), { maxLength: 6 }))
        .map(([root, second, rest]) => [root, second, ...rest].join('.'))
    case 'BIT STRING':
      return shape.bits ? fc.subarray([...shape.bits]) : arbitraryBits
    default:
      throw new TypeError(`no values are known for ${shape.type}`)
  }
}

/** Content of a BIT STRING without names: the number of unused bits, then the octets. */
const arbitraryBits = fc
  .tuple(fc.nat(7), fc.uint8Array({ minLength: 1, maxLength: LONGEST_TEXT }))
  .map(([unused, octets]) => Uint8Array.of(unused, ...octets))
