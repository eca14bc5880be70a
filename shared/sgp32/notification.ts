/** What an IoT eUICC reports about a profile, in full or in the compact form that the eIM expands (SGP.32 §3.7). */
import {
  alternative,
  boolean,
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
  withDefault,
} from '../asn1/index.ts'
import {
  ErrorResult,
  EuiccSignPIR,
  NotificationMetadata,
  OtherSignedNotification,
  ProfileInstallationResult,
} from '../sgp22/notification.ts'
import { Octet16 } from '../sgp22/octet-strings.ts'
import { NotificationEvent } from '../sgp22/profile-metadata.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { EuiccPackageResultList } from './euicc-package-result.ts'

/** The same in both standards. */
export { ProfileInstallationResult }

/** `compactAid` is the part of the ISD-P AID that differs between profiles. */
export const CompactSuccessResult = sequence('30', {
  compactAid: field('4F', octetString(size(2))),
  simaResponse: optional('04', octetString()),
})
export type CompactSuccessResult = Infer<typeof CompactSuccessResult>

/** ProfileInstallationResultData without what the eIM knows from the session; `euiccSignPIR` covers the full one. */
export const CompactProfileInstallationResultData = sequence('30', {
  transactionId: field('80', TransactionId),
  seqNumber: field('02', integer),
  iccidPresent: withDefault('01', boolean, true),
  compactFinalResult: field(
    'A2',
    choice('A2', {
      compactSuccessResult: alternative('A0', CompactSuccessResult),
      errorResult: alternative('A1', ErrorResult),
    }),
  ),
})
export type CompactProfileInstallationResultData = Infer<typeof CompactProfileInstallationResultData>

export const CompactProfileInstallationResult = sequence('30', {
  compactProfileInstallationResultData: field('A0', CompactProfileInstallationResultData),
  euiccSignPIR: field('5F37', EuiccSignPIR),
})
export type CompactProfileInstallationResult = Infer<typeof CompactProfileInstallationResult>

/** OtherSignedNotification without its certificates. The CI key comes with v1.3. */
export const CompactOtherSignedNotification = sequence('30', {
  eidValue: optional('5A', Octet16),
  tbsOtherNotification: field('BF2F', NotificationMetadata),
  euiccNotificationSignature: field('5F37', octetString()),
  euiccCiPKIdentifierToBeUsed: optional('04', octetString()),
})
export type CompactOtherSignedNotification = Infer<typeof CompactOtherSignedNotification>

/** A report kept on the eUICC until somebody acknowledges it. */
export const PendingNotification = choice(UNTAGGED, {
  profileInstallationResult: alternative('BF37', ProfileInstallationResult),
  otherSignedNotification: alternative('30', OtherSignedNotification),
  compactProfileInstallationResult: alternative('A0', CompactProfileInstallationResult),
  compactOtherSignedNotification: alternative('A1', CompactOtherSignedNotification),
})
export type PendingNotification = Infer<typeof PendingNotification>

export const PendingNotificationList = sequenceOf('30', UNTAGGED, PendingNotification)
export type PendingNotificationList = Infer<typeof PendingNotificationList>

export const RetrieveNotificationsListRequest = sequence('BF2B', {
  searchCriteria: optional(
    'A0',
    choice('A0', {
      seqNumber: alternative('80', integer),
      profileManagementOperation: alternative('81', NotificationEvent),
      euiccPackageResults: alternative('82', nothing),
    }),
  ),
})
export type RetrieveNotificationsListRequest = Infer<typeof RetrieveNotificationsListRequest>

export const NotificationsListResultError = namedInteger({ undefinedError: 127 })
export type NotificationsListResultError = Infer<typeof NotificationsListResultError>

export const RetrieveNotificationsListResponse = choice('BF2B', {
  notificationList: alternative('A0', PendingNotificationList),
  notificationsListResultError: alternative('81', NotificationsListResultError),
  euiccPackageResultList: alternative('A2', EuiccPackageResultList),
})
export type RetrieveNotificationsListResponse = Infer<typeof RetrieveNotificationsListResponse>
