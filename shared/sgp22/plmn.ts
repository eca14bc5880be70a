/** A mobile network's code: three octets on the wire (TS 24.008 §10.5.1.13), country and network digits in text. */
import { Fault } from '../fault.ts'
import { type Octets, toHex } from '../octets.ts'

export interface Plmn {
  /** Mobile country code, three digits. */
  readonly mcc: string
  /** Mobile network code, two or three digits. */
  readonly mnc: string
}

/** Thrown for octets or digits that are no network code. */
export class PlmnFault extends Fault {
  readonly code = 'plmn-malformed'
}

/** Reads `22F810` as 228/01 and `130062` as 310/260. @throws {PlmnFault} */
export function plmnFromOctets(octets: Uint8Array): Plmn {
  const found = /^(\d)(\d)([\dF])(\d)(\d)(\d)$/.exec(toHex(octets))
  if (!found) throw new PlmnFault('a PLMN is 3 octets of decimal digits')
  const [, mcc2, mcc1, mnc3, mcc3, mnc2, mnc1] = found
  return { mcc: `${mcc1}${mcc2}${mcc3}`, mnc: `${mnc1}${mnc2}${mnc3 === 'F' ? '' : mnc3}` }
}

/** @throws {PlmnFault} unless `mcc` has three digits and `mnc` two or three */
export function plmnToOctets({ mcc, mnc }: Plmn): Octets {
  if (!/^\d{3}$/.test(mcc) || !/^\d{2,3}$/.test(mnc)) {
    throw new PlmnFault('a PLMN has 3 digits of country and 2 or 3 of network')
  }
  const digit = (text: string, index: number) => Number(text[index] ?? 0xf)
  return Uint8Array.of(
    (digit(mcc, 1) << 4) | digit(mcc, 0),
    (digit(mnc, 2) << 4) | digit(mcc, 2),
    (digit(mnc, 1) << 4) | digit(mnc, 0),
  )
}

/** `228-01`, as operators write it. */
export function plmnText({ mcc, mnc }: Plmn): string {
  return `${mcc}-${mnc}`
}
