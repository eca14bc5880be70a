/**
 * Tolerance for IPAs that put a whole ProvideEimPackageResult (`BF50 …`) under eimPackageResult, where the standard has
 * only the result inside it (SGP.32 §6.4.1.6), and then leave out eidValue or not.
 */
import { Asn1Fault, type Json, readTlv, readWholeTlv, type Tlv } from '../../shared/asn1/index.ts'
import { fromBase64, OctetsTextFault, toBase64, toHex } from '../../shared/octets.ts'

export type JsonMembers = { readonly [member: string]: Json }

const PROVIDE_EIM_PACKAGE_RESULT = 0xbf50
const EID_VALUE = 0x5a

/** The members as they should have been; the same object when there is nothing to set right. */
export function openWholeResult(members: JsonMembers): JsonMembers {
  const given = members.eimPackageResult
  if (typeof given !== 'string') return members
  try {
    const octets = fromBase64(given)
    const whole = readWholeTlv(octets)
    if (whole.tag !== PROVIDE_EIM_PACKAGE_RESULT) return members
    const show = ({ start, end }: Tlv) => toBase64(octets.subarray(start, end))
    const first = readTlv(octets, whole.contentStart, whole.end)
    if (first.tag !== EID_VALUE) return { ...members, eimPackageResult: show(first) }
    const eidValue = members.eidValue ?? toHex(octets.subarray(first.contentStart, first.end))
    return { ...members, eidValue, eimPackageResult: show(readTlv(octets, first.end, whole.end)) }
  } catch (error) {
    // What is wrong with it is for the reader of the member to say.
    if (error instanceof Asn1Fault || error instanceof OctetsTextFault) return members
    throw error
  }
}
