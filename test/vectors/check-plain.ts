/** A message and its fields say the same, and each gives the other exactly. */
import { isDeepStrictEqual } from 'node:util'
import { decode, encode } from '../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../shared/octets.ts'
import { expectThat, type PlainVector, schemaOf } from './vector.ts'

/** @throws {VectorProblem | Asn1Fault} when the vector does not hold */
export function checkPlain(vector: PlainVector): void {
  const schema = schemaOf(vector)
  const hex = vector.hex.toUpperCase()

  const value = decode(schema, fromHex(hex))
  expectThat(toHex(encode(schema, value)) === hex, 'the decoded value does not encode to the same octets')

  if (vector.decoded === undefined) return
  const stated = schema.fromJson(vector.decoded)
  expectThat(
    isDeepStrictEqual(schema.toJson(stated), schema.toJson(value)),
    `other fields were decoded: ${JSON.stringify(schema.toJson(value))}`,
  )
  expectThat(toHex(encode(schema, stated)) === hex, 'the stated fields do not encode to the octets')
}
