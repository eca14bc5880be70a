/** TODO */
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
import { Eco } from './eco.ts'
import { Psmo } from './psmo.ts'

export const EuiccPackage = choice(UNTAGGED, {
  psmoList: alternative('A0', sequenceOf('A0', UNTAGGED, Psmo)),
  ecoList: alternative('A1', sequenceOf('A1', UNTAGGED, Eco)),
})
export type EuiccPackage = Infer<typeof EuiccPackage>

export const EuiccPackageSigned = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eidValue: field('5A', octetString(size(16))),
  counterValue: field('81', integer),
  eimTransactionId: optional('82', octetString(size(1, 16))),
  euiccPackage: field(UNTAGGED, EuiccPackage),
})
export type EuiccPackageSigned = Infer<typeof EuiccPackageSigned>

export const EuiccPackageRequest = sequence('BF51', {
  euiccPackageSigned: field('30', EuiccPackageSigned),
  eimSignature: field('5F37', octetString()),
})
export type EuiccPackageRequest = Infer<typeof EuiccPackageRequest>
