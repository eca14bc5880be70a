/** EID: 32 decimal digits, 16 octets with the first digit in the high nibble (SGP.02 §2.2.2, SGP.29). */
import { Fault } from '../fault.ts'
import { type Octets, toHex } from '../octets.ts'

export type Eid = string & { readonly __brand: 'Eid' }

/** Thrown for text or octets that are no EID. */
export class EidFault extends Fault {
  readonly code = 'eid-malformed'
}

const OCTETS = 16

/** @throws {EidFault} unless `text` is 32 decimal digits; check digits are another matter: {@link hasValidCheckDigits} */
export function parseEid(text: string): Eid {
  if (!/^[0-9]{32}$/.test(text)) throw new EidFault('an EID has 32 decimal digits')
  return text as Eid
}

/** ISO 7064 MOD 97-10 over all digits (SGP.29 §5). */
export function hasValidCheckDigits(eid: Eid): boolean {
  return BigInt(eid) % 97n === 1n
}

export function eidToOctets(eid: Eid): Octets {
  return Uint8Array.from({ length: OCTETS }, (_, index) =>
    Number.parseInt(eid.slice(2 * index, 2 * index + 2), 16),
  )
}

/** @throws {EidFault} unless 16 octets of decimal digits */
export function eidFromOctets(octets: Uint8Array): Eid {
  return parseEid(toHex(octets))
}
