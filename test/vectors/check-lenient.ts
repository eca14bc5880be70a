/** Octets outside the letter of the standard are read, refused, or never written, as the vector says. */
import { isDeepStrictEqual } from 'node:util'
import { Asn1Fault, decode, encode, type Schema } from '../../shared/asn1/index.ts'
import { equalOctets, fromHex, type Octets } from '../../shared/octets.ts'
import { EidFault, eidFromOctets } from '../../shared/sgp22/index.ts'
import { expectThat, type LenientVector, schemaOf, VectorProblem } from './vector.ts'

/** GetEimPackage's and ProvideEimPackageResult's errors that the codec itself can tell: `invalidEid`, `missingEid`. */
const EID_ERRORS = [3, 4]

/** @throws {VectorProblem} when the vector does not hold */
export function checkLenient(vector: LenientVector): void {
  const schema = schemaOf(vector)
  const octets = fromHex(vector.hex)
  const outcome = read(schema, octets)
  const error = /^error-(\d+)$/.exec(vector.expect)?.[1]
  if (error !== undefined) return checkError(Number(error), outcome)
  switch (vector.expect) {
    case 'accept':
    case 'accept-lenient':
      if (outcome instanceof Asn1Fault) throw outcome
      return checkStable(schema, outcome)
    case 'reject':
      return expectThat(outcome instanceof Asn1Fault, 'the octets were read')
    case 'never-send':
      return expectThat(
        outcome instanceof Asn1Fault || !equalOctets(encode(schema, outcome), octets),
        'what was read is written in just this form',
      )
    default:
      throw new VectorProblem(`the expectation ${vector.expect} is unknown`)
  }
}

/** The fault, or a value; a CHOICE, SEQUENCE or list is never an Asn1Fault. */
function read(schema: Schema<unknown>, octets: Octets): unknown {
  try {
    return decode(schema, octets)
  } catch (error) {
    if (error instanceof Asn1Fault) return error
    throw error
  }
}

/** What was read can be written properly, and says the same when read again. */
function checkStable(schema: Schema<unknown>, value: unknown): void {
  const again = decode(schema, encode(schema, value))
  expectThat(
    isDeepStrictEqual(schema.toJson(again), schema.toJson(value)),
    'it reads differently once written',
  )
}

/** Other codes than the EID's depend on what the eIM knows; such a message must only be readable or a fault. */
function checkError(code: number, outcome: unknown): void {
  if (!EID_ERRORS.includes(code)) return
  if (outcome instanceof Asn1Fault) {
    expectThat(/(^|\.)eidValue$/.test(outcome.path), `the fault is at ${outcome.path}, not at eidValue`)
    return
  }
  expectThat(hasBadEid(outcome), 'the EID was read')
}

function hasBadEid(value: unknown): boolean {
  const eidValue: unknown = typeof value === 'object' && value !== null && Reflect.get(value, 'eidValue')
  if (!(eidValue instanceof Uint8Array)) return true
  try {
    eidFromOctets(eidValue)
    return false
  } catch (error) {
    return error instanceof EidFault
  }
}
