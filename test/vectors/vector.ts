/** What the vector files hold. */
import type { Json, Schema } from '../../shared/asn1/index.ts'
import { findMessageType } from '../../shared/sgp32/message-types.ts'

/** What all vectors have; the other members depend on the file's format. */
export interface Vector {
  readonly name: string
  readonly type: string
  /** `SGP.22` where a type of SGP.22 is meant. */
  readonly module?: string
  /** The complete DER. */
  readonly hex: string
}

/** Fields by name, as the JSON view of the schemas has them. */
export interface PlainVector extends Vector {
  readonly decoded?: Json
}

export interface LenientVector extends Vector {
  readonly expect: string
}

export interface SignatureVector extends Vector {
  /** Which signature of the message: `eimSignature`, `euiccSignEPR`, `euiccSignEPE`. */
  readonly kind: string
  readonly signedObject: string
  readonly associationToken?: number | null
  readonly tokenTlv?: string
  readonly signatureInput: string
  readonly sha256?: string
  readonly signature: string
  /** Name in the keys file. */
  readonly key: string
}

export interface KeyVector {
  /** DER of the SubjectPublicKeyInfo. */
  readonly spkiHex?: string
  readonly certificateHex?: string
}

export type Keys = Readonly<Record<string, KeyVector>>

/** What a check throws to say that a vector does not hold. */
export class VectorProblem extends Error {
  override readonly name = 'VectorProblem'
}

/** @throws {VectorProblem} */
export function expectThat(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new VectorProblem(problem)
}

/** @throws {VectorProblem} when the vector names a type that is not there */
export function schemaOf({ type, module }: Vector): Schema<unknown> {
  const found = module === 'SGP.22' ? findMessageType(type, 'SGP.22') : findMessageType(type)
  expectThat(found !== undefined, `there is no type ${type} in ${module ?? 'SGP.32'}`)
  return found.schema
}
