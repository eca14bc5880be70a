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
  AuthenticateServerRequest,
  AuthenticateServerResponse,
  CtxParams1,
  CtxParamsForCommonAuthentication,
  EuiccSigned1,
} from './authenticate-server.ts'
export {
  BoundProfilePackage,
  ConfigureISDPRequest,
  ControlRefTemplate,
  InitialiseSecureChannelRequest,
  RemoteOpId,
  ReplaceSessionKeysRequest,
} from './bound-profile-package.ts'
export {
  CancelSessionError,
  CancelSessionOk,
  CancelSessionReason,
  CancelSessionRequest,
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
  EuiccConfiguredAddressesRequest,
  EuiccConfiguredAddressesResponse,
  ISDRProprietaryApplicationTemplate,
  LpaeActivationRequest,
  LpaeActivationResponse,
  SetDefaultDpAddressRequest,
  SetDefaultDpAddressResponse,
} from './es10a.ts'
export {
  DeleteProfileRequest,
  DeleteProfileResponse,
  DisableProfileRequest,
  DisableProfileResponse,
  EnableProfileRequest,
  EnableProfileResponse,
  EuiccMemoryResetRequest,
  EuiccMemoryResetResponse,
  GetEuiccDataRequest,
  GetEuiccDataResponse,
  SetNicknameRequest,
  SetNicknameResponse,
} from './es10c.ts'
export {
  CertificationDataObject,
  EUICCInfo1,
  EUICCInfo2,
  EuiccCategory,
  GetEuiccChallengeRequest,
  GetEuiccChallengeResponse,
  GetEuiccInfo1Request,
  GetEuiccInfo2Request,
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
  LoadCRLRequest,
  LoadCRLResponse,
  LoadCRLResponseError,
  LoadCRLResponseOk,
  PartialCrlNumber,
  SegmentedCrlList,
  TotalPartialCrlNumber,
} from './load-crl.ts'
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
  ListNotificationRequest,
  ListNotificationResponse,
  NotificationSentRequest,
  NotificationSentResponse,
  RetrieveNotificationsListRequest,
  RetrieveNotificationsListResponse,
} from './notification-list.ts'
export {
  Octet1,
  Octet2,
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
  PrepareDownloadRequest,
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
  UpdateMetadataRequest,
  VendorSpecificExtension,
} from './profile-metadata.ts'
export {
  RemoteProfileProvisioningRequest,
  RemoteProfileProvisioningResponse,
} from './remote-profile-provisioning.ts'
export {
  GetRatRequest,
  GetRatResponse,
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
