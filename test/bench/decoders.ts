/** Every decoder that reads what others sent, each with sound octets to begin with. */
import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { type Annotation, Asn1Fault, decode, encode, type Schema } from '../../shared/asn1/index.ts'
import { fromHex } from '../../shared/octets.ts'
import { parseCertificate } from '../../shared/pki/index.ts'
import {
  annotateMessage,
  guessMessageType,
  type MessageType,
  messageTypes,
} from '../../shared/sgp32/message-types.ts'
import { arbitraryOf } from '../shared/asn1/arbitrary.ts'
import type { Keys, Vector } from '../vectors/vector.ts'
import type { Decoder } from './fuzz-decoder.ts'

const GENERATED_SEEDS = 24

const folder = new URL('../vectors/sgp32/', import.meta.url)
const files: { vectors?: Vector[]; keys?: Keys }[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

/** @param seed of the generated messages that join the known ones */
export function everyDecoder(seed: number): readonly Decoder[] {
  const messages = files.flatMap(({ vectors = [] }) => vectors.map(({ hex }) => fromHex(hex)))
  const known = elementsByType(messages)
  return [
    ...messageTypes.map((type) => decoderOf(type, known.get(type.name) ?? [], seed)),
    { name: 'X.509 Certificate', seeds: certificates(), read: parseCertificate },
    { name: 'annotateMessage', seeds: messages, read: annotated },
  ]
}

function decoderOf(
  { module, name, schema }: MessageType,
  known: readonly Uint8Array[],
  seed: number,
): Decoder {
  const generated = fc
    .sample(arbitraryOf(schema), { seed, numRuns: GENERATED_SEEDS })
    .map((value) => encode(schema, value))
  return {
    name: `${module} ${name}`,
    seeds: [...known, ...generated],
    read: (octets) => readStably(schema, octets),
  }
}

/** What can be read can be written, and then says the same. */
function readStably(schema: Schema<unknown>, octets: Uint8Array): void {
  const value = decode(schema, octets)
  const again = unlessRefused(() => decode(schema, encode(schema, value)))
  if (!isDeepStrictEqual(again, value)) throw new TypeError('it reads differently once written')
}

/** A refusal is no answer once the octets have been read. */
function unlessRefused<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Asn1Fault) throw new TypeError(`it is refused once written: ${error.message}`)
    throw error
  }
}

/** For people nothing is refused. */
function annotated(octets: Uint8Array): void {
  unlessRefused(() => annotateMessage(octets))
}

function certificates(): Uint8Array[] {
  return files
    .flatMap(({ keys = {} }) => Object.values(keys))
    .flatMap(({ certificateHex }) => (certificateHex === undefined ? [] : [fromHex(certificateHex)]))
}

/** Every element within `messages` whose type is known, by the name of its type. */
function elementsByType(messages: readonly Uint8Array[]): ReadonlyMap<string, readonly Uint8Array[]> {
  const found = new Map<string, Uint8Array[]>()
  for (const octets of messages) {
    for (const node of annotateMessage(octets, guessMessageType(octets))) collect(node, octets, found)
  }
  return found
}

function collect(node: Annotation, octets: Uint8Array, found: Map<string, Uint8Array[]>): void {
  if (node.type !== undefined) {
    const list = found.get(node.type) ?? []
    list.push(octets.subarray(node.offset, node.offset + node.length))
    found.set(node.type, list)
  }
  for (const child of node.children) collect(child, octets, found)
}
