/** ES10b.PrepareDownload: the eUICC agrees to the download and gives its key. */
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
import { SmdpSigned2 } from './authenticate-client.ts'
import { Octet32 } from './octet-strings.ts'
import { TransactionId } from './transaction-id.ts'
import { Certificate } from './x509-parts.ts'

/** What `euiccSignature2` covers, together with `smdpSignature2`. */
export const EUICCSigned2 = sequence('30', {
  transactionId: field('80', TransactionId),
  euiccOtpk: field('5F49', octetString()),
  hashCc: optional('04', Octet32),
})
export type EUICCSigned2 = Infer<typeof EUICCSigned2>

export const PrepareDownloadResponseOk = sequence('30', {
  euiccSigned2: field('30', EUICCSigned2),
  euiccSignature2: field('5F37', octetString()),
})
export type PrepareDownloadResponseOk = Infer<typeof PrepareDownloadResponseOk>

export const DownloadErrorCode = namedInteger({
  invalidCertificate: 1,
  invalidSignature: 2,
  unsupportedCurve: 3,
  noSessionContext: 4,
  invalidTransactionId: 5,
  undefinedError: 127,
})
export type DownloadErrorCode = Infer<typeof DownloadErrorCode>

export const PrepareDownloadResponseError = sequence('30', {
  transactionId: field('80', TransactionId),
  downloadErrorCode: field('02', DownloadErrorCode),
})
export type PrepareDownloadResponseError = Infer<typeof PrepareDownloadResponseError>

/** SGP.22 §5.7.5 */
export const PrepareDownloadResponse = choice('BF21', {
  downloadResponseOk: alternative('A0', PrepareDownloadResponseOk),
  downloadResponseError: alternative('A1', PrepareDownloadResponseError),
})
export type PrepareDownloadResponse = Infer<typeof PrepareDownloadResponse>

/** SGP.22 §5.7.5; `hashCc` covers the confirmation code, when the profile asks for one. */
export const PrepareDownloadRequest = sequence('BF21', {
  smdpSigned2: field('30', SmdpSigned2),
  smdpSignature2: field('5F37', octetString()),
  hashCc: optional('04', Octet32),
  smdpCertificate: field('30', Certificate),
})
export type PrepareDownloadRequest = Infer<typeof PrepareDownloadRequest>
