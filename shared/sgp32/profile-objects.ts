/** TODO */
import {
  boolean,
  field,
  type Infer,
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
  withDefault,
} from '../asn1/index.ts'
import {
  CertificationDataObject,
  CtxParams1,
  DpProprietaryData,
  IconType,
  NotificationConfigurationInformation,
  OperatorId,
  PprIds,
  ProfileClass,
  ProfileState,
  RspCapability,
  VendorSpecificExtension,
} from '../sgp22/objects.ts'

export const ProfileInfo = sequence('E3', {
  iccid: optional('5A', octetString(size(10))),
  isdpAid: optional('4F', octetString(size(1, 16))),
  profileState: optional('9F70', ProfileState),
  profileNickname: optional('90', utf8String(size(0, 64))),
  serviceProviderName: optional('91', utf8String(size(0, 32))),
  profileName: optional('92', utf8String(size(0, 64))),
  iconType: optional('93', IconType),
  icon: optional('94', octetString(size(0, 1024))),
  profileClass: optional('95', ProfileClass),
  notificationConfigurationInfo: optional('B6', sequenceOf('B6', '30', NotificationConfigurationInformation)),
  profileOwner: optional('B7', OperatorId),
  dpProprietaryData: optional('B8', DpProprietaryData),
  profilePolicyRules: optional('99', PprIds),
  serviceSpecificDataStoredInEuicc: optional('BF22', VendorSpecificExtension),
  ecallIndication: optional('9F7B', boolean),
  fallbackAttribute: withDefault('9F26', boolean, false),
  fallbackAllowed: optional('9F67', boolean),
  iotSpecificProfileInfo: optional('BF64', sequence('BF64', {})),
})
export type ProfileInfo = Infer<typeof ProfileInfo>

export const StoreMetadataRequest = sequence('BF25', {
  iccid: field('5A', octetString(size(10))),
  serviceProviderName: field('91', utf8String(size(0, 32))),
  profileName: field('92', utf8String(size(0, 64))),
  iconType: optional('93', IconType),
  icon: optional('94', octetString(size(0, 1024))),
  profileClass: withDefault('95', ProfileClass, 2),
  notificationConfigurationInfo: optional('B6', sequenceOf('B6', '30', NotificationConfigurationInformation)),
  profileOwner: optional('B7', OperatorId),
  profilePolicyRules: optional('99', PprIds),
  serviceSpecificDataStoredInEuicc: optional('BF22', VendorSpecificExtension),
  serviceSpecificDataNotStoredInEuicc: optional('BF23', VendorSpecificExtension),
  ecallIndication: optional('9F7B', boolean),
  fallbackAllowed: optional('9F67', boolean),
  iotSpecificMetadata: optional('BF64', sequence('BF64', {})),
})
export type StoreMetadataRequest = Infer<typeof StoreMetadataRequest>

export const IoTSpecificInfo = sequence('30', {
  iotVersion: field('A0', sequenceOf('A0', '04', octetString(size(3)))),
  ecallSupported: optional('81', nothing),
  fallbackSupported: optional('82', nothing),
  fallbackAllowedUpdateSupported: optional('83', nothing),
})
export type IoTSpecificInfo = Infer<typeof IoTSpecificInfo>

export const IpaMode = namedInteger({ ipad: 0, ipae: 1 })
export type IpaMode = Infer<typeof IpaMode>

export const EuiccCategory = namedInteger({ other: 0, basicEuicc: 1, mediumEuicc: 2, contactlessEuicc: 3 })

export const EUICCInfo2 = sequence('BF22', {
  profileVersion: field('81', octetString(size(3))),
  svn: field('82', octetString(size(3))),
  euiccFirmwareVer: field('83', octetString(size(3))),
  extCardResource: field('84', octetString()),
  uiccCapability: field(
    '85',
    namedBits([
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
    ]),
  ),
  ts102241Version: optional('86', octetString(size(3))),
  globalplatformVersion: optional('87', octetString(size(3))),
  rspCapability: field('88', RspCapability),
  euiccCiPKIdListForVerification: field('A9', sequenceOf('A9', '04', octetString())),
  euiccCiPKIdListForSigning: field('AA', sequenceOf('AA', '04', octetString())),
  euiccCategory: optional('8B', EuiccCategory),
  forbiddenProfilePolicyRules: optional('99', PprIds),
  ppVersion: field('04', octetString(size(3))),
  sasAcreditationNumber: field('0C', utf8String(size(0, 64))),
  certificationDataObject: optional('AC', CertificationDataObject),
  treProperties: optional('8D', namedBits(['isDiscrete', 'isIntegrated', 'usesRemoteMemory'])),
  treProductReference: optional('8E', utf8String()),
  additionalEuiccProfilePackageVersions: optional('AF', sequenceOf('AF', '04', octetString(size(3)))),
  ipaMode: optional('90', IpaMode),
  euiccCiPKIdListForSigningV3: optional('B1', sequenceOf('B1', '04', octetString())),
  additionalEuiccInfo: optional('92', octetString(size(0, 32))),
  highestSvn: optional('93', octetString(size(3))),
  iotSpecificInfo: optional('B4', IoTSpecificInfo),
  euiccMinimumSecurityLevel: optional('95', octetString(size(1))),
})
export type EUICCInfo2 = Infer<typeof EUICCInfo2>

export const EuiccSigned1 = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  serverAddress: field('83', utf8String()),
  serverChallenge: field('84', octetString(size(16))),
  euiccInfo2: field('BF22', EUICCInfo2),
  ctxParams1: field(UNTAGGED, CtxParams1),
})
export type EuiccSigned1 = Infer<typeof EuiccSigned1>
