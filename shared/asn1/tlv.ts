/**
 * Tag, length, value: reads definite-length BER, the encoding cards really send (X.690 §8.1), and nothing that could
 * make a reader loop or allocate: a length is believed only when the octets are there.
 */
import { Asn1Fault } from './asn1-fault.ts'

/** One element. Offsets count from the start of the octets read; `tag` is the identifier octets as one number (`0xBF51`). */
export interface Tlv {
  readonly tag: number
  readonly start: number
  readonly contentStart: number
  readonly end: number
}

const LONGEST_TAG = 3
const LONGEST_LENGTH = 4

/** Reads the header at `offset`; the element must end at or before `end`. @throws {Asn1Fault} */
export function readTlv(octets: Uint8Array, offset: number, end: number): Tlv {
  if (offset >= end) throw new Asn1Fault('an element was expected, the input ends', offset)
  const first = octets[offset] ?? 0
  const longTag = (first & 0x1f) === 0x1f
  const tagEnd = longTag ? endOfTag(octets, offset, end) : offset + 1
  const tag = longTag ? readNumber(octets, offset, tagEnd) : first
  if (tagEnd >= end) throw new Asn1Fault(`the input ends before the length of ${showTag(tag)}`, tagEnd)
  let contentStart = tagEnd + 1
  let length = octets[tagEnd] ?? 0
  if (length >= 0x80) {
    contentStart = endOfLength(length & 0x7f, tagEnd, end)
    length = readNumber(octets, tagEnd + 1, contentStart)
  }
  if (length > end - contentStart) {
    throw new Asn1Fault(`${showTag(tag)} announces ${length} octets, ${end - contentStart} are left`, offset)
  }
  return { tag, start: offset, contentStart, end: contentStart + length }
}

/** The identifier octets at `offset`; the rest of the element need not be there. @throws {Asn1Fault} */
export function readTag(octets: Uint8Array, offset: number): number {
  if (offset >= octets.length) throw new Asn1Fault('a tag was expected, the input ends', offset)
  const first = octets[offset] ?? 0
  return (first & 0x1f) === 0x1f ? readNumber(octets, offset, endOfTag(octets, offset, octets.length)) : first
}

function endOfTag(octets: Uint8Array, offset: number, end: number): number {
  for (let next = offset + 1; next < offset + LONGEST_TAG; next++) {
    if (next >= end) throw new Asn1Fault('the input ends inside a tag', next)
    if ((octets[next] ?? 0) < 0x80) return next + 1
  }
  throw new Asn1Fault(`a tag is longer than ${LONGEST_TAG} octets`, offset)
}

function endOfLength(count: number, lengthStart: number, end: number): number {
  if (count === 0) throw new Asn1Fault('an indefinite length', lengthStart)
  if (count > LONGEST_LENGTH) throw new Asn1Fault(`a length of ${count} octets`, lengthStart)
  if (lengthStart + 1 + count > end) throw new Asn1Fault('the input ends inside a length', end)
  return lengthStart + 1 + count
}

function readNumber(octets: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let index = start; index < end; index++) value = value * 256 + (octets[index] ?? 0)
  return value
}

/** The elements side by side in [start, end). @throws {Asn1Fault} */
export function* readTlvs(octets: Uint8Array, start: number, end: number): Generator<Tlv> {
  for (let offset = start; offset < end; ) {
    const tlv = readTlv(octets, offset, end)
    yield tlv
    offset = tlv.end
  }
}

/** The single element that fills `octets` exactly. @throws {Asn1Fault} */
export function readWholeTlv(octets: Uint8Array): Tlv {
  const tlv = readTlv(octets, 0, octets.length)
  if (tlv.end !== octets.length) {
    throw new Asn1Fault(`${octets.length - tlv.end} octets follow the message`, tlv.end)
  }
  return tlv
}

/** A tag as the standard writes it: `BF51`. */
export function showTag(tag: number): string {
  const digits = tag.toString(16).toUpperCase()
  return digits.length % 2 === 0 ? digits : `0${digits}`
}

/** Bit 6 of the first identifier octet: the content is elements, not a value. */
export function isConstructed(tag: number): boolean {
  let first = tag
  while (first > 0xff) first = Math.floor(first / 256)
  return (first & 0x20) !== 0
}
