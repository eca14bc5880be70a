/** SEQUENCE OF: a list of elements of one type. */
import { Asn1Fault, locate } from './asn1-fault.ts'
import { decodeElement, encodeElement, parseTag, type Schema } from './schema.ts'
import { UNTAGGED } from './sequence.ts'
import { readTlv } from './tlv.ts'

/** Declares a SEQUENCE OF; `elementTag` is the tag of each element, `UNTAGGED` when they are an untagged CHOICE. */
export function sequenceOf<T>(tag: string, elementTag: string, element: Schema<T>): Schema<readonly T[]> {
  const own = parseTag(tag)
  const each = elementTag === UNTAGGED ? undefined : parseTag(elementTag)
  return {
    tag: own,
    shape: { kind: 'list', elementTag: each, element },
    accepts: (found) => found === own,
    decodeContent(octets, start, end) {
      const list: T[] = []
      for (let offset = start; offset < end; ) {
        const tlv = readTlv(octets, offset, end)
        try {
          list.push(decodeElement(element, each, octets, tlv))
        } catch (error) {
          throw locate(error, `[${list.length}]`)
        }
        offset = tlv.end
      }
      return list
    },
    encodeContent(value, writer) {
      for (let index = value.length - 1; index >= 0; index--) {
        try {
          encodeElement(element, each, value[index] as T, writer)
        } catch (error) {
          throw locate(error, `[${index}]`)
        }
      }
    },
    toJson: (value) => value.map((item) => element.toJson(item)),
    fromJson(json) {
      if (!Array.isArray(json)) throw new Asn1Fault('a list was expected', 0)
      return json.map((item, index) => {
        try {
          return element.fromJson(item)
        } catch (error) {
          throw locate(error, `[${index}]`)
        }
      })
    },
  }
}
