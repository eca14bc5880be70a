/** ES9+.AuthenticateClient and its ES11 form: the server checks the eUICC and offers a profile or an event. */
import {
  alternative,
  boolean,
  choice,
  field,
  type Infer,
  namedInteger,
  octetString,
  optional,
  sequence,
  sequenceOf,
  utf8String,
} from '../asn1/index.ts'
import { AuthenticateServerResponse } from './authenticate-server.ts'
import { StoreMetadataRequest } from './profile-metadata.ts'
import { TransactionId } from './transaction-id.ts'
import { Certificate } from './x509-parts.ts'

/** What `smdpSignature2` covers. */
export const SmdpSigned2 = sequence('30', {
  transactionId: field('80', TransactionId),
  ccRequiredFlag: field('01', boolean),
  bppEuiccOtpk: optional('5F49', octetString()),
})
export type SmdpSigned2 = Infer<typeof SmdpSigned2>

/** SGP.22 §5.6.3 */
export const AuthenticateClientRequest = sequence('BF3B', {
  transactionId: field('80', TransactionId),
  authenticateServerResponse: field('BF38', AuthenticateServerResponse),
})
export type AuthenticateClientRequest = Infer<typeof AuthenticateClientRequest>

export const AuthenticateClientOk = sequence('30', {
  transactionId: field('80', TransactionId),
  profileMetaData: field('BF25', StoreMetadataRequest),
  smdpSigned2: field('30', SmdpSigned2),
  smdpSignature2: field('5F37', octetString()),
  smdpCertificate: field('30', Certificate),
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
export type AuthenticateClientError = Infer<typeof AuthenticateClientError>

export const AuthenticateClientResponseEs9 = choice('BF3B', {
  authenticateClientOk: alternative('A0', AuthenticateClientOk),
  authenticateClientError: alternative('81', AuthenticateClientError),
})
export type AuthenticateClientResponseEs9 = Infer<typeof AuthenticateClientResponseEs9>

/** An event that waits for the eUICC, and the server that has it. */
export const EventEntries = sequence('30', {
  eventId: field('80', utf8String()),
  rspServerAddress: field('81', utf8String()),
})
export type EventEntries = Infer<typeof EventEntries>

export const AuthenticateClientOkEs11 = sequence('30', {
  transactionId: field('80', TransactionId),
  eventEntries: field('A1', sequenceOf('A1', '30', EventEntries)),
})
export type AuthenticateClientOkEs11 = Infer<typeof AuthenticateClientOkEs11>

export const AuthenticateClientErrorEs11 = namedInteger({
  eumCertificateInvalid: 1,
  eumCertificateExpired: 2,
  euiccCertificateInvalid: 3,
  euiccCertificateExpired: 4,
  euiccSignatureInvalid: 5,
  eventIdUnknown: 6,
  invalidTransactionId: 7,
  undefinedError: 127,
})
export type AuthenticateClientErrorEs11 = Infer<typeof AuthenticateClientErrorEs11>

/** SGP.22 §5.8.2 */
export const AuthenticateClientResponseEs11 = choice('BF40', {
  authenticateClientOk: alternative('A0', AuthenticateClientOkEs11),
  authenticateClientError: alternative('81', AuthenticateClientErrorEs11),
})
export type AuthenticateClientResponseEs11 = Infer<typeof AuthenticateClientResponseEs11>
