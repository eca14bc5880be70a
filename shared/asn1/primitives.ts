/** The simple types: INTEGER, ENUMERATED by name, OCTET STRING, UTF8String, BOOLEAN, NULL, OBJECT IDENTIFIER. */
import { fromHex, type Octets, toHex } from '../octets.ts'
import { Asn1Fault } from './asn1-fault.ts'
import type { Schema, Size } from './schema.ts'

/** Exactly `min`, or `min` to `max`. */
export function size(min: number, max = min): Size {
  return { min, max }
}

/** What the simple schemas share: a universal tag of their own. */
function primitive<T>(
  tag: number,
  type: string,
  codec: Omit<Schema<T>, 'tag' | 'accepts' | 'shape'>,
  limits?: Size,
): Schema<T> {
  return { tag, accepts: (found) => found === tag, shape: { kind: 'simple', type, size: limits }, ...codec }
}

function checkSize(length: number, limits: Size | undefined, unit: string, offset: number): void {
  if (limits && (length < limits.min || length > limits.max)) {
    const wanted = limits.min === limits.max ? `${limits.min}` : `${limits.min} to ${limits.max}`
    throw new Asn1Fault(`${wanted} ${unit} were expected, ${length} were found`, offset)
  }
}

function wrongJson(wanted: string): never {
  throw new Asn1Fault(`${wanted} was expected`, 0)
}

/** OCTET STRING; the value is a view of the input, not a copy. */
export function octetString(limits?: Size): Schema<Octets> {
  return primitive<Octets>(
    0x04,
    'OCTET STRING',
    {
      decodeContent(octets, start, end) {
        checkSize(end - start, limits, 'octets', start)
        return octets.subarray(start, end) as Octets
      },
      encodeContent(value, writer) {
        checkSize(value.length, limits, 'octets', 0)
        writer.octets(value)
      },
      toJson: toHex,
      fromJson(json) {
        if (typeof json !== 'string' || !/^([0-9A-Fa-f]{2})*$/.test(json)) wrongJson('hexadecimal text')
        return fromHex(json)
      },
    },
    limits,
  )
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8Encoder = new TextEncoder()

function decodeUtf8(octets: Uint8Array, start: number): string {
  try {
    return utf8Decoder.decode(octets)
  } catch {
    throw new Asn1Fault('the text is not UTF-8', start)
  }
}

/** UTF8String; limits count characters (code points). */
export function utf8String(limits?: Size): Schema<string> {
  const checked = (text: string, offset: number) => {
    if (limits) checkSize([...text].length, limits, 'characters', offset)
    return text
  }
  return primitive<string>(
    0x0c,
    'UTF8String',
    {
      decodeContent: (octets, start, end) => checked(decodeUtf8(octets.subarray(start, end), start), start),
      encodeContent: (value, writer) => writer.octets(utf8Encoder.encode(checked(value, 0))),
      toJson: (value) => value,
      fromJson: (json) => (typeof json === 'string' ? json : wrongJson('text')),
    },
    limits,
  )
}

const LONGEST_INTEGER = 7

function decodeInteger(octets: Uint8Array, start: number, end: number): number {
  const first = octets[start]
  if (first === undefined || start === end) throw new Asn1Fault('an INTEGER has no octets', start)
  let from = start
  // Sign octets beyond the needed ones are not DER, but carry no value either.
  const padding = first >= 0x80 ? 0xff : 0x00
  while (end - from > 1 && octets[from] === padding) from++
  if (end - from > LONGEST_INTEGER) throw new Asn1Fault(`an INTEGER has ${end - start} octets`, start)
  let value = first >= 0x80 ? -1 : 0
  for (let index = from; index < end; index++) value = value * 256 + (octets[index] ?? 0)
  if (!Number.isSafeInteger(value)) throw new Asn1Fault('an INTEGER is beyond 2^53', start)
  return value
}

/** INTEGER between -2^53 and 2^53, narrower than the standard's but wider than anything in it. */
export const integer: Schema<number> = primitive<number>(0x02, 'INTEGER', {
  decodeContent: decodeInteger,
  encodeContent(value, writer) {
    if (!Number.isSafeInteger(value)) throw new Asn1Fault(`${value} is no INTEGER`, 0)
    let rest = value
    let octet: number
    do {
      octet = rest & 0xff
      writer.octet(octet)
      rest = Math.floor(rest / 256)
    } while (!((rest === 0 && octet < 0x80) || (rest === -1 && octet >= 0x80)))
  },
  toJson: (value) => value,
  fromJson: (json) =>
    typeof json === 'number' && Number.isSafeInteger(json) ? json : wrongJson('an integer'),
})

/** An INTEGER whose values have names; values without one are read too, since the standard's lists grow. */
export interface NamedInteger<Codes extends Record<string, number>> extends Schema<number> {
  readonly codes: Codes
  /** The standard's name of a value, or `unknown`. */
  nameOf(value: number): (keyof Codes & string) | 'unknown'
}

export function namedInteger<const Codes extends Record<string, number>>(codes: Codes): NamedInteger<Codes> {
  const names = new Map(Object.entries(codes).map(([name, value]) => [value, name]))
  return {
    ...integer,
    shape: { kind: 'simple', type: 'INTEGER', codes },
    codes,
    nameOf: (value) => names.get(value) ?? 'unknown',
  }
}

export const boolean: Schema<boolean> = primitive<boolean>(0x01, 'BOOLEAN', {
  decodeContent(octets, start, end) {
    if (end - start !== 1) throw new Asn1Fault(`a BOOLEAN has ${end - start} octets`, start)
    return octets[start] !== 0
  },
  encodeContent: (value, writer) => writer.octet(value ? 0xff : 0x00),
  toJson: (value) => value,
  fromJson: (json) => (typeof json === 'boolean' ? json : wrongJson('true or false')),
})

/** NULL: a flag that is either there or not. */
export const nothing: Schema<null> = primitive<null>(0x05, 'NULL', {
  decodeContent(_octets, start, end) {
    if (end !== start) throw new Asn1Fault(`a NULL has ${end - start} octets`, start)
    return null
  },
  encodeContent() {},
  toJson: () => null,
  fromJson: (json) => (json === null ? null : wrongJson('null')),
})

const LONGEST_OBJECT_IDENTIFIER = 128

/** Dotted text of the content octets of an OBJECT IDENTIFIER (X.690 §8.19). @throws {Asn1Fault} */
export function decodeObjectIdentifier(octets: Uint8Array, start: number, end: number): string {
  if (end === start || end - start > LONGEST_OBJECT_IDENTIFIER) {
    throw new Asn1Fault(`an OBJECT IDENTIFIER has ${end - start} octets`, start)
  }
  if ((octets[end - 1] ?? 0) >= 0x80) throw new Asn1Fault('an OBJECT IDENTIFIER ends inside an arc', end)
  let text = ''
  let arc: number | bigint = 0
  for (let index = start; index < end; index++) {
    const octet = octets[index] ?? 0
    if (arc === 0 && octet === 0x80) throw new Asn1Fault('an arc is padded', index)
    arc = append(arc, octet & 0x7f)
    if (octet >= 0x80) continue
    text = text === '' ? splitFirstArc(arc) : `${text}.${arc}`
    arc = 0
  }
  return text
}

/** 128 × arc + low; a bigint once a number would not hold it exactly. */
function append(arc: number | bigint, low: number): number | bigint {
  return typeof arc === 'number' && arc < 2 ** 46 ? arc * 128 + low : BigInt(arc) * 128n + BigInt(low)
}

/** The first two arcs travel as one number: 40 × root + second. */
function splitFirstArc(joined: number | bigint): string {
  const root = joined < 40 ? 0 : joined < 80 ? 1 : 2
  return `${root}.${typeof joined === 'number' ? joined - 40 * root : joined - 80n}`
}

function encodeArcs(text: string): number[] {
  const [root, second, ...rest] = text.split('.').map((arc) => BigInt(arc))
  if (root === undefined || second === undefined || root > 2n || (root < 2n && second > 39n)) {
    throw new Asn1Fault('the first two arcs of an OBJECT IDENTIFIER are out of range', 0)
  }
  return [root * 40n + second, ...rest].flatMap((arc) => {
    const groups = [Number(arc % 128n)]
    for (let left = arc / 128n; left > 0n; left /= 128n) groups.unshift(Number(left % 128n) | 0x80)
    return groups
  })
}

const DOTTED = /^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+$/

/** OBJECT IDENTIFIER as dotted text, `2.23.146.1`. */
export const objectIdentifier: Schema<string> = primitive<string>(0x06, 'OBJECT IDENTIFIER', {
  decodeContent: decodeObjectIdentifier,
  encodeContent(value, writer) {
    if (value.length > 3 * LONGEST_OBJECT_IDENTIFIER || !DOTTED.test(value)) {
      throw new Asn1Fault('not an OBJECT IDENTIFIER in dotted form', 0)
    }
    writer.octets(Uint8Array.from(encodeArcs(value)))
  },
  toJson: (value) => value,
  fromJson: (json) => (typeof json === 'string' && DOTTED.test(json) ? json : wrongJson('dotted numbers')),
})
