/** ESipa.InitiateAuthentication: the eIM relays the server that proves itself. */
import {
  alternative,
  choice,
  field,
  type Infer,
  namedInteger,
  octetString,
  optional,
  sequence,
  utf8String,
} from '../asn1/index.ts'
import { CtxParams1 } from '../sgp22/authenticate-server.ts'
import { EUICCInfo1 } from '../sgp22/euicc-info.ts'
import { ServerSigned1 } from '../sgp22/initiate-authentication.ts'
import { Octet16 } from '../sgp22/octet-strings.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { Certificate } from '../sgp22/x509-parts.ts'

/** SGP.32 §5.14.1 */
export const InitiateAuthenticationRequestEsipa = sequence('BF39', {
  euiccChallenge: field('81', Octet16),
  smdpAddress: optional('83', utf8String()),
  euiccInfo1: optional('BF20', EUICCInfo1),
  eimTransactionId: optional('82', TransactionId),
})
export type InitiateAuthenticationRequestEsipa = Infer<typeof InitiateAuthenticationRequestEsipa>

/** `matchingId` when the IPA builds ctxParams1, `ctxParams1` when the eIM does, never both. */
export const InitiateAuthenticationOkEsipa = sequence('30', {
  transactionId: optional('80', TransactionId),
  serverSigned1: field('30', ServerSigned1),
  serverSignature1: field('5F37', octetString()),
  euiccCiPKIdentifierToBeUsed: field('04', octetString()),
  serverCertificate: field('30', Certificate),
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
export type InitiateAuthenticationErrorEsipa = Infer<typeof InitiateAuthenticationErrorEsipa>

export const InitiateAuthenticationResponseEsipa = choice('BF39', {
  initiateAuthenticationOkEsipa: alternative('A0', InitiateAuthenticationOkEsipa),
  initiateAuthenticationErrorEsipa: alternative('81', InitiateAuthenticationErrorEsipa),
})
export type InitiateAuthenticationResponseEsipa = Infer<typeof InitiateAuthenticationResponseEsipa>
