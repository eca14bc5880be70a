/** ICCID: 18 to 20 printed digits, 10 octets with nibbles swapped and padded with F (ETSI TS 102 221 §13.2, ITU-T E.118). */
import { octetString, size, tagged } from '../asn1/index.ts'
import { Fault } from '../fault.ts'
import { fromHex, type Octets, toHex } from '../octets.ts'

/** The ICCID inside messages, still octets. */
export const Iccid = tagged('5A', octetString(size(10)))

/** Printed digits, without padding. */
export type Iccid = string & { readonly __brand: 'Iccid' }

/** Thrown for text or octets that are no ICCID. */
export class IccidFault extends Fault {
  readonly code = 'iccid-malformed'
}

const DIGITS = 20
/** What is printed when the check digit is left out, and with it. */
const WITHOUT_CHECK_DIGIT = 18
const WITH_CHECK_DIGIT = 19

/** Takes blanks and hyphens between digits, and padding F, as printed. @throws {IccidFault} unless 18 to 20 decimal digits remain */
export function parseIccid(text: string): Iccid {
  const digits = text.replaceAll(/[ -]/g, '').replace(/[Ff]{0,2}$/, '')
  if (!/^[0-9]{18,20}$/.test(digits)) throw new IccidFault('an ICCID has 18 to 20 decimal digits')
  return digits as Iccid
}

function swapNibbles(hex: string): string {
  return hex.replace(/(.)(.)/g, '$2$1')
}

/** Exactly the digits of `iccid`, padded: an eUICC compares octets, so no digit is added or taken away. */
export function iccidToOctets(iccid: Iccid): Octets {
  return fromHex(swapNibbles(iccid.padEnd(DIGITS, 'F')))
}

/** @throws {IccidFault} */
export function iccidFromOctets(octets: Uint8Array): Iccid {
  return parseIccid(swapNibbles(toHex(octets)))
}

/** The digit that makes the Luhn sum of `digits` and itself a multiple of ten (ITU-T E.118 annex B). */
function luhnDigit(digits: string): string {
  let sum = 0
  for (let index = digits.length - 1, doubled = true; index >= 0; index--, doubled = !doubled) {
    const digit = Number(digits[index]) * (doubled ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return String((10 - (sum % 10)) % 10)
}

/** One form for one card: 18 digits gain their check digit, longer ones stay. For comparing and looking up, never for the wire. */
export function canonicalIccid(iccid: Iccid): Iccid {
  return iccid.length === WITHOUT_CHECK_DIGIT ? ((iccid + luhnDigit(iccid)) as Iccid) : iccid
}

/** Whether both are the same card, one of them perhaps without its check digit (18 against 19 digits, 19 against 20). */
export function isSameIccid(left: Iccid, right: Iccid): boolean {
  if (left === right) return true
  const [short, long] = left.length < right.length ? [left, right] : [right, left]
  const isLonger = short.length >= WITHOUT_CHECK_DIGIT && short.length <= WITH_CHECK_DIGIT
  return isLonger && long === short + luhnDigit(short)
}
