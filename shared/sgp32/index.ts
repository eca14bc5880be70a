/** The messages of SGP.32 v1.2, read also in the forms of v1.0 and v1.3, and the names for what is in them. */
export {
  AddInitialEimError,
  AddInitialEimRequest,
  AddInitialEimResponse,
  GetEimConfigurationDataRequest,
  GetEimConfigurationDataResponse,
} from './add-initial-eim.ts'
export { encodeAssociationToken } from './association-token.ts'
export {
  AuthenticateClientErrorEsipa,
  AuthenticateClientOkDPEsipa,
  AuthenticateClientOkDSEsipa,
  AuthenticateClientRequest,
  AuthenticateClientRequestEsipa,
  AuthenticateClientResponseEsipa,
} from './authenticate-client.ts'
export {
  AuthenticateResponseOk,
  AuthenticateServerResponse,
  CompactAuthenticateResponseOk,
  CompactEuiccSigned1,
  EuiccSigned1,
} from './authenticate-server.ts'
export {
  CancelSessionError,
  CancelSessionOk,
  CancelSessionRequestEsipa,
  CancelSessionResponse,
  CancelSessionResponseEsipa,
  CompactCancelSessionResponseOk,
  CompactEuiccCancelSessionSigned,
} from './cancel-session.ts'
export { Eco } from './eco.ts'
export {
  AddEimResult,
  AddEimResultCode,
  DeleteEimResult,
  EimIdInfo,
  ListEimError,
  ListEimResult,
  UpdateEimResult,
} from './eco-result.ts'
export { EimConfigurationData, EimIdType, EimSupportedProtocol } from './eim-configuration-data.ts'
export {
  CmdResult,
  ConfigImmediateEnableResult,
  ConfigureImmediateProfileEnablingRequest,
  ConfigureImmediateProfileEnablingResponse,
  ConnectivityParameters,
  ConnectivityParametersError,
  EuiccConfiguration,
  EuiccMemoryResetRequest,
  EuiccMemoryResetResponse,
  GetCertsError,
  GetCertsRequest,
  GetCertsResponse,
  GetConnectivityParametersRequest,
  GetConnectivityParametersResponse,
  ImmediateEnableRequest,
  ImmediateEnableResponse,
  ImmediateEnableResult,
  IpaeActivationRequest,
  IpaeActivationResponse,
  IpaeActivationResult,
  IpaeOption,
  ISDRProprietaryApplicationTemplateIoT,
  ProfileRollbackRequest,
  ProfileRollbackResponse,
  ResetEimResult,
  ResetImmediateEnableConfigResult,
  ResetOptions,
  ResetResult,
} from './es10b.ts'
export {
  DisableEmergencyProfileRequest,
  DisableEmergencyProfileResponse,
  DisableEmergencyProfileResult,
  EnableEmergencyProfileRequest,
  EnableEmergencyProfileResponse,
  EnableEmergencyProfileResult,
  ExecuteFallbackMechanismRequest,
  ExecuteFallbackMechanismResponse,
  ExecuteFallbackMechanismResult,
  ReturnFromFallbackRequest,
  ReturnFromFallbackResponse,
  ReturnFromFallbackResult,
} from './es10b-fallback.ts'
export { EsipaMessageFromEimToIpa, EsipaMessageFromIpaToEim } from './esipa-message.ts'
export { EUICCInfo2, IoTSpecificInfo, IpaMode } from './euicc-info2.ts'
export { EuiccPackage, EuiccPackageRequest, EuiccPackageSigned } from './euicc-package.ts'
export {
  EuiccPackageErrorCode,
  EuiccPackageErrorDataSigned,
  EuiccPackageErrorSigned,
  EuiccPackageErrorUnsigned,
  EuiccPackageResult,
  EuiccPackageResultDataSigned,
  EuiccPackageResultList,
  EuiccPackageResultSigned,
  EuiccPackageUnsignedErrorCode,
  EuiccResultData,
  ProcessingTerminated,
} from './euicc-package-result.ts'
export {
  CompactEuiccSigned2,
  CompactPrepareDownloadResponseOk,
  GetBoundProfilePackageErrorEsipa,
  GetBoundProfilePackageOkEsipa,
  GetBoundProfilePackageRequestEsipa,
  GetBoundProfilePackageResponseEsipa,
  PrepareDownloadResponse,
} from './get-bound-profile-package.ts'
export {
  EimPackageError,
  GetEimPackageRequest,
  GetEimPackageResponse,
  StateChangeCause,
} from './get-eim-package.ts'
export { HandleNotificationEsipa } from './handle-notification.ts'
export {
  InitiateAuthenticationErrorEsipa,
  InitiateAuthenticationOkEsipa,
  InitiateAuthenticationRequestEsipa,
  InitiateAuthenticationResponseEsipa,
} from './initiate-authentication.ts'
export {
  IpaCapabilities,
  IpaEuiccData,
  IpaEuiccDataErrorCode,
  IpaEuiccDataRequest,
  IpaEuiccDataResponse,
  IpaEuiccDataResponseError,
  IpaFeatures,
  IpaSupportedProtocols,
} from './ipa-euicc-data.ts'
export {
  CompactOtherSignedNotification,
  CompactProfileInstallationResult,
  CompactProfileInstallationResultData,
  CompactSuccessResult,
  NotificationsListResultError,
  PendingNotification,
  PendingNotificationList,
  ProfileInstallationResult,
  RetrieveNotificationsListRequest,
  RetrieveNotificationsListResponse,
} from './notification.ts'
export {
  ProfileDownloadData,
  ProfileDownloadErrorReason,
  ProfileDownloadTriggerRequest,
  ProfileDownloadTriggerResult,
} from './profile-download-trigger.ts'
export { ProfileInfo } from './profile-info.ts'
export { StoreMetadataRequest } from './profile-metadata.ts'
export {
  EimAcknowledgements,
  EimPackageResult,
  EimPackageResultErrorCode,
  EimPackageResultResponseError,
  EPRAndNotifications,
  ProvideEimPackageResult,
  ProvideEimPackageResultError,
  ProvideEimPackageResultResponse,
  SequenceNumber,
} from './provide-eim-package-result.ts'
export { Psmo, SetDefaultDpAddressRequest } from './psmo.ts'
export {
  ConfigureImmediateEnableResult,
  DeleteProfileResult,
  DisableProfileResult,
  EnableProfileResult,
  ProfileInfoListError,
  ProfileInfoListResponse,
  RollbackProfileResult,
  SetDefaultDpAddressResponse,
  SetDefaultDpAddressResult,
  SetFallbackAttributeResult,
  UnsetFallbackAttributeResult,
} from './psmo-result.ts'
export {
  CorrelationId,
  EimPackageErrorWithCid,
  EimPackageReceivedWithCid,
  TransferEimPackageRequest,
  TransferEimPackageResponse,
} from './transfer-eim-package.ts'
