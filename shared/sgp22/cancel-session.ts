/** ES10b and ES9+.CancelSession: the download ends without a profile. */
import {
  alternative,
  choice,
  field,
  type Infer,
  namedInteger,
  objectIdentifier,
  octetString,
  sequence,
} from '../asn1/index.ts'
import { TransactionId } from './transaction-id.ts'

export const CancelSessionReason = namedInteger({
  endUserRejection: 0,
  postponed: 1,
  timeout: 2,
  pprNotAllowed: 3,
  metadataMismatch: 4,
  loadBppExecutionError: 5,
  undefinedReason: 127,
})
export type CancelSessionReason = Infer<typeof CancelSessionReason>

export const EuiccCancelSessionSigned = sequence('30', {
  transactionId: field('80', TransactionId),
  smdpOid: field('81', objectIdentifier),
  reason: field('82', CancelSessionReason),
})
export type EuiccCancelSessionSigned = Infer<typeof EuiccCancelSessionSigned>

export const CancelSessionResponseOk = sequence('30', {
  euiccCancelSessionSigned: field('30', EuiccCancelSessionSigned),
  euiccCancelSessionSignature: field('5F37', octetString()),
})
export type CancelSessionResponseOk = Infer<typeof CancelSessionResponseOk>

export const CancelSessionResponseError = namedInteger({ invalidTransactionId: 5, undefinedError: 127 })
export type CancelSessionResponseError = Infer<typeof CancelSessionResponseError>

/** SGP.22 §5.7.14 */
export const CancelSessionResponse = choice('BF41', {
  cancelSessionResponseOk: alternative('A0', CancelSessionResponseOk),
  cancelSessionResponseError: alternative('81', CancelSessionResponseError),
})
export type CancelSessionResponse = Infer<typeof CancelSessionResponse>

/** SGP.22 §5.6.5; `A1` replaces the `BF41` of the eUICC's response. */
export const CancelSessionRequestEs9 = sequence('BF41', {
  transactionId: field('80', TransactionId),
  cancelSessionResponse: field('A1', CancelSessionResponse),
})
export type CancelSessionRequestEs9 = Infer<typeof CancelSessionRequestEs9>

export const CancelSessionOk = sequence('30', {})
export type CancelSessionOk = Infer<typeof CancelSessionOk>

export const CancelSessionError = namedInteger({
  invalidTransactionId: 1,
  euiccSignatureInvalid: 2,
  undefinedError: 127,
})
export type CancelSessionError = Infer<typeof CancelSessionError>

export const CancelSessionResponseEs9 = choice('BF41', {
  cancelSessionOk: alternative('A0', CancelSessionOk),
  cancelSessionError: alternative('81', CancelSessionError),
})
export type CancelSessionResponseEs9 = Infer<typeof CancelSessionResponseEs9>

/** SGP.22 §5.7.14 */
export const CancelSessionRequest = sequence('BF41', {
  transactionId: field('80', TransactionId),
  reason: field('81', CancelSessionReason),
})
export type CancelSessionRequest = Infer<typeof CancelSessionRequest>
