/**
 * SEQUENCE with AUTOMATIC TAGS and EXTENSIBILITY IMPLIED: fields stand in order, each known by its tag; elements that
 * no field claims are skipped (they stay in the raw octets), a field out of order or twice is an error.
 */
import { Asn1Fault, locate } from './asn1-fault.ts'
import {
  decodeElement,
  encodeElement,
  type Json,
  keepRaw,
  type Meant,
  parseTag,
  type Schema,
} from './schema.ts'
import { readTlv, showTag, type Tlv } from './tlv.ts'
import type { Writer } from './writer.ts'

export interface Field<T, Presence extends 'required' | 'optional' | 'default'> {
  readonly tag: number | undefined
  readonly schema: Schema<T>
  readonly presence: Presence
  /** The value an absent field has (DEFAULT); DER leaves the field out when it has this value. */
  readonly fallback?: T
}

/** The tag to use in a field or message whose type is an untagged CHOICE. */
export const UNTAGGED = ''

function tagOf(tag: string): number | undefined {
  return tag === UNTAGGED ? undefined : parseTag(tag)
}

/** A mandatory field. `tag` is as in the standard (`'5A'`) and replaces the type's own, or goes around it when the type is a CHOICE. */
export function field<T>(tag: string, schema: Schema<T>): Field<T, 'required'> {
  return { tag: tagOf(tag), schema, presence: 'required' }
}

export function optional<T>(tag: string, schema: Schema<T>): Field<T, 'optional'> {
  return { tag: tagOf(tag), schema, presence: 'optional' }
}

export function withDefault<T>(tag: string, schema: Schema<T>, fallback: T): Field<T, 'default'> {
  return { tag: tagOf(tag), schema, presence: 'default', fallback }
}

type AnyField = Field<unknown, 'required' | 'optional' | 'default'>

type FieldValue<F> = F extends { readonly schema: Schema<infer T> } ? T : never
type OptionalNames<F> = {
  [Name in keyof F]: F[Name] extends { readonly presence: 'optional' } ? Name : never
}[keyof F]

/** The value of a SEQUENCE: one property a field. */
export type SequenceValue<F> = {
  readonly [Name in Exclude<keyof F, OptionalNames<F>>]: FieldValue<F[Name]>
} & {
  readonly [Name in OptionalNames<F>]?: FieldValue<F[Name]> | undefined
}

interface NamedField extends AnyField {
  readonly name: string
}

/** Names the field that a known device means by an element whose tag says otherwise; see {@link sequence}. */
export type ElementTolerance = (octets: Uint8Array, element: Tlv) => Meant | undefined

/**
 * Declares a SEQUENCE. `tag` is its own tag, replaced where a field gives another.
 * `tolerance`, for known devices that write it otherwise, may claim an element for a field; such an element may stand anywhere.
 */
export function sequence<const F extends { readonly [name: string]: AnyField }>(
  tag: string,
  fields: F,
  tolerance?: ElementTolerance,
): Schema<SequenceValue<F>> {
  const list: NamedField[] = Object.entries(fields).map(([name, described]) => ({ name, ...described }))
  const own = parseTag(tag)
  type Value = SequenceValue<F>
  return {
    tag: own,
    shape: {
      kind: 'sequence',
      members: list,
      ...(tolerance && { meant: (octets, start, end) => tolerance(octets, readTlv(octets, start, end)) }),
    },
    accepts: (found) => found === own,
    decodeContent: (octets, start, end, elementStart) =>
      keepRaw(decodeFields(list, tolerance, octets, start, end), octets, elementStart, end) as Value,
    encodeContent: (value, writer) => encodeFields(list, value, writer),
    toJson: (value) => fieldsToJson(list, value),
    fromJson: (json) => fieldsFromJson(list, json) as Value,
  }
}

function matches(candidate: AnyField, tag: number): boolean {
  return candidate.tag === undefined ? candidate.schema.accepts(tag) : candidate.tag === tag
}

function decodeFields(
  list: readonly NamedField[],
  tolerance: ElementTolerance | undefined,
  octets: Uint8Array,
  start: number,
  end: number,
): object {
  const value: Record<string, unknown> = {}
  let next = 0
  for (let offset = start; offset < end; ) {
    const tlv = readTlv(octets, offset, end)
    offset = tlv.end
    const meant = tolerance?.(octets, tlv)
    if (meant) {
      decodeMeant(list, meant, value, octets, tlv)
      continue
    }
    let index = next
    while (index < list.length && !matches(list[index] as NamedField, tlv.tag)) index++
    const found = list[index]
    if (!found) {
      refuseKnown(list, tlv)
      continue
    }
    for (; next < index && !tolerance; next++) fillAbsent(list[next] as NamedField, value, tlv.start)
    next = index + 1
    if (Object.hasOwn(value, found.name)) throw repeated(found, tlv)
    try {
      value[found.name] = decodeElement(found.schema, found.tag, octets, tlv)
    } catch (error) {
      throw locate(error, found.name)
    }
  }
  // What a tolerance claims may come late, so only now is it certain what is absent.
  for (let index = tolerance ? 0 : next; index < list.length; index++) {
    fillAbsent(list[index] as NamedField, value, end)
  }
  return value
}

function decodeMeant(
  list: readonly NamedField[],
  meant: Meant,
  value: Record<string, unknown>,
  octets: Uint8Array,
  tlv: Tlv,
): void {
  const found = list.find((each) => each.name === meant.name)
  if (!found) return
  if (value[found.name] !== undefined && value[found.name] !== found.fallback) throw repeated(found, tlv)
  try {
    value[found.name] = found.schema.decodeContent(octets, meant.start, tlv.end, tlv.start)
  } catch (error) {
    throw locate(error, found.name)
  }
}

/** An element that no later field claims is an extension, unless it belongs to a field already passed. */
function refuseKnown(list: readonly NamedField[], tlv: Tlv): void {
  const known = list.find((candidate) => matches(candidate, tlv.tag))
  if (known) throw repeated(known, tlv)
}

function repeated(field: NamedField, tlv: Tlv): Asn1Fault {
  return new Asn1Fault(`${showTag(tlv.tag)} is out of order or repeated`, tlv.start).within(field.name)
}

function fillAbsent(absent: NamedField, value: Record<string, unknown>, offset: number): void {
  if (Object.hasOwn(value, absent.name)) return
  if (absent.presence === 'required') throw new Asn1Fault('the field is missing', offset).within(absent.name)
  if (absent.presence === 'default') value[absent.name] = absent.fallback
}

function encodeFields(list: readonly NamedField[], value: object, writer: Writer): void {
  for (let index = list.length - 1; index >= 0; index--) {
    const each = list[index] as NamedField
    const member: unknown = Reflect.get(value, each.name)
    if (member === undefined) {
      fillAbsent(each, {}, 0)
      continue
    }
    if (each.presence === 'default' && member === each.fallback) continue
    try {
      encodeElement(each.schema, each.tag, member, writer)
    } catch (error) {
      throw locate(error, each.name)
    }
  }
}

function fieldsToJson(list: readonly NamedField[], value: object): Json {
  const json: Record<string, Json> = {}
  for (const each of list) {
    const member: unknown = Reflect.get(value, each.name)
    const silent = member === undefined || (each.presence === 'default' && member === each.fallback)
    if (!silent) json[each.name] = each.schema.toJson(member)
  }
  return json
}

/** The members of a JSON object. @throws {Asn1Fault} when it is none */
export function membersOf(json: Json): { readonly [member: string]: Json } {
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw new Asn1Fault('an object was expected', 0)
  return json as { readonly [member: string]: Json }
}

function fieldsFromJson(list: readonly NamedField[], json: Json): object {
  const members = membersOf(json)
  const value: Record<string, unknown> = {}
  for (const each of list) {
    const member = Object.hasOwn(members, each.name) ? members[each.name] : undefined
    try {
      if (member === undefined) {
        if (each.presence === 'required') throw new Asn1Fault('the field is missing', 0)
        if (each.presence === 'default') value[each.name] = each.fallback
      } else value[each.name] = each.schema.fromJson(member)
    } catch (error) {
      throw locate(error, each.name)
    }
  }
  const unknown = Object.keys(members).find((name) => !list.some((each) => each.name === name))
  if (unknown !== undefined) throw new Asn1Fault('there is no such field', 0).within(unknown)
  return value
}
