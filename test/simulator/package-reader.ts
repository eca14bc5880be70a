/**
 * Reads an EuiccPackageRequest as a card does: the head at once, each operation only when its turn comes, so that a
 * damaged one ends the processing but not the card's ability to answer (SGP.32 §2.11.1.1).
 */
import {
  Asn1Fault,
  decode,
  field,
  type Infer,
  integer,
  octetString,
  optional,
  rawOctets,
  readTlv,
  readTlvs,
  sequence,
  size,
  utf8String,
} from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'

const PackageHead = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eidValue: field('5A', octetString(size(16))),
  counterValue: field('81', integer),
  eimTransactionId: optional('82', octetString(size(1, 16))),
})
export type PackageHead = Infer<typeof PackageHead>

const PackageRequest = sequence('BF51', {
  euiccPackageSigned: field('30', PackageHead),
  eimSignature: field('5F37', octetString()),
})

const PSMO_LIST = 0xa0
const ECO_LIST = 0xa1

export interface ReadPackage {
  readonly head: PackageHead
  /** euiccPackageSigned as received: what the signature covers, before the token. */
  readonly signed: Octets
  readonly signature: Octets
  readonly kind: 'psmo' | 'eco'
  /** One element an operation, undecoded. */
  readonly operations: readonly Octets[]
}

/** @throws {Asn1Fault} when not even the frame can be read */
export function readPackage(octets: Octets): ReadPackage {
  const { euiccPackageSigned: head, eimSignature: signature } = decode(PackageRequest, octets)
  const signed = rawOctets(head)
  const outer = readTlv(signed, 0, signed.length)
  for (const tlv of readTlvs(signed, outer.contentStart, outer.end)) {
    if (tlv.tag !== PSMO_LIST && tlv.tag !== ECO_LIST) continue
    const operations = [...readTlvs(signed, tlv.contentStart, tlv.end)]
    return {
      head,
      signed,
      signature,
      kind: tlv.tag === PSMO_LIST ? 'psmo' : 'eco',
      operations: operations.map(({ start, end }) => signed.slice(start, end)),
    }
  }
  throw new Asn1Fault('the package holds neither PSMOs nor eCOs', outer.start)
}
