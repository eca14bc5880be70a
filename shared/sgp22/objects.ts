/** TODO */
import {
  alternative,
  bitString,
  boolean,
  choice,
  derSequence,
  elements,
  field,
  type Infer,
  integer,
  namedBits,
  namedInteger,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
  withDefault,
} from '../asn1/index.ts'

export const TransactionId = octetString(size(1, 16))
export type TransactionId = Infer<typeof TransactionId>

export const Iccid = octetString(size(10))
export type Iccid = Infer<typeof Iccid>

export const VersionType = octetString(size(3))
export type VersionType = Infer<typeof VersionType>

export const EUICCInfo1 = sequence('BF20', {
  svn: field('82', octetString(size(3))),
  euiccCiPKIdListForVerification: field('A9', sequenceOf('A9', '04', octetString())),
  euiccCiPKIdListForSigning: field('AA', sequenceOf('AA', '04', octetString())),
})
export type EUICCInfo1 = Infer<typeof EUICCInfo1>

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

export const DeviceAdditionalFeatureSupport = sequence('30', {
  naiSupport: optional('80', octetString(size(3))),
})
export type DeviceAdditionalFeatureSupport = Infer<typeof DeviceAdditionalFeatureSupport>

export const PprIds = namedBits(['pprUpdateControl', 'ppr1', 'ppr2'])
export type PprIds = Infer<typeof PprIds>

export const OperatorId = sequence('30', {
  mccMnc: field('80', octetString(size(3))),
  gid1: optional('81', octetString()),
  gid2: optional('82', octetString()),
})
export type OperatorId = Infer<typeof OperatorId>

export const ProfileState = namedInteger({ disabled: 0, enabled: 1 })
export type ProfileState = Infer<typeof ProfileState>

export const ProfileClass = namedInteger({ test: 0, provisioning: 1, operational: 2 })
export type ProfileClass = Infer<typeof ProfileClass>

export const ProfileInfoListRequest = sequence('BF2D', {
  searchCriteria: optional(
    'A0',
    choice('A0', {
      isdpAid: alternative('4F', octetString(size(1, 16))),
      iccid: alternative('5A', octetString(size(10))),
      profileClass: alternative('95', ProfileClass),
    }),
  ),
  tagList: optional('5C', octetString()),
})
export type ProfileInfoListRequest = Infer<typeof ProfileInfoListRequest>

export const IconType = namedInteger({ jpg: 0, png: 1 })
export type IconType = Infer<typeof IconType>

export const NotificationEvent = namedBits([
  'notificationInstall',
  'notificationEnable',
  'notificationDisable',
  'notificationDelete',
])
export type NotificationEvent = Infer<typeof NotificationEvent>

export const NotificationConfigurationInformation = sequence('30', {
  profileManagementOperation: field('80', NotificationEvent),
  notificationAddress: field('81', utf8String()),
})
export type NotificationConfigurationInformation = Infer<typeof NotificationConfigurationInformation>

export const VendorSpecificExtension = sequenceOf(
  '30',
  '30',
  sequence('30', { vendorOid: field('80', objectIdentifier), vendorSpecificData: field('A1', elements) }),
)
export type VendorSpecificExtension = Infer<typeof VendorSpecificExtension>

export const DpProprietaryData = sequence('30', { dpOid: field('80', objectIdentifier) })
export type DpProprietaryData = Infer<typeof DpProprietaryData>

export const NotificationMetadata = sequence('BF2F', {
  seqNumber: field('80', integer),
  profileManagementOperation: field('81', NotificationEvent),
  notificationAddress: field('0C', utf8String()),
  iccid: optional('5A', octetString(size(10))),
})
export type NotificationMetadata = Infer<typeof NotificationMetadata>

export const EuiccSignPIR = octetString()
export type EuiccSignPIR = Infer<typeof EuiccSignPIR>

export const SuccessResult = sequence('30', {
  aid: field('4F', octetString(size(5, 16))),
  simaResponse: field('04', octetString()),
})
export type SuccessResult = Infer<typeof SuccessResult>

export const BppCommandId = namedInteger({
  initialiseSecureChannel: 0,
  configureISDP: 1,
  storeMetadata: 2,
  storeMetadata2: 3,
  replaceSessionKeys: 4,
  loadProfileElements: 5,
})
export type BppCommandId = Infer<typeof BppCommandId>

export const ErrorReason = namedInteger({
  incorrectInputValues: 1,
  invalidSignature: 2,
  invalidTransactionId: 3,
  unsupportedCrtValues: 4,
  unsupportedRemoteOperationType: 5,
  unsupportedProfileClass: 6,
  scp03tStructureError: 7,
  scp03tSecurityError: 8,
  installFailedDueToIccidAlreadyExistsOnEuicc: 9,
  installFailedDueToInsufficientMemoryForProfile: 10,
  installFailedDueToInterruption: 11,
  installFailedDueToPEProcessingError: 12,
  installFailedDueToDataMismatch: 13,
  testProfileInstallFailedDueToInvalidNaaKey: 14,
  pprNotAllowed: 15,
  installFailedDueToUnknownError: 127,
})
export type ErrorReason = Infer<typeof ErrorReason>

export const ErrorResult = sequence('30', {
  bppCommandId: field('80', BppCommandId),
  errorReason: field('81', ErrorReason),
  simaResponse: optional('82', octetString()),
})
export type ErrorResult = Infer<typeof ErrorResult>

export const ProfileInstallationResultData = sequence('BF27', {
  transactionId: field('80', octetString(size(1, 16))),
  notificationMetadata: field('BF2F', NotificationMetadata),
  smdpOid: field('06', objectIdentifier),
  finalResult: field(
    'A2',
    choice('A2', {
      successResult: alternative('A0', SuccessResult),
      errorResult: alternative('A1', ErrorResult),
    }),
  ),
})
export type ProfileInstallationResultData = Infer<typeof ProfileInstallationResultData>

export const OtherSignedNotification = sequence('30', {
  tbsOtherNotification: field('BF2F', NotificationMetadata),
  euiccNotificationSignature: field('5F37', octetString()),
  euiccCertificate: field('30', derSequence),
  eumCertificate: field('30', derSequence),
})
export type OtherSignedNotification = Infer<typeof OtherSignedNotification>

export const ServerSigned1 = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  euiccChallenge: field('81', octetString(size(16))),
  serverAddress: field('83', utf8String()),
  serverChallenge: field('84', octetString(size(16))),
})
export type ServerSigned1 = Infer<typeof ServerSigned1>

export const AuthenticateErrorCode = namedInteger({
  invalidCertificate: 1,
  invalidSignature: 2,
  unsupportedCurve: 3,
  noSessionContext: 4,
  invalidOid: 5,
  euiccChallengeMismatch: 6,
  ciPKUnknown: 7,
  undefinedError: 127,
})
export type AuthenticateErrorCode = Infer<typeof AuthenticateErrorCode>

export const AuthenticateResponseError = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  authenticateErrorCode: field('02', AuthenticateErrorCode),
})
export type AuthenticateResponseError = Infer<typeof AuthenticateResponseError>

export const SmdpSigned2 = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  ccRequiredFlag: field('01', boolean),
  bppEuiccOtpk: optional('5F49', octetString()),
})
export type SmdpSigned2 = Infer<typeof SmdpSigned2>

export const EUICCSigned2 = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  euiccOtpk: field('5F49', octetString()),
  hashCc: optional('04', octetString(size(32))),
})
export type EUICCSigned2 = Infer<typeof EUICCSigned2>

export const PrepareDownloadResponseOk = sequence('30', {
  euiccSigned2: field('30', EUICCSigned2),
  euiccSignature2: field('5F37', octetString()),
})
export type PrepareDownloadResponseOk = Infer<typeof PrepareDownloadResponseOk>

export const DownloadErrorCode = namedInteger({
  invalidCertificate: 1,
  invalidSignature: 2,
  unsupportedCurve: 3,
  noSessionContext: 4,
  invalidTransactionId: 5,
  undefinedError: 127,
})
export type DownloadErrorCode = Infer<typeof DownloadErrorCode>

export const PrepareDownloadResponseError = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  downloadErrorCode: field('02', DownloadErrorCode),
})
export type PrepareDownloadResponseError = Infer<typeof PrepareDownloadResponseError>

export const ProfilePolicyAuthorisationRule = sequence('30', {
  pprIds: field('80', PprIds),
  allowedOperators: field('A1', sequenceOf('A1', '30', OperatorId)),
  pprFlags: field('82', namedBits(['consentRequired'])),
})
export type ProfilePolicyAuthorisationRule = Infer<typeof ProfilePolicyAuthorisationRule>

export const RulesAuthorisationTable = sequenceOf('30', '30', ProfilePolicyAuthorisationRule)
export type RulesAuthorisationTable = Infer<typeof RulesAuthorisationTable>

export const ControlRefTemplate = sequence('30', {
  keyType: field('80', octetString(size(1))),
  keyLen: field('81', octetString(size(1))),
  hostId: field('84', octetString(size(1, 16))),
})
export type ControlRefTemplate = Infer<typeof ControlRefTemplate>

export const RemoteOpId = namedInteger({ installBoundProfilePackage: 1 })
export type RemoteOpId = Infer<typeof RemoteOpId>

export const InitialiseSecureChannelRequest = sequence('BF23', {
  remoteOpId: field('82', RemoteOpId),
  transactionId: field('80', octetString(size(1, 16))),
  controlRefTemplate: field('A6', ControlRefTemplate),
  smdpOtpk: field('5F49', octetString()),
  smdpSign: field('5F37', octetString()),
})
export type InitialiseSecureChannelRequest = Infer<typeof InitialiseSecureChannelRequest>

export const BoundProfilePackage = sequence('BF36', {
  initialiseSecureChannelRequest: field('BF23', InitialiseSecureChannelRequest),
  firstSequenceOf87: field('A0', sequenceOf('A0', '87', octetString())),
  sequenceOf88: field('A1', sequenceOf('A1', '88', octetString())),
  secondSequenceOf87: optional('A2', sequenceOf('A2', '87', octetString())),
  sequenceOf86: field('A3', sequenceOf('A3', '86', octetString())),
})
export type BoundProfilePackage = Infer<typeof BoundProfilePackage>

export const CancelSessionReason = namedInteger({
  endUserRejection: 0,
  postponed: 1,
  timeout: 2,
  pprNotAllowed: 3,
  metadataMismatch: 4,
  loadBppExecutionError: 5,
  undefinedReason: 127,
})
export type CancelSessionReason = Infer<typeof CancelSessionReason>

export const EuiccCancelSessionSigned = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  smdpOid: field('81', objectIdentifier),
  reason: field('82', CancelSessionReason),
})
export type EuiccCancelSessionSigned = Infer<typeof EuiccCancelSessionSigned>

export const CancelSessionResponseOk = sequence('30', {
  euiccCancelSessionSigned: field('30', EuiccCancelSessionSigned),
  euiccCancelSessionSignature: field('5F37', octetString()),
})
export type CancelSessionResponseOk = Infer<typeof CancelSessionResponseOk>

export const EUICCInfo2EuiccCategory = namedInteger({
  other: 0,
  basicEuicc: 1,
  mediumEuicc: 2,
  contactlessEuicc: 3,
})

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
  euiccCategory: optional('8B', EUICCInfo2EuiccCategory),
  forbiddenProfilePolicyRules: optional('99', PprIds),
  ppVersion: field('04', octetString(size(3))),
  sasAcreditationNumber: field('0C', utf8String(size(0, 64))),
  certificationDataObject: optional('AC', CertificationDataObject),
  treProperties: optional('8D', namedBits(['isDiscrete', 'isIntegrated', 'usesRemoteMemory'])),
  treProductReference: optional('8E', utf8String()),
  additionalEuiccProfilePackageVersions: optional('AF', sequenceOf('AF', '04', octetString(size(3)))),
})
export type EUICCInfo2 = Infer<typeof EUICCInfo2>

export const CatSupportedClasses = bitString
export type CatSupportedClasses = Infer<typeof CatSupportedClasses>

export const DeviceCapabilities = sequence('30', {
  gsmSupportedRelease: optional('80', octetString(size(3))),
  utranSupportedRelease: optional('81', octetString(size(3))),
  cdma2000onexSupportedRelease: optional('82', octetString(size(3))),
  cdma2000hrpdSupportedRelease: optional('83', octetString(size(3))),
  cdma2000ehrpdSupportedRelease: optional('84', octetString(size(3))),
  eutranEpcSupportedRelease: optional('85', octetString(size(3))),
  contactlessSupportedRelease: optional('86', octetString(size(3))),
  rspCrlSupportedVersion: optional('87', octetString(size(3))),
  nrEpcSupportedRelease: optional('88', octetString(size(3))),
  nr5gcSupportedRelease: optional('89', octetString(size(3))),
  eutran5gcSupportedRelease: optional('8A', octetString(size(3))),
  lpaSvn: optional('8B', octetString(size(3))),
  catSupportedClasses: optional('8C', CatSupportedClasses),
  euiccFormFactorType: optional('8D', integer),
  deviceAdditionalFeatureSupport: optional('AE', DeviceAdditionalFeatureSupport),
})
export type DeviceCapabilities = Infer<typeof DeviceCapabilities>

export const DeviceInfo = sequence('30', {
  tac: field('80', octetString(size(4))),
  deviceCapabilities: field('A1', DeviceCapabilities),
  imei: optional('82', octetString(size(8))),
})
export type DeviceInfo = Infer<typeof DeviceInfo>

export const CtxParamsForCommonAuthentication = sequence('30', {
  matchingId: optional('80', utf8String()),
  deviceInfo: field('A1', DeviceInfo),
})
export type CtxParamsForCommonAuthentication = Infer<typeof CtxParamsForCommonAuthentication>

export const CtxParams1 = choice(UNTAGGED, {
  ctxParamsForCommonAuthentication: alternative('A0', CtxParamsForCommonAuthentication),
})
export type CtxParams1 = Infer<typeof CtxParams1>

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
})
export type StoreMetadataRequest = Infer<typeof StoreMetadataRequest>

export const ProfileInstallationResult = sequence('BF37', {
  profileInstallationResultData: field('BF27', ProfileInstallationResultData),
  euiccSignPIR: field('5F37', octetString()),
})
export type ProfileInstallationResult = Infer<typeof ProfileInstallationResult>
