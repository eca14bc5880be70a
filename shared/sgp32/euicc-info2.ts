/** What an IoT eUICC says about itself. */
import {
  field,
  type Infer,
  namedInteger,
  nothing,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  utf8String,
} from '../asn1/index.ts'
import {
  CertificationDataObject,
  EuiccCategory,
  RspCapability,
  TreProperties,
  UICCCapability,
} from '../sgp22/euicc-info.ts'
import { SubjectKeyIdentifier, VersionType } from '../sgp22/octet-strings.ts'
import { PprIds } from '../sgp22/profile-metadata.ts'

/** The SGP.32 versions and features of the eUICC. */
export const IoTSpecificInfo = sequence('30', {
  iotVersion: field('A0', sequenceOf('A0', '04', VersionType)),
  ecallSupported: optional('81', nothing),
  fallbackSupported: optional('82', nothing),
  fallbackAllowedUpdateSupported: optional('83', nothing),
})
export type IoTSpecificInfo = Infer<typeof IoTSpecificInfo>

export const IpaMode = namedInteger({ ipad: 0, ipae: 1 })
export type IpaMode = Infer<typeof IpaMode>

/** `euiccMinimumSecurityLevel` comes with v1.3. */
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
  ipaMode: optional('90', IpaMode),
  euiccCiPKIdListForSigningV3: optional('B1', sequenceOf('B1', '04', SubjectKeyIdentifier)),
  additionalEuiccInfo: optional('92', octetString(size(0, 32))),
  highestSvn: optional('93', VersionType),
  iotSpecificInfo: optional('B4', IoTSpecificInfo),
  euiccMinimumSecurityLevel: optional('95', octetString(size(1))),
})
export type EUICCInfo2 = Infer<typeof EUICCInfo2>
