/** ESipa.CancelSession: the download ends without a profile. */
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
import {
  CancelSessionReason,
  CancelSessionResponseError,
  CancelSessionResponseOk,
} from '../sgp22/cancel-session.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'

/** What is new in EuiccCancelSessionSigned; the signature covers the full one. */
export const CompactEuiccCancelSessionSigned = sequence('30', { reason: optional('80', CancelSessionReason) })
export type CompactEuiccCancelSessionSigned = Infer<typeof CompactEuiccCancelSessionSigned>

export const CompactCancelSessionResponseOk = sequence('30', {
  compactEuiccCancelSessionSigned: field('30', CompactEuiccCancelSessionSigned),
  euiccCancelSessionSignature: field('5F37', octetString()),
})
export type CompactCancelSessionResponseOk = Infer<typeof CompactCancelSessionResponseOk>

export const CancelSessionResponse = choice('BF41', {
  cancelSessionResponseOk: alternative('A0', CancelSessionResponseOk),
  cancelSessionResponseError: alternative('81', CancelSessionResponseError),
  compactCancelSessionResponseOk: alternative('A2', CompactCancelSessionResponseOk),
})
export type CancelSessionResponse = Infer<typeof CancelSessionResponse>

/** SGP.32 §5.14.8; `A1` replaces the `BF41` of the eUICC's response. */
export const CancelSessionRequestEsipa = sequence('BF41', {
  transactionId: field('80', TransactionId),
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
export type CancelSessionError = Infer<typeof CancelSessionError>

export const CancelSessionResponseEsipa = choice('BF41', {
  cancelSessionOk: alternative('A0', CancelSessionOk),
  cancelSessionError: alternative('81', CancelSessionError),
})
export type CancelSessionResponseEsipa = Infer<typeof CancelSessionResponseEsipa>
