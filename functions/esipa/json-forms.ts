/**
 * How the JSON binding writes one field of a message (SGP.32 §6.4): each form turns a complete ASN.1 element into a JSON
 * value and back. The octets of nested elements are carried, never re-encoded.
 */
import { Asn1Fault, type Json, readWholeTlv, showTag, type Tlv, wrap } from '../../shared/asn1/index.ts'
import { fromBase64, fromHex, type Octets, OctetsTextFault, toBase64, toHex } from '../../shared/octets.ts'

export interface Form {
  /** Tags that an element of this form may have in the message. */
  readonly tags: readonly number[]
  toJson(octets: Octets, element: Tlv): Json
  /** The element's octets. @throws {JsonFormFault} */
  fromJson(json: Json): Octets
}

/** The value of a member cannot be what its field needs. */
export class JsonFormFault extends Asn1Fault {
  constructor(wanted: string) {
    super(`${wanted} was expected`, 0)
  }
}

export function tagOf(hex: string): number {
  return Number.parseInt(hex, 16)
}

function contentOf(octets: Octets, element: Tlv): Octets {
  return octets.subarray(element.contentStart, element.end)
}

function textOf(json: Json, wanted: string): string {
  if (typeof json !== 'string') throw new JsonFormFault(wanted)
  return json
}

function base64Of(json: Json): Octets {
  try {
    return fromBase64(textOf(json, 'base64'))
  } catch (error) {
    throw error instanceof OctetsTextFault ? new JsonFormFault('base64') : error
  }
}

/** Base64 of a complete element that begins with one of `tags`. */
function elementOf(json: Json, tags: readonly number[]): Octets {
  const octets = base64Of(json)
  const { tag } = readWholeTlv(octets)
  if (!tags.includes(tag)) throw new JsonFormFault(`base64 of ${tags.map(showTag).join(' or ')}`)
  return octets
}

/** Base64 of the complete element, tag included. */
export function element(...tags: readonly string[]): Form {
  const allowed = tags.map(tagOf)
  return {
    tags: allowed,
    toJson: (octets, { start, end }) => toBase64(octets.subarray(start, end)),
    fromJson: (json) => elementOf(json, allowed),
  }
}

/** Base64 of a complete element whose own tag `jsonTag` is replaced by `tag` in the message. */
export function retagged(tag: string, jsonTag: string): Form {
  const [inMessage, inJson] = [tagOf(tag), tagOf(jsonTag)]
  return {
    tags: [inMessage],
    toJson: (octets, found) => toBase64(wrap(inJson, contentOf(octets, found))),
    fromJson(json) {
      const octets = elementOf(json, [inJson, inMessage])
      return wrap(inMessage, contentOf(octets, readWholeTlv(octets)))
    },
  }
}

/** Base64 of a complete element that stands inside `tag` in the message. */
export function enclosed(tag: string, ...inner: readonly string[]): Form {
  const [outer, allowed] = [tagOf(tag), inner.map(tagOf)]
  return {
    tags: [outer],
    toJson: (octets, found) => toBase64(contentOf(octets, found)),
    fromJson: (json) => wrap(outer, elementOf(json, allowed)),
  }
}

/** Base64 of the content alone. */
export function content(tag: string, length: number): Form {
  const own = tagOf(tag)
  return {
    tags: [own],
    toJson: (octets, found) => toBase64(contentOf(octets, found)),
    fromJson(json) {
      const octets = base64Of(json)
      if (octets.length !== length) throw new JsonFormFault(`base64 of ${length} octets`)
      return wrap(own, octets)
    },
  }
}

const SIGNATURE = tagOf('5F37')
const SIGNATURE_OCTETS = 64

/** A signature: base64 of `5F37 40 r || s`; the bare 64 octets are read too, since both are seen in practice. */
export const signature: Form = {
  tags: [SIGNATURE],
  toJson: (octets, { start, end }) => toBase64(octets.subarray(start, end)),
  fromJson(json) {
    const octets = base64Of(json)
    return octets.length === SIGNATURE_OCTETS ? wrap(SIGNATURE, octets) : elementOf(json, [SIGNATURE])
  },
}

/** Hexadecimal of the content, 1 to 16 octets: transaction ids. */
export function transactionId(tag: string): Form {
  const own = tagOf(tag)
  return {
    tags: [own],
    toJson: (octets, found) => toHex(contentOf(octets, found)),
    fromJson(json) {
      const text = textOf(json, 'hexadecimal text')
      if (!/^([0-9A-Fa-f]{2}){1,16}$/.test(text)) throw new JsonFormFault('2 to 32 hexadecimal digits')
      return wrap(own, fromHex(text))
    },
  }
}

const EID = tagOf('5A')

/** An EID as 32 digits. Other text becomes an empty element: it is up to the function to answer invalidEid. */
export const eid: Form = {
  tags: [EID],
  toJson: (octets, found) => toHex(contentOf(octets, found)),
  fromJson: (json) =>
    wrap(EID, typeof json === 'string' && /^[0-9]{32}$/.test(json) ? fromHex(json) : new Uint8Array()),
}

export function text(tag: string): Form {
  const own = tagOf(tag)
  return {
    tags: [own],
    toJson: (octets, found) => new TextDecoder().decode(contentOf(octets, found)),
    fromJson: (json) => wrap(own, new TextEncoder().encode(textOf(json, 'text'))),
  }
}

/** A small non-negative INTEGER, as all codes of the standard are. */
export function code(tag: string): Form {
  const own = tagOf(tag)
  return {
    tags: [own],
    toJson: (octets, found) => codeIn(octets, found),
    fromJson(json) {
      if (typeof json !== 'number' || !Number.isInteger(json) || json < 0 || json > 127) {
        throw new JsonFormFault('a number from 0 to 127')
      }
      return wrap(own, Uint8Array.of(json))
    },
  }
}

export function codeIn(octets: Octets, found: Tlv): number {
  return octets[found.end - 1] ?? 0
}

/** NULL: `true` when it is there. */
export function flag(tag: string): Form {
  const own = tagOf(tag)
  return {
    tags: [own],
    toJson: () => true,
    fromJson(json) {
      if (typeof json !== 'boolean') throw new JsonFormFault('true')
      return json ? wrap(own, new Uint8Array()) : new Uint8Array()
    },
  }
}
