/** Finds the eidValue (5A) of a message without decoding the rest: the way to the eUICC's object. */
import { readTlvs, type Tlv } from '../../shared/asn1/index.ts'
import { type Octets, toHex } from '../../shared/octets.ts'

const EID_VALUE = 0x5a
const EID_OCTETS = 16

/** 32 digits, or what is wrong: `missing`, or `malformed`, which is not 16 octets of decimal digits (SGP.02 §2.2.2). */
export type EidValue = { readonly eid: string } | 'missing' | 'malformed'

/** The eidValue directly inside `outer`. @throws {Asn1Fault} when `outer` does not hold elements */
export function eidValueIn(octets: Octets, outer: Tlv): EidValue {
  let found: EidValue = 'missing'
  for (const element of readTlvs(octets, outer.contentStart, outer.end)) {
    if (element.tag !== EID_VALUE || found !== 'missing') continue
    const eid = toHex(octets.subarray(element.contentStart, element.end))
    found =
      element.end - element.contentStart === EID_OCTETS && /^[0-9]{32}$/.test(eid) ? { eid } : 'malformed'
  }
  return found
}
