/** ESipa.AuthenticateClient: the eIM relays the eUICC that proves itself. */
import {
  alternative,
  choice,
  field,
  type Infer,
  namedInteger,
  octetString,
  optional,
  sequence,
} from '../asn1/index.ts'
import { SmdpSigned2 } from '../sgp22/authenticate-client.ts'
import { Octet32 } from '../sgp22/octet-strings.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { Certificate } from '../sgp22/x509-parts.ts'
import { AuthenticateServerResponse } from './authenticate-server.ts'
import { ProfileDownloadTriggerRequest } from './profile-download-trigger.ts'
import { StoreMetadataRequest } from './profile-metadata.ts'

export const AuthenticateClientRequest = sequence('BF3B', {
  transactionId: field('80', TransactionId),
  authenticateServerResponse: field('BF38', AuthenticateServerResponse),
})
export type AuthenticateClientRequest = Infer<typeof AuthenticateClientRequest>

/** SGP.32 §5.14.3 */
export const AuthenticateClientRequestEsipa = sequence('BF3B', {
  transactionId: field('80', TransactionId),
  authenticateServerResponse: field('BF38', AuthenticateServerResponse),
})
export type AuthenticateClientRequestEsipa = Infer<typeof AuthenticateClientRequestEsipa>

export const AuthenticateClientOkDPEsipa = sequence('30', {
  transactionId: optional('80', TransactionId),
  profileMetaData: optional('BF25', StoreMetadataRequest),
  smdpSigned2: field('30', SmdpSigned2),
  smdpSignature2: field('5F37', octetString()),
  smdpCertificate: field('30', Certificate),
  hashCc: optional('04', Octet32),
})
export type AuthenticateClientOkDPEsipa = Infer<typeof AuthenticateClientOkDPEsipa>

/** The SM-DS knew of an event: what to trigger next. */
export const AuthenticateClientOkDSEsipa = sequence('30', {
  transactionId: field('80', TransactionId),
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
export type AuthenticateClientErrorEsipa = Infer<typeof AuthenticateClientErrorEsipa>

export const AuthenticateClientResponseEsipa = choice('BF3B', {
  authenticateClientOkDPEsipa: alternative('A0', AuthenticateClientOkDPEsipa),
  authenticateClientOkDSEsipa: alternative('A1', AuthenticateClientOkDSEsipa),
  authenticateClientErrorEsipa: alternative('82', AuthenticateClientErrorEsipa),
})
export type AuthenticateClientResponseEsipa = Infer<typeof AuthenticateClientResponseEsipa>
