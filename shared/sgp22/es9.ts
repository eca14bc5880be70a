/** TODO */
import {
  alternative,
  choice,
  derSequence,
  field,
  type Infer,
  namedInteger,
  octetString,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import {
  AuthenticateResponseError,
  BoundProfilePackage,
  CancelSessionResponseOk,
  CtxParams1,
  EUICCInfo1,
  EUICCInfo2,
  OtherSignedNotification,
  PrepareDownloadResponseError,
  PrepareDownloadResponseOk,
  ProfileInstallationResult,
  ServerSigned1,
  SmdpSigned2,
  StoreMetadataRequest,
} from './objects.ts'

export const InitiateAuthenticationRequest = sequence('BF39', {
  euiccChallenge: field('81', octetString(size(16))),
  smdpAddress: field('83', utf8String()),
  euiccInfo1: field('BF20', EUICCInfo1),
})
export type InitiateAuthenticationRequest = Infer<typeof InitiateAuthenticationRequest>

export const InitiateAuthenticationOkEs9 = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  serverSigned1: field('30', ServerSigned1),
  serverSignature1: field('5F37', octetString()),
  euiccCiPKIdToBeUsed: field('04', octetString()),
  serverCertificate: field('30', derSequence),
})
export type InitiateAuthenticationOkEs9 = Infer<typeof InitiateAuthenticationOkEs9>

export const InitiateAuthenticationError = namedInteger({
  invalidDpAddress: 1,
  euiccVersionNotSupportedByDp: 2,
  ciPKNotSupported: 3,
})

export const InitiateAuthenticationResponse = choice('BF39', {
  initiateAuthenticationOk: alternative('A0', InitiateAuthenticationOkEs9),
  initiateAuthenticationError: alternative('81', InitiateAuthenticationError),
})
export type InitiateAuthenticationResponse = Infer<typeof InitiateAuthenticationResponse>

export const EuiccSigned1 = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  serverAddress: field('83', utf8String()),
  serverChallenge: field('84', octetString(size(16))),
  euiccInfo2: field('BF22', EUICCInfo2),
  ctxParams1: field(UNTAGGED, CtxParams1),
})
export type EuiccSigned1 = Infer<typeof EuiccSigned1>

export const AuthenticateResponseOk = sequence('30', {
  euiccSigned1: field('30', EuiccSigned1),
  euiccSignature1: field('5F37', octetString()),
  euiccCertificate: field('30', derSequence),
  eumCertificate: field('30', derSequence),
})
export type AuthenticateResponseOk = Infer<typeof AuthenticateResponseOk>

export const AuthenticateServerResponse = choice('BF38', {
  authenticateResponseOk: alternative('A0', AuthenticateResponseOk),
  authenticateResponseError: alternative('A1', AuthenticateResponseError),
})
export type AuthenticateServerResponse = Infer<typeof AuthenticateServerResponse>

export const AuthenticateClientRequest = sequence('BF3B', {
  transactionId: field('80', octetString(size(1, 16))),
  authenticateServerResponse: field('BF38', AuthenticateServerResponse),
})
export type AuthenticateClientRequest = Infer<typeof AuthenticateClientRequest>

export const AuthenticateClientOk = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  profileMetaData: field('BF25', StoreMetadataRequest),
  smdpSigned2: field('30', SmdpSigned2),
  smdpSignature2: field('5F37', octetString()),
  smdpCertificate: field('30', derSequence),
})
export type AuthenticateClientOk = Infer<typeof AuthenticateClientOk>

export const AuthenticateClientError = namedInteger({
  eumCertificateInvalid: 1,
  eumCertificateExpired: 2,
  euiccCertificateInvalid: 3,
  euiccCertificateExpired: 4,
  euiccSignatureInvalid: 5,
  matchingIdRefused: 6,
  eidMismatch: 7,
  noEligibleProfile: 8,
  ciPKUnknown: 9,
  invalidTransactionId: 10,
  insufficientMemory: 11,
  undefinedError: 127,
})

export const AuthenticateClientResponseEs9 = choice('BF3B', {
  authenticateClientOk: alternative('A0', AuthenticateClientOk),
  authenticateClientError: alternative('81', AuthenticateClientError),
})
export type AuthenticateClientResponseEs9 = Infer<typeof AuthenticateClientResponseEs9>

export const PrepareDownloadResponse = choice('BF21', {
  downloadResponseOk: alternative('A0', PrepareDownloadResponseOk),
  downloadResponseError: alternative('A1', PrepareDownloadResponseError),
})
export type PrepareDownloadResponse = Infer<typeof PrepareDownloadResponse>

export const GetBoundProfilePackageRequest = sequence('BF3A', {
  transactionId: field('80', octetString(size(1, 16))),
  prepareDownloadResponse: field('BF21', PrepareDownloadResponse),
})
export type GetBoundProfilePackageRequest = Infer<typeof GetBoundProfilePackageRequest>

export const GetBoundProfilePackageOk = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  boundProfilePackage: field('BF36', BoundProfilePackage),
})
export type GetBoundProfilePackageOk = Infer<typeof GetBoundProfilePackageOk>

export const GetBoundProfilePackageError = namedInteger({
  euiccSignatureInvalid: 1,
  confirmationCodeMissing: 2,
  confirmationCodeRefused: 3,
  confirmationCodeRetriesExceeded: 4,
  bppRebindingRefused: 5,
  downloadOrderExpired: 6,
  invalidTransactionId: 95,
  undefinedError: 127,
})

export const GetBoundProfilePackageResponse = choice('BF3A', {
  getBoundProfilePackageOk: alternative('A0', GetBoundProfilePackageOk),
  getBoundProfilePackageError: alternative('81', GetBoundProfilePackageError),
})
export type GetBoundProfilePackageResponse = Infer<typeof GetBoundProfilePackageResponse>

export const PendingNotification = choice(UNTAGGED, {
  profileInstallationResult: alternative('BF37', ProfileInstallationResult),
  otherSignedNotification: alternative('30', OtherSignedNotification),
})
export type PendingNotification = Infer<typeof PendingNotification>

export const HandleNotification = sequence('BF3D', { pendingNotification: field('A0', PendingNotification) })
export type HandleNotification = Infer<typeof HandleNotification>

export const CancelSessionResponseCancelSessionResponseError = namedInteger({
  invalidTransactionId: 5,
  undefinedError: 127,
})

export const CancelSessionResponse = choice('BF41', {
  cancelSessionResponseOk: alternative('A0', CancelSessionResponseOk),
  cancelSessionResponseError: alternative('81', CancelSessionResponseCancelSessionResponseError),
})
export type CancelSessionResponse = Infer<typeof CancelSessionResponse>

export const CancelSessionRequestEs9 = sequence('BF41', {
  transactionId: field('80', octetString(size(1, 16))),
  cancelSessionResponse: field('A1', CancelSessionResponse),
})
export type CancelSessionRequestEs9 = Infer<typeof CancelSessionRequestEs9>

export const RemoteProfileProvisioningRequest = choice('A2', {
  initiateAuthenticationRequest: alternative('BF39', InitiateAuthenticationRequest),
  authenticateClientRequest: alternative('BF3B', AuthenticateClientRequest),
  getBoundProfilePackageRequest: alternative('BF3A', GetBoundProfilePackageRequest),
  cancelSessionRequestEs9: alternative('BF41', CancelSessionRequestEs9),
  handleNotification: alternative('BF3D', HandleNotification),
})
export type RemoteProfileProvisioningRequest = Infer<typeof RemoteProfileProvisioningRequest>

export const CancelSessionOk = sequence('30', {})
export type CancelSessionOk = Infer<typeof CancelSessionOk>

export const CancelSessionResponseEs9CancelSessionError = namedInteger({
  invalidTransactionId: 1,
  euiccSignatureInvalid: 2,
  undefinedError: 127,
})

export const CancelSessionResponseEs9 = choice('BF41', {
  cancelSessionOk: alternative('A0', CancelSessionOk),
  cancelSessionError: alternative('81', CancelSessionResponseEs9CancelSessionError),
})
export type CancelSessionResponseEs9 = Infer<typeof CancelSessionResponseEs9>

export const EventEntries = sequence('30', {
  eventId: field('80', utf8String()),
  rspServerAddress: field('81', utf8String()),
})
export type EventEntries = Infer<typeof EventEntries>

export const AuthenticateClientOkEs11 = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  eventEntries: field('A1', sequenceOf('A1', '30', EventEntries)),
})
export type AuthenticateClientOkEs11 = Infer<typeof AuthenticateClientOkEs11>

export const AuthenticateClientResponseEs11AuthenticateClientError = namedInteger({
  eumCertificateInvalid: 1,
  eumCertificateExpired: 2,
  euiccCertificateInvalid: 3,
  euiccCertificateExpired: 4,
  euiccSignatureInvalid: 5,
  eventIdUnknown: 6,
  invalidTransactionId: 7,
  undefinedError: 127,
})

export const AuthenticateClientResponseEs11 = choice('BF40', {
  authenticateClientOk: alternative('A0', AuthenticateClientOkEs11),
  authenticateClientError: alternative('81', AuthenticateClientResponseEs11AuthenticateClientError),
})
export type AuthenticateClientResponseEs11 = Infer<typeof AuthenticateClientResponseEs11>

export const RemoteProfileProvisioningResponse = choice('A2', {
  initiateAuthenticationResponse: alternative('BF39', InitiateAuthenticationResponse),
  authenticateClientResponseEs9: alternative('BF3B', AuthenticateClientResponseEs9),
  getBoundProfilePackageResponse: alternative('BF3A', GetBoundProfilePackageResponse),
  cancelSessionResponseEs9: alternative('BF41', CancelSessionResponseEs9),
  authenticateClientResponseEs11: alternative('BF40', AuthenticateClientResponseEs11),
})
export type RemoteProfileProvisioningResponse = Infer<typeof RemoteProfileProvisioningResponse>
