/** TODO */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedInteger,
  nothing,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  UNTAGGED,
} from '../asn1/index.ts'
import { EuiccPackageRequest } from './euicc-package.ts'
import { EuiccPackageResult } from './euicc-package-result.ts'
import { IpaEuiccDataRequest, IpaEuiccDataResponse } from './ipa-euicc-data.ts'
import { PendingNotificationList } from './notification.ts'
import { ProfileDownloadTriggerRequest, ProfileDownloadTriggerResult } from './profile-download-trigger.ts'

export const StateChangeCause = namedInteger({
  otherEim: 0,
  fallback: 1,
  emergencyProfile: 2,
  local: 3,
  reset: 4,
  immediateEnableProfile: 5,
  deviceChange: 6,
  undefined: 127,
})
export type StateChangeCause = Infer<typeof StateChangeCause>

export const GetEimPackageRequest = sequence('BF4F', {
  eidValue: field('5A', octetString(size(16))),
  notifyStateChange: optional('80', nothing),
  stateChangeCause: optional('81', StateChangeCause),
  rPLMN: optional('82', octetString(size(3))),
})
export type GetEimPackageRequest = Infer<typeof GetEimPackageRequest>

export const EimPackageError = namedInteger({
  noEimPackageAvailable: 1,
  eidNotFound: 2,
  invalidEid: 3,
  missingEid: 4,
  undefinedError: 127,
})

export const GetEimPackageResponse = choice('BF4F', {
  euiccPackageRequest: alternative('BF51', EuiccPackageRequest),
  ipaEuiccDataRequest: alternative('BF52', IpaEuiccDataRequest),
  profileDownloadTriggerRequest: alternative('BF54', ProfileDownloadTriggerRequest),
  eimPackageError: alternative('02', EimPackageError),
})
export type GetEimPackageResponse = Infer<typeof GetEimPackageResponse>

export const EimPackageResultErrorCode = namedInteger({
  invalidPackageFormat: 1,
  unknownPackage: 2,
  undefinedError: 127,
})
export type EimPackageResultErrorCode = Infer<typeof EimPackageResultErrorCode>

export const EimPackageResultResponseError = sequence('30', {
  eimTransactionId: optional('80', octetString(size(1, 16))),
  eimPackageResultErrorCode: field('02', EimPackageResultErrorCode),
})
export type EimPackageResultResponseError = Infer<typeof EimPackageResultResponseError>

export const EimPackageResult = choice(UNTAGGED, {
  euiccPackageResult: alternative('BF51', EuiccPackageResult),
  ePRAndNotifications: alternative(
    '30',
    sequence('30', {
      euiccPackageResult: field('BF51', EuiccPackageResult),
      notificationList: field('A0', PendingNotificationList),
    }),
  ),
  ipaEuiccDataResponse: alternative('BF52', IpaEuiccDataResponse),
  profileDownloadTriggerResult: alternative('BF54', ProfileDownloadTriggerResult),
  eimPackageResultResponseError: alternative('A0', EimPackageResultResponseError),
})
export type EimPackageResult = Infer<typeof EimPackageResult>

export const ProvideEimPackageResult = sequence('BF50', {
  eidValue: optional('5A', octetString(size(16))),
  eimPackageResult: field(UNTAGGED, EimPackageResult),
})
export type ProvideEimPackageResult = Infer<typeof ProvideEimPackageResult>

export const EimAcknowledgements = sequenceOf('BF53', '80', integer)
export type EimAcknowledgements = Infer<typeof EimAcknowledgements>

export const ProvideEimPackageResultError = namedInteger({
  eidNotFound: 2,
  invalidEid: 3,
  missingEid: 4,
  undefinedError: 127,
})

export const ProvideEimPackageResultResponse = choice('BF50', {
  eimAcknowledgements: alternative('BF53', EimAcknowledgements),
  emptyResponse: alternative('30', sequence('30', {})),
  provideEimPackageResultError: alternative('02', ProvideEimPackageResultError),
})
export type ProvideEimPackageResultResponse = Infer<typeof ProvideEimPackageResultResponse>

export const SequenceNumber = integer
export type SequenceNumber = Infer<typeof SequenceNumber>

export const TransferEimPackageRequest = choice('BF4E', {
  euiccPackageRequest: alternative('BF51', EuiccPackageRequest),
  ipaEuiccDataRequest: alternative('BF52', IpaEuiccDataRequest),
  eimAcknowledgements: alternative('BF53', EimAcknowledgements),
  profileDownloadTriggerRequest: alternative('BF54', ProfileDownloadTriggerRequest),
})
export type TransferEimPackageRequest = Infer<typeof TransferEimPackageRequest>

export const EimPackageReceivedWithCid = sequence('30', {
  correlationId: optional(
    'A0',
    choice('A0', {
      eimTransactionId: alternative('80', octetString(size(1, 16))),
      eidValue: alternative('5A', octetString(size(16))),
    }),
  ),
})
export type EimPackageReceivedWithCid = Infer<typeof EimPackageReceivedWithCid>

export const EimPackageErrorWithCid = sequence('30', {
  correlationId: optional(
    'A0',
    choice('A0', {
      eimTransactionId: alternative('80', octetString(size(1, 16))),
      eidValue: alternative('5A', octetString(size(16))),
    }),
  ),
  eimPackageError: field('81', EimPackageResultErrorCode),
})
export type EimPackageErrorWithCid = Infer<typeof EimPackageErrorWithCid>

export const TransferEimPackageResponseEimPackageError = namedInteger({
  invalidPackageFormat: 1,
  unknownPackage: 2,
  undefinedError: 127,
})

export const TransferEimPackageResponse = choice('BF4E', {
  euiccPackageResult: alternative('BF51', EuiccPackageResult),
  ePRAndNotifications: alternative(
    '30',
    sequence('30', {
      euiccPackageResult: field('BF51', EuiccPackageResult),
      notificationList: field('A0', PendingNotificationList),
    }),
  ),
  ipaEuiccDataResponse: alternative('BF52', IpaEuiccDataResponse),
  eimPackageReceived: alternative('05', nothing),
  eimPackageReceivedWithCid: alternative('BF60', EimPackageReceivedWithCid),
  eimPackageError: alternative('02', TransferEimPackageResponseEimPackageError),
  eimPackageErrorWithCid: alternative('BF61', EimPackageErrorWithCid),
})
export type TransferEimPackageResponse = Infer<typeof TransferEimPackageResponse>
