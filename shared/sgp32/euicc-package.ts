/** The signed package: an eIM commands one eUICC. */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { Octet16 } from '../sgp22/octet-strings.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { Eco } from './eco.ts'
import { Psmo } from './psmo.ts'

/** One list or the other, never both; executed in its order. */
export const EuiccPackage = choice(UNTAGGED, {
  psmoList: alternative('A0', sequenceOf('A0', UNTAGGED, Psmo)),
  ecoList: alternative('A1', sequenceOf('A1', UNTAGGED, Eco)),
})
export type EuiccPackage = Infer<typeof EuiccPackage>

/** What `eimSignature` covers, followed by the association token. */
export const EuiccPackageSigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eidValue: field('5A', Octet16),
  counterValue: field('81', integer),
  eimTransactionId: optional('82', TransactionId),
  euiccPackage: field(UNTAGGED, EuiccPackage),
})
export type EuiccPackageSigned = Infer<typeof EuiccPackageSigned>

/** SGP.32 §2.11.1.1 */
export const EuiccPackageRequest = sequence('BF51', {
  euiccPackageSigned: field('30', EuiccPackageSigned),
  eimSignature: field('5F37', octetString()),
})
export type EuiccPackageRequest = Infer<typeof EuiccPackageRequest>
