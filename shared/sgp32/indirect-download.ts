/** TODO */
import {
  alternative,
  choice,
  derSequence,
  field,
  type Infer,
  namedInteger,
  octetString,
  optional,
  sequence,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import {
  AuthenticateResponseError,
  BoundProfilePackage,
  CancelSessionReason,
  CancelSessionResponseOk,
  CtxParams1,
  EUICCInfo1,
  PrepareDownloadResponseError,
  PrepareDownloadResponseOk,
  ServerSigned1,
  SmdpSigned2,
} from '../sgp22/objects.ts'
import { ProfileDownloadTriggerRequest } from './profile-download-trigger.ts'
import { EuiccSigned1, StoreMetadataRequest } from './profile-objects.ts'

export const InitiateAuthenticationRequestEsipa = sequence('BF39', {
  euiccChallenge: field('81', octetString(size(16))),
  smdpAddress: optional('83', utf8String()),
  euiccInfo1: optional('BF20', EUICCInfo1),
  eimTransactionId: optional('82', octetString(size(1, 16))),
})
export type InitiateAuthenticationRequestEsipa = Infer<typeof InitiateAuthenticationRequestEsipa>

export const InitiateAuthenticationOkEsipa = sequence('30', {
  transactionId: optional('80', octetString(size(1, 16))),
  serverSigned1: field('30', ServerSigned1),
  serverSignature1: field('5F37', octetString()),
  euiccCiPKIdentifierToBeUsed: field('04', octetString()),
  serverCertificate: field('30', derSequence),
  matchingId: optional('0C', utf8String()),
  ctxParams1: optional('A2', CtxParams1),
})
export type InitiateAuthenticationOkEsipa = Infer<typeof InitiateAuthenticationOkEsipa>

export const InitiateAuthenticationErrorEsipa = namedInteger({
  invalidDpAddress: 1,
  euiccVersionNotSupportedByDp: 2,
  ciPKIdNotSupported: 3,
  smdpAddressMismatch: 50,
  smdpOidMismatch: 51,
  invalidEimTransactionId: 52,
  undefinedError: 127,
})

export const InitiateAuthenticationResponseEsipa = choice('BF39', {
  initiateAuthenticationOkEsipa: alternative('A0', InitiateAuthenticationOkEsipa),
  initiateAuthenticationErrorEsipa: alternative('81', InitiateAuthenticationErrorEsipa),
})
export type InitiateAuthenticationResponseEsipa = Infer<typeof InitiateAuthenticationResponseEsipa>

export const AuthenticateResponseOk = sequence('30', {
  euiccSigned1: field('30', EuiccSigned1),
  euiccSignature1: field('5F37', octetString()),
  euiccCertificate: field('30', derSequence),
  eumCertificate: field('30', derSequence),
})
export type AuthenticateResponseOk = Infer<typeof AuthenticateResponseOk>

export const CompactEuiccSigned1 = sequence('30', {
  extCardResource: field('84', octetString()),
  ctxParams1: optional('A2', CtxParams1),
})
export type CompactEuiccSigned1 = Infer<typeof CompactEuiccSigned1>

export const CompactAuthenticateResponseOk = sequence('30', {
  signedData: field(
    UNTAGGED,
    choice(UNTAGGED, {
      euiccSigned1: alternative('30', EuiccSigned1),
      compactEuiccSigned1: alternative('A0', CompactEuiccSigned1),
    }),
  ),
  euiccSignature1: field('5F37', octetString()),
  euiccCertificate: optional('A1', derSequence),
  eumCertificate: optional('A2', derSequence),
})
export type CompactAuthenticateResponseOk = Infer<typeof CompactAuthenticateResponseOk>

export const AuthenticateServerResponse = choice('BF38', {
  authenticateResponseOk: alternative('A0', AuthenticateResponseOk),
  authenticateResponseError: alternative('A1', AuthenticateResponseError),
  compactAuthenticateResponseOk: alternative('A2', CompactAuthenticateResponseOk),
})
export type AuthenticateServerResponse = Infer<typeof AuthenticateServerResponse>

export const AuthenticateClientRequestEsipa = sequence('BF3B', {
  transactionId: field('80', octetString(size(1, 16))),
  authenticateServerResponse: field('BF38', AuthenticateServerResponse),
})
export type AuthenticateClientRequestEsipa = Infer<typeof AuthenticateClientRequestEsipa>

export const AuthenticateClientOkDPEsipa = sequence('30', {
  transactionId: optional('80', octetString(size(1, 16))),
  profileMetaData: optional('BF25', StoreMetadataRequest),
  smdpSigned2: field('30', SmdpSigned2),
  smdpSignature2: field('5F37', octetString()),
  smdpCertificate: field('30', derSequence),
  hashCc: optional('04', octetString(size(32))),
})
export type AuthenticateClientOkDPEsipa = Infer<typeof AuthenticateClientOkDPEsipa>

export const AuthenticateClientOkDSEsipa = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
  profileDownloadTrigger: optional('BF54', ProfileDownloadTriggerRequest),
})
export type AuthenticateClientOkDSEsipa = Infer<typeof AuthenticateClientOkDSEsipa>

export const AuthenticateClientErrorEsipa = namedInteger({
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
  downloadOrderExpired: 18,
  pprNotAllowed: 50,
  eventIdUnknown: 56,
  undefinedError: 127,
})

export const AuthenticateClientResponseEsipa = choice('BF3B', {
  authenticateClientOkDPEsipa: alternative('A0', AuthenticateClientOkDPEsipa),
  authenticateClientOkDSEsipa: alternative('A1', AuthenticateClientOkDSEsipa),
  authenticateClientErrorEsipa: alternative('82', AuthenticateClientErrorEsipa),
})
export type AuthenticateClientResponseEsipa = Infer<typeof AuthenticateClientResponseEsipa>

export const CompactEuiccSigned2 = sequence('30', {
  euiccOtpk: optional('5F49', octetString()),
  hashCc: optional('04', octetString(size(32))),
})
export type CompactEuiccSigned2 = Infer<typeof CompactEuiccSigned2>

export const CompactPrepareDownloadResponseOk = sequence('30', {
  compactEuiccSigned2: field('30', CompactEuiccSigned2),
  euiccSignature2: field('5F37', octetString()),
})
export type CompactPrepareDownloadResponseOk = Infer<typeof CompactPrepareDownloadResponseOk>

export const PrepareDownloadResponse = choice('BF21', {
  downloadResponseOk: alternative('A0', PrepareDownloadResponseOk),
  downloadResponseError: alternative('A1', PrepareDownloadResponseError),
  compactDownloadResponseOk: alternative('A2', CompactPrepareDownloadResponseOk),
})
export type PrepareDownloadResponse = Infer<typeof PrepareDownloadResponse>

export const GetBoundProfilePackageRequestEsipa = sequence('BF3A', {
  transactionId: field('80', octetString(size(1, 16))),
  prepareDownloadResponse: field('BF21', PrepareDownloadResponse),
})
export type GetBoundProfilePackageRequestEsipa = Infer<typeof GetBoundProfilePackageRequestEsipa>

export const GetBoundProfilePackageOkEsipa = sequence('30', {
  transactionId: optional('80', octetString(size(1, 16))),
  boundProfilePackage: field('BF36', BoundProfilePackage),
})
export type GetBoundProfilePackageOkEsipa = Infer<typeof GetBoundProfilePackageOkEsipa>

export const GetBoundProfilePackageErrorEsipa = namedInteger({
  euiccSignatureInvalid: 1,
  confirmationCodeMissing: 2,
  confirmationCodeRefused: 3,
  confirmationCodeRetriesExceeded: 4,
  bppRebindingRefused: 5,
  deprecated: 6,
  metadataMismatch: 50,
  invalidTransactionId: 95,
  undefinedError: 127,
})

export const GetBoundProfilePackageResponseEsipa = choice('BF3A', {
  getBoundProfilePackageOkEsipa: alternative('A0', GetBoundProfilePackageOkEsipa),
  getBoundProfilePackageErrorEsipa: alternative('81', GetBoundProfilePackageErrorEsipa),
})
export type GetBoundProfilePackageResponseEsipa = Infer<typeof GetBoundProfilePackageResponseEsipa>

export const CompactEuiccCancelSessionSigned = sequence('30', { reason: optional('80', CancelSessionReason) })
export type CompactEuiccCancelSessionSigned = Infer<typeof CompactEuiccCancelSessionSigned>

export const CompactCancelSessionResponseOk = sequence('30', {
  compactEuiccCancelSessionSigned: field('30', CompactEuiccCancelSessionSigned),
  euiccCancelSessionSignature: field('5F37', octetString()),
})
export type CompactCancelSessionResponseOk = Infer<typeof CompactCancelSessionResponseOk>

export const CancelSessionResponseError = namedInteger({ invalidTransactionId: 5, undefinedError: 127 })

export const CancelSessionResponse = choice('BF41', {
  cancelSessionResponseOk: alternative('A0', CancelSessionResponseOk),
  cancelSessionResponseError: alternative('81', CancelSessionResponseError),
  compactCancelSessionResponseOk: alternative('A2', CompactCancelSessionResponseOk),
})
export type CancelSessionResponse = Infer<typeof CancelSessionResponse>

export const CancelSessionRequestEsipa = sequence('BF41', {
  transactionId: field('80', octetString(size(1, 16))),
  cancelSessionResponse: field('A1', CancelSessionResponse),
})
export type CancelSessionRequestEsipa = Infer<typeof CancelSessionRequestEsipa>

export const CancelSessionOk = sequence('30', {})
export type CancelSessionOk = Infer<typeof CancelSessionOk>

export const CancelSessionError = namedInteger({
  invalidTransactionId: 1,
  euiccSignatureInvalid: 2,
  undefinedError: 127,
})

export const CancelSessionResponseEsipa = choice('BF41', {
  cancelSessionOk: alternative('A0', CancelSessionOk),
  cancelSessionError: alternative('81', CancelSessionError),
})
export type CancelSessionResponseEsipa = Infer<typeof CancelSessionResponseEsipa>

export const AuthenticateClientRequest = sequence('BF3B', {
  transactionId: field('80', octetString(size(1, 16))),
  authenticateServerResponse: field('BF38', AuthenticateServerResponse),
})
export type AuthenticateClientRequest = Infer<typeof AuthenticateClientRequest>
