/** The types of SGP.22 v2.x that SGP.32 takes over: what is read and written of consumer eSIM. */
export {
  AuthenticateClientError,
  AuthenticateClientErrorEs11,
  AuthenticateClientOk,
  AuthenticateClientOkEs11,
  AuthenticateClientRequest,
  AuthenticateClientResponseEs9,
  AuthenticateClientResponseEs11,
  EventEntries,
  SmdpSigned2,
} from './authenticate-client.ts'
export {
  AuthenticateErrorCode,
  AuthenticateResponseError,
  AuthenticateResponseOk,
  AuthenticateServerResponse,
  CtxParams1,
  CtxParamsForCommonAuthentication,
  EuiccSigned1,
} from './authenticate-server.ts'
export {
  BoundProfilePackage,
  ControlRefTemplate,
  InitialiseSecureChannelRequest,
  RemoteOpId,
} from './bound-profile-package.ts'
export {
  CancelSessionError,
  CancelSessionOk,
  CancelSessionReason,
  CancelSessionRequestEs9,
  CancelSessionResponse,
  CancelSessionResponseError,
  CancelSessionResponseEs9,
  CancelSessionResponseOk,
  EuiccCancelSessionSigned,
} from './cancel-session.ts'
export {
  CatSupportedClasses,
  DeviceAdditionalFeatureSupport,
  DeviceCapabilities,
  DeviceInfo,
  EuiccFormFactorType,
} from './device-info.ts'
export { type Eid, EidFault, eidFromOctets, eidToOctets, hasValidCheckDigits, parseEid } from './eid.ts'
export {
  CertificationDataObject,
  EUICCInfo1,
  EUICCInfo2,
  EuiccCategory,
  RspCapability,
  TreProperties,
  UICCCapability,
} from './euicc-info.ts'
export {
  GetBoundProfilePackageError,
  GetBoundProfilePackageOk,
  GetBoundProfilePackageRequest,
  GetBoundProfilePackageResponse,
} from './get-bound-profile-package.ts'
export {
  canonicalIccid,
  Iccid,
  IccidFault,
  iccidFromOctets,
  iccidToOctets,
  isSameIccid,
  parseIccid,
} from './iccid.ts'
export {
  InitiateAuthenticationError,
  InitiateAuthenticationOkEs9,
  InitiateAuthenticationRequest,
  InitiateAuthenticationResponse,
  ServerSigned1,
} from './initiate-authentication.ts'
export {
  BppCommandId,
  ErrorReason,
  ErrorResult,
  EuiccSignPIR,
  HandleNotification,
  NotificationMetadata,
  OtherSignedNotification,
  PendingNotification,
  ProfileInstallationResult,
  ProfileInstallationResultData,
  SuccessResult,
} from './notification.ts'
export {
  Octet1,
  Octet4,
  Octet8,
  Octet16,
  Octet32,
  OctetTo16,
  SubjectKeyIdentifier,
  VersionType,
} from './octet-strings.ts'
export { type Plmn, PlmnFault, plmnFromOctets, plmnText, plmnToOctets } from './plmn.ts'
export {
  DownloadErrorCode,
  EUICCSigned2,
  PrepareDownloadResponse,
  PrepareDownloadResponseError,
  PrepareDownloadResponseOk,
} from './prepare-download.ts'
export {
  ProfileInfo,
  ProfileInfoListError,
  ProfileInfoListRequest,
  ProfileInfoListResponse,
} from './profile-info.ts'
export {
  DpProprietaryData,
  IconType,
  NotificationConfigurationInformation,
  NotificationEvent,
  OperatorId,
  PprIds,
  ProfileClass,
  ProfileState,
  StoreMetadataRequest,
  VendorSpecificExtension,
} from './profile-metadata.ts'
export {
  RemoteProfileProvisioningRequest,
  RemoteProfileProvisioningResponse,
} from './remote-profile-provisioning.ts'
export {
  PprFlags,
  ProfilePolicyAuthorisationRule,
  RulesAuthorisationTable,
} from './rules-authorisation-table.ts'
export {
  parseTransactionId,
  TransactionId,
  TransactionIdFault,
  type TransactionIdText,
  transactionIdText,
} from './transaction-id.ts'
export { AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo } from './x509-parts.ts'
