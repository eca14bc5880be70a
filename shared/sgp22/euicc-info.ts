/** What an eUICC says about itself. */
import {
  field,
  type Infer,
  namedBits,
  namedInteger,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  utf8String,
} from '../asn1/index.ts'
import { Octet16, SubjectKeyIdentifier, VersionType } from './octet-strings.ts'
import { PprIds } from './profile-metadata.ts'

/** The ServicesList of an interoperable profile package. */
export const UICCCapability = namedBits([
  'contactlessSupport',
  'usimSupport',
  'isimSupport',
  'csimSupport',
  'akaMilenage',
  'akaCave',
  'akaTuak128',
  'akaTuak256',
  'usimTestAlgorithm',
  'rfu2',
  'gbaAuthenUsim',
  'gbaAuthenISim',
  'mbmsAuthenUsim',
  'eapClient',
  'javacard',
  'multos',
  'multipleUsimSupport',
  'multipleIsimSupport',
  'multipleCsimSupport',
  'berTlvFileSupport',
  'dfLinkSupport',
  'catTp',
  'getIdentity',
  'profile-a-x25519',
  'profile-b-p256',
  'suciCalculatorApi',
  'dns-resolution',
  'scp11ac',
  'scp11c-authorization-mechanism',
  's16mode',
  'eaka',
  'iotminimal',
])
export type UICCCapability = Infer<typeof UICCCapability>

export const RspCapability = namedBits([
  'additionalProfile',
  'crlSupport',
  'rpmSupport',
  'testProfileSupport',
  'deviceInfoExtensibilitySupport',
  'serviceSpecificDataSupport',
])
export type RspCapability = Infer<typeof RspCapability>

export const CertificationDataObject = sequence('30', {
  platformLabel: field('80', utf8String()),
  discoveryBaseURL: field('81', utf8String()),
})
export type CertificationDataObject = Infer<typeof CertificationDataObject>

export const EuiccCategory = namedInteger({ other: 0, basicEuicc: 1, mediumEuicc: 2, contactlessEuicc: 3 })
export type EuiccCategory = Infer<typeof EuiccCategory>

export const TreProperties = namedBits(['isDiscrete', 'isIntegrated', 'usesRemoteMemory'])
export type TreProperties = Infer<typeof TreProperties>

/** SGP.22 §5.7.8 */
export const EUICCInfo1 = sequence('BF20', {
  svn: field('82', VersionType),
  euiccCiPKIdListForVerification: field('A9', sequenceOf('A9', '04', SubjectKeyIdentifier)),
  euiccCiPKIdListForSigning: field('AA', sequenceOf('AA', '04', SubjectKeyIdentifier)),
})
export type EUICCInfo1 = Infer<typeof EUICCInfo1>

/** SGP.22 §5.7.8 */
export const EUICCInfo2 = sequence('BF22', {
  profileVersion: field('81', VersionType),
  svn: field('82', VersionType),
  euiccFirmwareVer: field('83', VersionType),
  extCardResource: field('84', octetString()),
  uiccCapability: field('85', UICCCapability),
  ts102241Version: optional('86', VersionType),
  globalplatformVersion: optional('87', VersionType),
  rspCapability: field('88', RspCapability),
  euiccCiPKIdListForVerification: field('A9', sequenceOf('A9', '04', SubjectKeyIdentifier)),
  euiccCiPKIdListForSigning: field('AA', sequenceOf('AA', '04', SubjectKeyIdentifier)),
  euiccCategory: optional('8B', EuiccCategory),
  forbiddenProfilePolicyRules: optional('99', PprIds),
  ppVersion: field('04', VersionType),
  sasAcreditationNumber: field('0C', utf8String(size(0, 64))),
  certificationDataObject: optional('AC', CertificationDataObject),
  treProperties: optional('8D', TreProperties),
  treProductReference: optional('8E', utf8String()),
  additionalEuiccProfilePackageVersions: optional('AF', sequenceOf('AF', '04', VersionType)),
})
export type EUICCInfo2 = Infer<typeof EUICCInfo2>

export const GetEuiccInfo1Request = sequence('BF20', {})
export type GetEuiccInfo1Request = Infer<typeof GetEuiccInfo1Request>

export const GetEuiccInfo2Request = sequence('BF22', {})
export type GetEuiccInfo2Request = Infer<typeof GetEuiccInfo2Request>

export const GetEuiccChallengeRequest = sequence('BF2E', {})
export type GetEuiccChallengeRequest = Infer<typeof GetEuiccChallengeRequest>

export const GetEuiccChallengeResponse = sequence('BF2E', { euiccChallenge: field('80', Octet16) })
export type GetEuiccChallengeResponse = Infer<typeof GetEuiccChallengeResponse>
