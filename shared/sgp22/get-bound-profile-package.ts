/** ES9+.GetBoundProfilePackage: the profile itself. */
import { alternative, choice, field, type Infer, namedInteger, sequence } from '../asn1/index.ts'
import { BoundProfilePackage } from './bound-profile-package.ts'
import { PrepareDownloadResponse } from './prepare-download.ts'
import { TransactionId } from './transaction-id.ts'

/** SGP.22 §5.6.2 */
export const GetBoundProfilePackageRequest = sequence('BF3A', {
  transactionId: field('80', TransactionId),
  prepareDownloadResponse: field('BF21', PrepareDownloadResponse),
})
export type GetBoundProfilePackageRequest = Infer<typeof GetBoundProfilePackageRequest>

export const GetBoundProfilePackageOk = sequence('30', {
  transactionId: field('80', TransactionId),
  boundProfilePackage: field('BF36', BoundProfilePackage),
})
export type GetBoundProfilePackageOk = Infer<typeof GetBoundProfilePackageOk>

export const GetBoundProfilePackageError = namedInteger({
  euiccSignatureInvalid: 1,
  confirmationCodeMissing: 2,
  confirmationCodeRefused: 3,
  confirmationCodeRetriesExceeded: 4,
  bppRebindingRefused: 5,
  downloadOrderExpired: 6,
  invalidTransactionId: 95,
  undefinedError: 127,
})
export type GetBoundProfilePackageError = Infer<typeof GetBoundProfilePackageError>

export const GetBoundProfilePackageResponse = choice('BF3A', {
  getBoundProfilePackageOk: alternative('A0', GetBoundProfilePackageOk),
  getBoundProfilePackageError: alternative('81', GetBoundProfilePackageError),
})
export type GetBoundProfilePackageResponse = Infer<typeof GetBoundProfilePackageResponse>
