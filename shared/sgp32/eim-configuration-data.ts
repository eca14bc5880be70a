/** What an eUICC knows about an eIM it obeys. */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedBits,
  namedInteger,
  nothing,
  optional,
  sequence,
  size,
  utf8String,
} from '../asn1/index.ts'
import { SubjectKeyIdentifier } from '../sgp22/octet-strings.ts'
import { VendorSpecificExtension } from '../sgp22/profile-metadata.ts'
import { Certificate, SubjectPublicKeyInfo } from '../sgp22/x509-parts.ts'

export const EimIdType = namedInteger({ eimIdTypeOid: 1, eimIdTypeFqdn: 2, eimIdTypeProprietary: 3 })
export type EimIdType = Infer<typeof EimIdType>

export const EimSupportedProtocol = namedBits([
  'eimRetrieveHttps',
  'eimRetrieveCoaps',
  'eimInjectHttps',
  'eimInjectCoaps',
  'eimProprietary',
])
export type EimSupportedProtocol = Infer<typeof EimSupportedProtocol>

/** SGP.32 §2.11.1.1; an `associationToken` of -1 asks the eUICC for one. `eSipaProprietaryProtocolInformation` comes with v1.3. */
export const EimConfigurationData = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eimFqdn: optional('81', utf8String()),
  eimIdType: optional('82', EimIdType),
  counterValue: optional('83', integer),
  associationToken: optional('84', integer),
  eimPublicKeyData: optional(
    'A5',
    choice('A5', {
      eimPublicKey: alternative('A0', SubjectPublicKeyInfo),
      eimCertificate: alternative('A1', Certificate),
    }),
  ),
  trustedPublicKeyDataTls: optional(
    'A6',
    choice('A6', {
      trustedEimPkTls: alternative('A0', SubjectPublicKeyInfo),
      trustedCertificateTls: alternative('A1', Certificate),
    }),
  ),
  eimSupportedProtocol: optional('87', EimSupportedProtocol),
  euiccCiPKId: optional('88', SubjectKeyIdentifier),
  indirectProfileDownload: optional('89', nothing),
  eSipaProprietaryProtocolInformation: optional('AA', VendorSpecificExtension),
})
export type EimConfigurationData = Infer<typeof EimConfigurationData>
