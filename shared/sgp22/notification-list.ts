/** ES10b functions over the reports that a consumer eUICC keeps: list, read, delete. */
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
  UNTAGGED,
} from '../asn1/index.ts'
import { NotificationMetadata, PendingNotification } from './notification.ts'
import { NotificationEvent } from './profile-metadata.ts'

export const ListNotificationRequest = sequence('BF28', {
  profileManagementOperation: optional('81', NotificationEvent),
})
export type ListNotificationRequest = Infer<typeof ListNotificationRequest>

export const ListNotificationResponse = choice('BF28', {
  notificationMetadataList: alternative('A0', sequenceOf('A0', 'BF2F', NotificationMetadata)),
  listNotificationsResultError: alternative('81', namedInteger({ undefinedError: 127 })),
})
export type ListNotificationResponse = Infer<typeof ListNotificationResponse>

export const RetrieveNotificationsListRequest = sequence('BF2B', {
  searchCriteria: optional(
    'A0',
    choice('A0', {
      seqNumber: alternative('80', integer),
      profileManagementOperation: alternative('81', NotificationEvent),
    }),
  ),
})
export type RetrieveNotificationsListRequest = Infer<typeof RetrieveNotificationsListRequest>

export const RetrieveNotificationsListResponse = choice('BF2B', {
  notificationList: alternative('A0', sequenceOf('A0', UNTAGGED, PendingNotification)),
  notificationsListResultError: alternative('81', namedInteger({ undefinedError: 127 })),
})
export type RetrieveNotificationsListResponse = Infer<typeof RetrieveNotificationsListResponse>

export const NotificationSentRequest = sequence('BF30', { seqNumber: field('80', integer) })
export type NotificationSentRequest = Infer<typeof NotificationSentRequest>

export const NotificationSentResponse = sequence('BF30', {
  deleteNotificationStatus: field('80', namedInteger({ ok: 0, nothingToDelete: 1, undefinedError: 127 })),
})
export type NotificationSentResponse = Infer<typeof NotificationSentResponse>
