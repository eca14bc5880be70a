/** Throws spoiled messages at one decoder: whatever comes, it reads them or refuses them with an Asn1Fault. */
import { Asn1Fault } from '../../shared/asn1/index.ts'
import { toHex } from '../../shared/octets.ts'
import { mutator } from './mutate.ts'
import { seededRandom } from './random.ts'

export interface Decoder {
  readonly name: string
  /** Sound octets, to be spoiled. */
  readonly seeds: readonly Uint8Array[]
  /** Reads octets; an Asn1Fault is the one way to refuse them. */
  read(octets: Uint8Array): unknown
}

export interface FuzzReport {
  readonly inputs: number
  /** How many of them could still be read. */
  readonly read: number
  /** The first input that broke the rule, and how. */
  readonly problem?: string
}

/** @param count spoiled messages to try; @param seed repeats a run exactly */
export function fuzzDecoder(decoder: Decoder, count: number, seed: number): FuzzReport {
  const next = mutator(decoder.seeds, seededRandom(seed))
  let read = 0
  for (let inputs = 1; inputs <= count; inputs++) {
    const octets = next()
    try {
      decoder.read(octets)
      read++
    } catch (error) {
      if (error instanceof Asn1Fault) continue
      return { inputs, read, problem: `${toHex(octets)}: ${String(error)}` }
    }
  }
  return { inputs: count, read }
}
