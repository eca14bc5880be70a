/** BIT STRING: with named bits a list of names, without them its content octets. */
import { fromHex, type Octets, toHex } from '../octets.ts'
import { Asn1Fault } from './asn1-fault.ts'
import type { Json, Schema } from './schema.ts'
import type { Writer } from './writer.ts'

const LONGEST_NAMED = 32

/** A set bit that the standard had not named when this was written: `bit9`. */
export type BitName<Name extends string> = Name | `bit${number}`

function checkUnusedBits(octets: Uint8Array, start: number, end: number): number {
  const unused = octets[start]
  if (unused === undefined || start === end || unused > 7 || (end - start === 1 && unused > 0)) {
    throw new Asn1Fault('a BIT STRING does not begin with its number of unused bits', start)
  }
  return unused
}

/** A BIT STRING whose bits are flags; trailing zero bits are dropped in DER (X.690 §11.2.2). */
export function namedBits<const Names extends readonly string[]>(
  names: Names,
): Schema<readonly BitName<Names[number]>[]> {
  type Name = BitName<Names[number]>
  const bitOf = (name: string): number => {
    const known = names.indexOf(name)
    if (known >= 0) return known
    const unknown = /^bit([0-9]{1,3})$/.exec(name)?.[1]
    if (unknown === undefined || Number(unknown) >= 8 * LONGEST_NAMED)
      throw new Asn1Fault(`${name} is no bit of this type`, 0)
    return Number(unknown)
  }
  const decodeContent = (octets: Uint8Array, start: number, end: number): Name[] => {
    checkUnusedBits(octets, start, end)
    if (end - start - 1 > LONGEST_NAMED) throw new Asn1Fault(`${end - start - 1} octets of named bits`, start)
    const set: Name[] = []
    for (let bit = 0; bit < 8 * (end - start - 1); bit++) {
      if (((octets[start + 1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0)
        set.push((names[bit] as Name) ?? `bit${bit}`)
    }
    return set
  }
  return {
    tag: 0x03,
    shape: { kind: 'simple', type: 'BIT STRING', bits: names },
    accepts: (tag) => tag === 0x03,
    decodeContent,
    encodeContent(value, writer) {
      writeBits(value.map(bitOf), writer)
    },
    toJson: (value) => [...value],
    fromJson(json: Json) {
      if (typeof json === 'string') {
        const content = fromHex(json)
        return decodeContent(content, 0, content.length)
      }
      if (!Array.isArray(json)) throw new Asn1Fault('a list of bit names was expected', 0)
      return json.map((name): Name => {
        if (typeof name !== 'string') throw new Asn1Fault('a bit name was expected', 0)
        bitOf(name)
        return name as Name
      })
    },
  }
}

function writeBits(bits: readonly number[], writer: Writer): void {
  const highest = Math.max(-1, ...bits)
  const octets = new Uint8Array((highest >> 3) + 1)
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  writer.octets(octets)
  writer.octet(highest < 0 ? 0 : 7 - (highest & 7))
}

/** A BIT STRING without names: its content, the octet of unused bits first. */
export const bitString: Schema<Octets> = {
  tag: 0x03,
  shape: { kind: 'simple', type: 'BIT STRING' },
  accepts: (tag) => tag === 0x03,
  decodeContent(octets, start, end) {
    checkUnusedBits(octets, start, end)
    return octets.subarray(start, end) as Octets
  },
  encodeContent(value, writer) {
    checkUnusedBits(value, 0, value.length)
    writer.octets(value)
  },
  toJson: toHex,
  fromJson(json) {
    if (typeof json !== 'string' || !/^([0-9A-Fa-f]{2})+$/.test(json))
      throw new Asn1Fault('hexadecimal text was expected', 0)
    return fromHex(json)
  },
}
