/** Distinguished names (RFC 5280 §4.1.2.4): reading, looking up attributes, comparing. */
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import type { Tlv } from '../asn1/tlv.ts'
import { equalOctets, type Octets, toHex } from '../octets.ts'
import type { Elements } from './elements.ts'

export interface NameAttribute {
  /** Object identifier in dotted text. */
  readonly type: string
  /** The text; for a value that is no string, `#` and the hexadecimal octets (RFC 4514 §2.4). */
  readonly value: string
}

export interface Name {
  /** The DER as received. */
  readonly raw: Octets
  readonly attributes: readonly NameAttribute[]
}

export const AttributeType = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organization: '2.5.4.10',
} as const

/** Every value of one attribute, in order; most names hold one or none. */
export function valuesOf(name: Name, attribute: keyof typeof AttributeType): string[] {
  return name.attributes.filter(({ type }) => type === AttributeType[attribute]).map(({ value }) => value)
}

/** Whether two attribute values are the same text: case and runs of spaces do not count (RFC 5280 §7.1). */
export function isSameText(left: string, right: string): boolean {
  return left === right || fold(left) === fold(right)
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
}

/** Whether two names are equal, whatever string types they were written in. */
export function isSameName(left: Name, right: Name): boolean {
  if (equalOctets(left.raw, right.raw)) return true
  return (
    left.attributes.length === right.attributes.length &&
    left.attributes.every(({ type, value }, index) => {
      const other = right.attributes[index]
      return other !== undefined && other.type === type && isSameText(value, other.value)
    })
  )
}

/** Reads a Name, `30 { 31 { 30 { type, value } } }`. @throws {Asn1Fault} */
export function readName(outer: Elements, element: Tlv): Name {
  const relativeNames = outer.inside(element, (names) =>
    names.takeAll(0x31, (relativeName) =>
      names.inside(relativeName, (members) =>
        members.takeAll(0x30, (attribute) => members.inside(attribute, readAttribute)),
      ),
    ),
  )
  return { raw: outer.whole(element), attributes: relativeNames.flat() }
}

function readAttribute(attribute: Elements): NameAttribute {
  const type = attribute.take('type', 0x06, (element) => attribute.objectIdentifier(element))
  const value = attribute.any('value', (element) => readText(element, attribute))
  return { type, value }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const UTF16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true })
const LATIN1 = new TextDecoder('latin1')

/** Decoder by string type: UTF8String, PrintableString, TeletexString, IA5String, BMPString. */
const TEXT_DECODERS: Readonly<Record<number, TextDecoder>> = {
  12: UTF8,
  19: UTF8,
  20: LATIN1,
  22: UTF8,
  30: UTF16,
}

function readText(element: Tlv, elements: Elements): string {
  const content = elements.content(element)
  const decoder = TEXT_DECODERS[element.tag]
  if (decoder === undefined) return `#${toHex(elements.whole(element))}`
  try {
    return decoder.decode(content)
  } catch {
    throw new Asn1Fault('the text is not of its string type', element.contentStart)
  }
}
