/** Types whose inside belongs to somebody else: certificates, keys and open types are kept as octets. */
import { fromHex, type Octets, toHex } from '../octets.ts'
import { Asn1Fault } from './asn1-fault.ts'
import type { Json, Schema } from './schema.ts'
import { membersOf } from './sequence.ts'
import { readTlv, readTlvs } from './tlv.ts'
import { wrap } from './writer.ts'

const SEQUENCE = 0x30

function checkElements(octets: Uint8Array, start: number, end: number): void {
  for (const _element of readTlvs(octets, start, end));
}

/**
 * Where the content of the SEQUENCE really begins. A context tag replaces the `30` of a Certificate, but some IPAs keep
 * it inside (`A6 30 …` instead of `A6 …`): then the only element is a SEQUENCE whose first element is one too.
 */
function skipNestedHeader(octets: Uint8Array, start: number, end: number): number {
  const outer = readTlv(octets, start, end)
  if (outer.tag !== SEQUENCE || outer.end !== end || outer.contentStart === end) return start
  const inner = readTlv(octets, outer.contentStart, end)
  return inner.tag === SEQUENCE ? outer.contentStart : start
}

/** A DER SEQUENCE kept whole, its own `30` restored when a field tag had replaced it (X.509 Certificate, SubjectPublicKeyInfo). */
export const derSequence: Schema<Octets> = {
  tag: SEQUENCE,
  shape: { kind: 'open' },
  accepts: (tag) => tag === SEQUENCE,
  decodeContent(octets, start, end, elementStart) {
    if (start === end) throw new Asn1Fault('the SEQUENCE is empty', start)
    if (octets[elementStart] === SEQUENCE) {
      checkElements(octets, start, end)
      return octets.subarray(elementStart, end) as Octets
    }
    const from = skipNestedHeader(octets, start, end)
    checkElements(octets, from, end)
    return wrap(SEQUENCE, octets.subarray(from, end))
  },
  encodeContent(value, writer) {
    const tlv = readTlv(value, 0, value.length)
    if (tlv.tag !== SEQUENCE || tlv.end !== value.length)
      throw new Asn1Fault('one DER SEQUENCE was expected', 0)
    writer.octets(value.subarray(tlv.contentStart))
  },
  toJson: (value) => ({ _der: toHex(value) }),
  fromJson(json: Json) {
    const { _der } = membersOf(json)
    if (typeof _der !== 'string') throw new Asn1Fault('{"_der": hexadecimal} was expected', 0)
    const octets = hexOctets(_der)
    const tlv = readTlv(octets, 0, octets.length)
    if (tlv.tag !== SEQUENCE || tlv.end !== octets.length)
      throw new Asn1Fault('one DER SEQUENCE was expected', 0)
    return octets
  },
}

/** The elements inside a tag, kept as they are (an open type, an extension not modelled). */
export const elements: Schema<Octets> = {
  tag: SEQUENCE,
  shape: { kind: 'open' },
  accepts: (tag) => tag === SEQUENCE,
  decodeContent(octets, start, end) {
    checkElements(octets, start, end)
    return octets.subarray(start, end) as Octets
  },
  encodeContent: (value, writer) => writer.octets(value),
  toJson: toHex,
  fromJson: (json) => (typeof json === 'string' ? hexOctets(json) : notHex()),
}

function hexOctets(text: string): Octets {
  return /^([0-9A-Fa-f]{2})*$/.test(text) ? fromHex(text) : notHex()
}

function notHex(): never {
  throw new Asn1Fault('hexadecimal text was expected', 0)
}
