/** ES10b.AuthenticateServer as an IoT eUICC answers it, in full or compact. */
import {
  alternative,
  choice,
  field,
  type Infer,
  octetString,
  optional,
  sequence,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { AuthenticateResponseError, CtxParams1 } from '../sgp22/authenticate-server.ts'
import { Octet16 } from '../sgp22/octet-strings.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { Certificate } from '../sgp22/x509-parts.ts'
import { EUICCInfo2 } from './euicc-info2.ts'

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

/** What is new in EuiccSigned1; `euiccSignature1` covers the full one. */
export const CompactEuiccSigned1 = sequence('30', {
  extCardResource: field('84', octetString()),
  ctxParams1: optional('A2', CtxParams1),
})
export type CompactEuiccSigned1 = Infer<typeof CompactEuiccSigned1>

/** AuthenticateResponseOk without what the eIM can restore. */
export const CompactAuthenticateResponseOk = sequence('30', {
  signedData: field(
    UNTAGGED,
    choice(UNTAGGED, {
      euiccSigned1: alternative('30', EuiccSigned1),
      compactEuiccSigned1: alternative('A0', CompactEuiccSigned1),
    }),
  ),
  euiccSignature1: field('5F37', octetString()),
  euiccCertificate: optional('A1', Certificate),
  eumCertificate: optional('A2', Certificate),
})
export type CompactAuthenticateResponseOk = Infer<typeof CompactAuthenticateResponseOk>

export const AuthenticateServerResponse = choice('BF38', {
  authenticateResponseOk: alternative('A0', AuthenticateResponseOk),
  authenticateResponseError: alternative('A1', AuthenticateResponseError),
  compactAuthenticateResponseOk: alternative('A2', CompactAuthenticateResponseOk),
})
export type AuthenticateServerResponse = Infer<typeof AuthenticateServerResponse>
