/** TODO */
import {
  alternative,
  choice,
  derSequence,
  field,
  type Infer,
  integer,
  namedBits,
  namedInteger,
  nothing,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { VendorSpecificExtension } from '../sgp22/objects.ts'

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

export const EimConfigurationData = sequence('30', {
  eimId: field('80', utf8String(size(1, 128))),
  eimFqdn: optional('81', utf8String()),
  eimIdType: optional('82', EimIdType),
  counterValue: optional('83', integer),
  associationToken: optional('84', integer),
  eimPublicKeyData: optional(
    'A5',
    choice('A5', {
      eimPublicKey: alternative('A0', derSequence),
      eimCertificate: alternative('A1', derSequence),
    }),
  ),
  trustedPublicKeyDataTls: optional(
    'A6',
    choice('A6', {
      trustedEimPkTls: alternative('A0', derSequence),
      trustedCertificateTls: alternative('A1', derSequence),
    }),
  ),
  eimSupportedProtocol: optional('87', EimSupportedProtocol),
  euiccCiPKId: optional('88', octetString()),
  indirectProfileDownload: optional('89', nothing),
  eSipaProprietaryProtocolInformation: optional('AA', VendorSpecificExtension),
})
export type EimConfigurationData = Infer<typeof EimConfigurationData>

export const Eco = choice(UNTAGGED, {
  addEim: alternative('A8', EimConfigurationData),
  deleteEim: alternative('A9', sequence('A9', { eimId: field('80', utf8String()) })),
  updateEim: alternative('AA', EimConfigurationData),
  listEim: alternative('AB', sequence('AB', {})),
})
export type Eco = Infer<typeof Eco>

export const AddInitialEimRequest = sequence('BF57', {
  eimConfigurationDataList: field('A0', sequenceOf('A0', '30', EimConfigurationData)),
})
export type AddInitialEimRequest = Infer<typeof AddInitialEimRequest>

export const AddInitialEimError = namedInteger({
  insufficientMemory: 1,
  associatedEimAlreadyExists: 2,
  ciPKUnknown: 3,
  invalidAssociationToken: 5,
  counterValueOutOfRange: 6,
  commandError: 7,
  undefinedError: 127,
})

export const AddInitialEimResponse = choice('BF57', {
  addInitialEimOk: alternative(
    'A0',
    sequenceOf(
      'A0',
      UNTAGGED,
      choice(UNTAGGED, { associationToken: alternative('84', integer), addOk: alternative('05', nothing) }),
    ),
  ),
  addInitialEimError: alternative('81', AddInitialEimError),
})
export type AddInitialEimResponse = Infer<typeof AddInitialEimResponse>

export const GetEimConfigurationDataRequest = sequence('BF55', {
  searchCriteria: optional('A0', choice('A0', { eimId: alternative('80', utf8String(size(1, 128))) })),
})
export type GetEimConfigurationDataRequest = Infer<typeof GetEimConfigurationDataRequest>

export const GetEimConfigurationDataResponse = sequence('BF55', {
  eimConfigurationDataList: field('A0', sequenceOf('A0', '30', EimConfigurationData)),
})
export type GetEimConfigurationDataResponse = Infer<typeof GetEimConfigurationDataResponse>
