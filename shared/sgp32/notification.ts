/** TODO */
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
  NotificationEvent,
  NotificationMetadata,
  OtherSignedNotification,
  ProfileInstallationResultData,
} from '../sgp22/objects.ts'
import { EuiccPackageResultList } from './euicc-package-result.ts'

export const ProfileInstallationResult = sequence('BF37', {
  profileInstallationResultData: field('BF27', ProfileInstallationResultData),
  euiccSignPIR: field('5F37', octetString()),
})
export type ProfileInstallationResult = Infer<typeof ProfileInstallationResult>

export const CompactSuccessResult = sequence('30', {
  compactAid: field('4F', octetString(size(2))),
  simaResponse: optional('04', octetString()),
})
export type CompactSuccessResult = Infer<typeof CompactSuccessResult>

export const CompactProfileInstallationResultData = sequence('30', {
  transactionId: field('80', octetString(size(1, 16))),
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
  euiccSignPIR: field('5F37', octetString()),
})
export type CompactProfileInstallationResult = Infer<typeof CompactProfileInstallationResult>

export const CompactOtherSignedNotification = sequence('30', {
  eidValue: optional('5A', octetString(size(16))),
  tbsOtherNotification: field('BF2F', NotificationMetadata),
  euiccNotificationSignature: field('5F37', octetString()),
  euiccCiPKIdentifierToBeUsed: optional('04', octetString()),
})
export type CompactOtherSignedNotification = Infer<typeof CompactOtherSignedNotification>

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

export const RetrieveNotificationsListResponse = choice('BF2B', {
  notificationList: alternative('A0', PendingNotificationList),
  notificationsListResultError: alternative('81', NotificationsListResultError),
  euiccPackageResultList: alternative('A2', EuiccPackageResultList),
})
export type RetrieveNotificationsListResponse = Infer<typeof RetrieveNotificationsListResponse>
