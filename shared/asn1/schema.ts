/**
 * What a type of the standard is to this codec. A schema is declared once and gives the TypeScript type, the decoder,
 * the encoder and a JSON view; combinators (`sequence`, `choice`, …) build larger ones from smaller.
 */
import type { Octets } from '../octets.ts'
import { Asn1Fault } from './asn1-fault.ts'
import { readWholeTlv, showTag, type Tlv } from './tlv.ts'
import { Writer } from './writer.ts'

/** Octets as upper-case hex, INTEGER as number, NULL as null, CHOICE as an object with one member. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** Type `T`: a codec of an element's content. Its tag is the schema's own, or the one of the field that holds it (implicit tagging). */
export interface Schema<T> {
  /** Identifier octets when no field overrides them; undefined for an untagged CHOICE, whose tag is that of the alternative. */
  readonly tag: number | undefined
  readonly shape: Shape
  /** Whether an untagged element that begins with `tag` is of this type. */
  accepts(tag: number): boolean
  /** Reads the content [start, end) of the element that begins at `elementStart`. @throws {Asn1Fault} */
  decodeContent(octets: Uint8Array, start: number, end: number, elementStart: number): T
  /** @throws {Asn1Fault} when the value breaks a limit of the type */
  encodeContent(value: T, writer: Writer): void
  toJson(value: T): Json
  /** @throws {Asn1Fault} when `json` does not have the form that `toJson` gives */
  fromJson(json: Json): T
}

/** Lengths allowed, in octets (OCTET STRING) or characters (UTF8String). */
export interface Size {
  readonly min: number
  readonly max: number
}

/** A field of a SEQUENCE or an alternative of a CHOICE; `tag` undefined means an untagged CHOICE stands there. */
export interface Member {
  readonly name: string
  readonly tag: number | undefined
  readonly schema: Schema<unknown>
  /** Absent for an alternative. */
  readonly presence?: 'required' | 'optional' | 'default'
}

/**
 * What a known device meant by octets that are not what the standard asks for: the member's name, and where its content
 * begins (it reaches to the end of the octets in question).
 */
export interface Meant {
  readonly name: string
  readonly start: number
}

/** What a type looks like from outside, for those who walk types rather than values: annotation, generated values. */
export type Shape =
  | {
      readonly kind: 'simple'
      /** The ASN.1 type: `INTEGER`, `OCTET STRING`, … */
      readonly type: string
      readonly size?: Size | undefined
      readonly codes?: Readonly<Record<string, number>>
      readonly bits?: readonly string[]
    }
  | {
      readonly kind: 'sequence'
      readonly members: readonly Member[]
      /** The member meant by the element at [start, end), when it is not the one its tag says. */
      meant?(octets: Uint8Array, start: number, end: number): Meant | undefined
    }
  | {
      readonly kind: 'choice'
      readonly members: readonly Member[]
      /** The alternative meant by the content [start, end) of a CHOICE. */
      meant?(octets: Uint8Array, start: number, end: number): Meant | undefined
    }
  | { readonly kind: 'list'; readonly elementTag: number | undefined; readonly element: Schema<unknown> }
  /** Elements that this codec does not look into. */
  | { readonly kind: 'open' }

/** The TypeScript type that a schema declares. */
export type Infer<S> = S extends Schema<infer T> ? T : never

/** Decodes one whole message: nothing may be missing, nothing may follow. @throws {Asn1Fault} */
export function decode<T>(schema: Schema<T>, octets: Uint8Array): T {
  return decodeElement(schema, schema.tag, octets, readWholeTlv(octets))
}

/** The DER of `value`. @throws {Asn1Fault} */
export function encode<T>(schema: Schema<T>, value: T): Octets {
  const writer = new Writer()
  encodeElement(schema, schema.tag, value, writer)
  return writer.finish()
}

/** Decodes an element already read; `tag` undefined means the schema is an untagged CHOICE. */
export function decodeElement<T>(
  schema: Schema<T>,
  tag: number | undefined,
  octets: Uint8Array,
  tlv: Tlv,
): T {
  if (tag === undefined) return schema.decodeContent(octets, tlv.start, tlv.end, tlv.start)
  if (tlv.tag !== tag) {
    throw new Asn1Fault(`${showTag(tag)} was expected, ${showTag(tlv.tag)} was found`, tlv.start)
  }
  return schema.decodeContent(octets, tlv.contentStart, tlv.end, tlv.start)
}

export function encodeElement<T>(schema: Schema<T>, tag: number | undefined, value: T, writer: Writer): void {
  const mark = writer.mark
  schema.encodeContent(value, writer)
  if (tag !== undefined) writer.header(tag, mark)
}

/** The same type under a tag of its own: `Iccid ::= [APPLICATION 26] OCTET STRING` is `tagged('5A', …)`. */
export function tagged<S extends Schema<unknown>>(tag: string, schema: S): S {
  const own = parseTag(tag)
  return { ...schema, tag: own, accepts: (found: number) => found === own }
}

/** A tag as the standard writes it, `'BF51'`, to the number the codec compares. */
export function parseTag(hex: string): number {
  return Number.parseInt(hex, 16)
}

const RAW = Symbol('raw octets')

/** Remembers, invisibly, the octets that `value` was decoded from. */
export function keepRaw<T extends object>(value: T, octets: Uint8Array, start: number, end: number): T {
  return Object.defineProperty(value, RAW, { value: octets.subarray(start, end) })
}

/**
 * The octets a decoded SEQUENCE or CHOICE came in, complete with tag: signatures are checked over these, never over a re-encoding.
 * @throws {TypeError} when `value` was not decoded
 */
export function rawOctets(value: object): Octets {
  const raw: unknown = Reflect.get(value, RAW)
  if (!(raw instanceof Uint8Array))
    throw new TypeError('the value was built here, not decoded: it has no raw octets')
  return raw as Octets
}
