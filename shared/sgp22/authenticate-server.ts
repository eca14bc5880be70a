/** ES10b.AuthenticateServer: the eUICC checks the server and proves itself. */
import {
  alternative,
  choice,
  field,
  type Infer,
  namedInteger,
  octetString,
  optional,
  sequence,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { DeviceInfo } from './device-info.ts'
import { EUICCInfo2 } from './euicc-info.ts'
import { ServerSigned1 } from './initiate-authentication.ts'
import { Octet16, SubjectKeyIdentifier } from './octet-strings.ts'
import { TransactionId } from './transaction-id.ts'
import { Certificate } from './x509-parts.ts'

export const CtxParamsForCommonAuthentication = sequence('30', {
  matchingId: optional('80', utf8String()),
  deviceInfo: field('A1', DeviceInfo),
})
export type CtxParamsForCommonAuthentication = Infer<typeof CtxParamsForCommonAuthentication>

export const CtxParams1 = choice(UNTAGGED, {
  ctxParamsForCommonAuthentication: alternative('A0', CtxParamsForCommonAuthentication),
})
export type CtxParams1 = Infer<typeof CtxParams1>

/** What `euiccSignature1` covers. */
export const EuiccSigned1 = sequence('30', {
  transactionId: field('80', TransactionId),
  serverAddress: field('83', utf8String()),
  serverChallenge: field('84', Octet16),
  euiccInfo2: field('BF22', EUICCInfo2),
  ctxParams1: field(UNTAGGED, CtxParams1),
})
export type EuiccSigned1 = Infer<typeof EuiccSigned1>

export const AuthenticateResponseOk = sequence('30', {
  euiccSigned1: field('30', EuiccSigned1),
  euiccSignature1: field('5F37', octetString()),
  euiccCertificate: field('30', Certificate),
  eumCertificate: field('30', Certificate),
})
export type AuthenticateResponseOk = Infer<typeof AuthenticateResponseOk>

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
  transactionId: field('80', TransactionId),
  authenticateErrorCode: field('02', AuthenticateErrorCode),
})
export type AuthenticateResponseError = Infer<typeof AuthenticateResponseError>

/** SGP.22 §5.7.13 */
export const AuthenticateServerResponse = choice('BF38', {
  authenticateResponseOk: alternative('A0', AuthenticateResponseOk),
  authenticateResponseError: alternative('A1', AuthenticateResponseError),
})
export type AuthenticateServerResponse = Infer<typeof AuthenticateServerResponse>

/** SGP.22 §5.7.13 */
export const AuthenticateServerRequest = sequence('BF38', {
  serverSigned1: field('30', ServerSigned1),
  serverSignature1: field('5F37', octetString()),
  euiccCiPKIdToBeUsed: field('04', SubjectKeyIdentifier),
  serverCertificate: field('30', Certificate),
  ctxParams1: field(UNTAGGED, CtxParams1),
})
export type AuthenticateServerRequest = Infer<typeof AuthenticateServerRequest>
