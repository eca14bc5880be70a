/** ESipa.GetBoundProfilePackage: the eIM relays the profile. */
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
import { BoundProfilePackage } from '../sgp22/bound-profile-package.ts'
import { Octet32 } from '../sgp22/octet-strings.ts'
import { PrepareDownloadResponseError, PrepareDownloadResponseOk } from '../sgp22/prepare-download.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'

/** What is new in EUICCSigned2; `euiccSignature2` covers the full one. */
export const CompactEuiccSigned2 = sequence('30', {
  euiccOtpk: optional('5F49', octetString()),
  hashCc: optional('04', Octet32),
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

/** SGP.32 §5.14.2 */
export const GetBoundProfilePackageRequestEsipa = sequence('BF3A', {
  transactionId: field('80', TransactionId),
  prepareDownloadResponse: field('BF21', PrepareDownloadResponse),
})
export type GetBoundProfilePackageRequestEsipa = Infer<typeof GetBoundProfilePackageRequestEsipa>

export const GetBoundProfilePackageOkEsipa = sequence('30', {
  transactionId: optional('80', TransactionId),
  boundProfilePackage: field('BF36', BoundProfilePackage),
})
export type GetBoundProfilePackageOkEsipa = Infer<typeof GetBoundProfilePackageOkEsipa>

/** From v1.3 on 6 is deprecated: an expired order ends AuthenticateClient. */
export const GetBoundProfilePackageErrorEsipa = namedInteger({
  euiccSignatureInvalid: 1,
  confirmationCodeMissing: 2,
  confirmationCodeRefused: 3,
  confirmationCodeRetriesExceeded: 4,
  bppRebindingRefused: 5,
  downloadOrderExpired: 6,
  metadataMismatch: 50,
  invalidTransactionId: 95,
  undefinedError: 127,
})
export type GetBoundProfilePackageErrorEsipa = Infer<typeof GetBoundProfilePackageErrorEsipa>

export const GetBoundProfilePackageResponseEsipa = choice('BF3A', {
  getBoundProfilePackageOkEsipa: alternative('A0', GetBoundProfilePackageOkEsipa),
  getBoundProfilePackageErrorEsipa: alternative('81', GetBoundProfilePackageErrorEsipa),
})
export type GetBoundProfilePackageResponseEsipa = Infer<typeof GetBoundProfilePackageResponseEsipa>
