/** ESipa.ProvideEimPackageResult: the IPA brings what came of it. */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedInteger,
  optional,
  sequence,
  sequenceOf,
  tagged,
  UNTAGGED,
} from '../asn1/index.ts'
import { Octet16 } from '../sgp22/octet-strings.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { EuiccPackageResult } from './euicc-package-result.ts'
import { IpaEuiccDataResponse } from './ipa-euicc-data.ts'
import { PendingNotificationList } from './notification.ts'
import { ProfileDownloadTriggerResult } from './profile-download-trigger.ts'
import {
  emptyAcknowledgement,
  olderNotificationList,
  olderResultError,
  olderResultErrorField,
} from './tolerance.ts'

export const EimPackageResultErrorCode = namedInteger({
  invalidPackageFormat: 1,
  unknownPackage: 2,
  undefinedError: 127,
})
export type EimPackageResultErrorCode = Infer<typeof EimPackageResultErrorCode>

/** The IPA could not use the package. */
export const EimPackageResultResponseError = sequence('30', {
  eimTransactionId: optional('80', TransactionId),
  eimPackageResultErrorCode: field('02', EimPackageResultErrorCode),
})
export type EimPackageResultResponseError = Infer<typeof EimPackageResultResponseError>

/** A package result, and the notifications that arose with it. */
export const EPRAndNotifications = sequence(
  '30',
  {
    euiccPackageResult: field('BF51', EuiccPackageResult),
    notificationList: field('A0', PendingNotificationList),
  },
  olderNotificationList,
)
export type EPRAndNotifications = Infer<typeof EPRAndNotifications>

export const EimPackageResult = choice(
  UNTAGGED,
  {
    euiccPackageResult: alternative('BF51', EuiccPackageResult),
    ePRAndNotifications: alternative('30', EPRAndNotifications),
    ipaEuiccDataResponse: alternative('BF52', IpaEuiccDataResponse),
    profileDownloadTriggerResult: alternative('BF54', ProfileDownloadTriggerResult),
    eimPackageResultResponseError: alternative('A0', EimPackageResultResponseError),
  },
  olderResultError,
)
export type EimPackageResult = Infer<typeof EimPackageResult>

/** SGP.32 §5.14.6, §6.3.2.7 */
export const ProvideEimPackageResult = sequence(
  'BF50',
  { eidValue: optional('5A', Octet16), eimPackageResult: field(UNTAGGED, EimPackageResult) },
  olderResultErrorField,
)
export type ProvideEimPackageResult = Infer<typeof ProvideEimPackageResult>

export const SequenceNumber = tagged('80', integer)
export type SequenceNumber = Infer<typeof SequenceNumber>

/** The sequence numbers that the IPA may now delete on the eUICC. */
export const EimAcknowledgements = sequenceOf('BF53', '80', SequenceNumber)
export type EimAcknowledgements = Infer<typeof EimAcknowledgements>

export const ProvideEimPackageResultError = namedInteger({
  eidNotFound: 2,
  invalidEid: 3,
  missingEid: 4,
  undefinedError: 127,
})
export type ProvideEimPackageResultError = Infer<typeof ProvideEimPackageResultError>

/** SGP.32 §6.3.2.7 */
export const ProvideEimPackageResultResponse = choice(
  'BF50',
  {
    eimAcknowledgements: alternative('BF53', EimAcknowledgements),
    emptyResponse: alternative('30', sequence('30', {})),
    provideEimPackageResultError: alternative('02', ProvideEimPackageResultError),
  },
  emptyAcknowledgement,
)
export type ProvideEimPackageResultResponse = Infer<typeof ProvideEimPackageResultResponse>
