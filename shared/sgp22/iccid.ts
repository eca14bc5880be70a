/** ICCID: 18 to 20 printed digits, 10 octets with nibbles swapped and padded with F (ETSI TS 102 221 §13.2). */
import { Fault } from '../fault.ts'
import { fromHex, type Octets, toHex } from '../octets.ts'

/** Printed digits, without padding. */
export type Iccid = string & { readonly __brand: 'Iccid' }

/** Thrown for text or octets that are no ICCID. */
export class IccidFault extends Fault {
  readonly code = 'iccid-malformed'
}

const DIGITS = 20

/** @throws {IccidFault} unless `text` is 18 to 20 decimal digits, with or without the F that pads them */
export function parseIccid(text: string): Iccid {
  const digits = text.replace(/[Ff]{0,2}$/, '')
  if (!/^[0-9]{18,20}$/.test(digits)) throw new IccidFault('an ICCID has 18 to 20 decimal digits')
  return digits as Iccid
}

function swapNibbles(hex: string): string {
  return hex.replace(/(.)(.)/g, '$2$1')
}

export function iccidToOctets(iccid: Iccid): Octets {
  return fromHex(swapNibbles(iccid.padEnd(DIGITS, 'F')))
}

/** @throws {IccidFault} */
export function iccidFromOctets(octets: Uint8Array): Iccid {
  return parseIccid(swapNibbles(toHex(octets)))
}
