/** ESipa.TransferEimPackage: the eIM brings work to an IPA that can be reached. */
import { alternative, choice, field, type Infer, nothing, optional, sequence } from '../asn1/index.ts'
import { Octet16 } from '../sgp22/octet-strings.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { EuiccPackageRequest } from './euicc-package.ts'
import { EuiccPackageResult } from './euicc-package-result.ts'
import { IpaEuiccDataRequest, IpaEuiccDataResponse } from './ipa-euicc-data.ts'
import { ProfileDownloadTriggerRequest } from './profile-download-trigger.ts'
import {
  EimAcknowledgements,
  EimPackageResultErrorCode,
  EPRAndNotifications,
} from './provide-eim-package-result.ts'
import { untaggedCorrelationId } from './tolerance.ts'

/** SGP.32 §5.14.4, §6.3.3.1 */
export const TransferEimPackageRequest = choice('BF4E', {
  euiccPackageRequest: alternative('BF51', EuiccPackageRequest),
  ipaEuiccDataRequest: alternative('BF52', IpaEuiccDataRequest),
  eimAcknowledgements: alternative('BF53', EimAcknowledgements),
  profileDownloadTriggerRequest: alternative('BF54', ProfileDownloadTriggerRequest),
})
export type TransferEimPackageRequest = Infer<typeof TransferEimPackageRequest>

/** Which package the IPA answers: its transaction id, or else the EID. */
export const CorrelationId = choice('A0', {
  eimTransactionId: alternative('80', TransactionId),
  eidValue: alternative('5A', Octet16),
})
export type CorrelationId = Infer<typeof CorrelationId>

export const EimPackageReceivedWithCid = sequence(
  '30',
  { correlationId: optional('A0', CorrelationId) },
  untaggedCorrelationId,
)
export type EimPackageReceivedWithCid = Infer<typeof EimPackageReceivedWithCid>

export const EimPackageErrorWithCid = sequence(
  '30',
  { correlationId: optional('A0', CorrelationId), eimPackageError: field('81', EimPackageResultErrorCode) },
  untaggedCorrelationId,
)
export type EimPackageErrorWithCid = Infer<typeof EimPackageErrorWithCid>

/** SGP.32 §6.3.3.1; the `…WithCid` alternatives come with v1.3. */
export const TransferEimPackageResponse = choice('BF4E', {
  euiccPackageResult: alternative('BF51', EuiccPackageResult),
  ePRAndNotifications: alternative('30', EPRAndNotifications),
  ipaEuiccDataResponse: alternative('BF52', IpaEuiccDataResponse),
  eimPackageReceived: alternative('05', nothing),
  eimPackageReceivedWithCid: alternative('BF60', EimPackageReceivedWithCid),
  eimPackageError: alternative('02', EimPackageResultErrorCode),
  eimPackageErrorWithCid: alternative('BF61', EimPackageErrorWithCid),
})
export type TransferEimPackageResponse = Infer<typeof TransferEimPackageResponse>
