/** ES9+.InitiateAuthentication: the server proves itself. */
import {
  alternative,
  choice,
  field,
  type Infer,
  namedInteger,
  octetString,
  sequence,
  utf8String,
} from '../asn1/index.ts'
import { EUICCInfo1 } from './euicc-info.ts'
import { Octet16, SubjectKeyIdentifier } from './octet-strings.ts'
import { TransactionId } from './transaction-id.ts'
import { Certificate } from './x509-parts.ts'

/** What `serverSignature1` covers. */
export const ServerSigned1 = sequence('30', {
  transactionId: field('80', TransactionId),
  euiccChallenge: field('81', Octet16),
  serverAddress: field('83', utf8String()),
  serverChallenge: field('84', Octet16),
})
export type ServerSigned1 = Infer<typeof ServerSigned1>

/** SGP.22 §5.6.1 */
export const InitiateAuthenticationRequest = sequence('BF39', {
  euiccChallenge: field('81', Octet16),
  smdpAddress: field('83', utf8String()),
  euiccInfo1: field('BF20', EUICCInfo1),
})
export type InitiateAuthenticationRequest = Infer<typeof InitiateAuthenticationRequest>

export const InitiateAuthenticationOkEs9 = sequence('30', {
  transactionId: field('80', TransactionId),
  serverSigned1: field('30', ServerSigned1),
  serverSignature1: field('5F37', octetString()),
  euiccCiPKIdToBeUsed: field('04', SubjectKeyIdentifier),
  serverCertificate: field('30', Certificate),
})
export type InitiateAuthenticationOkEs9 = Infer<typeof InitiateAuthenticationOkEs9>

export const InitiateAuthenticationError = namedInteger({
  invalidDpAddress: 1,
  euiccVersionNotSupportedByDp: 2,
  ciPKNotSupported: 3,
})
export type InitiateAuthenticationError = Infer<typeof InitiateAuthenticationError>

export const InitiateAuthenticationResponse = choice('BF39', {
  initiateAuthenticationOk: alternative('A0', InitiateAuthenticationOkEs9),
  initiateAuthenticationError: alternative('81', InitiateAuthenticationError),
})
export type InitiateAuthenticationResponse = Infer<typeof InitiateAuthenticationResponse>
