/** TODO */
import {
  alternative,
  choice,
  derSequence,
  field,
  type Infer,
  integer,
  namedBits,
  namedInteger,
  octetString,
  optional,
  sequence,
  size,
  utf8String,
} from '../asn1/index.ts'
import { DeviceInfo, EUICCInfo1, NotificationEvent, VendorSpecificExtension } from '../sgp22/objects.ts'
import { EuiccPackageResultList } from './euicc-package-result.ts'
import { PendingNotificationList } from './notification.ts'
import { EUICCInfo2 } from './profile-objects.ts'

export const IpaEuiccDataRequest = sequence('BF52', {
  tagList: field('5C', octetString()),
  euiccCiPKIdentifierToBeUsed: optional('04', octetString()),
  searchCriteriaNotification: optional(
    'A1',
    choice('A1', {
      seqNumber: alternative('80', integer),
      profileManagementOperation: alternative('81', NotificationEvent),
    }),
  ),
  searchCriteriaEuiccPackageResult: optional('A2', choice('A2', { seqNumber: alternative('80', integer) })),
  eimTransactionId: optional('83', octetString(size(1, 16))),
})
export type IpaEuiccDataRequest = Infer<typeof IpaEuiccDataRequest>

export const IpaEuiccDataErrorCode = namedInteger({
  incorrectTagList: 1,
  euiccCiPKIdNotFound: 5,
  ecallActive: 104,
  undefinedError: 127,
})
export type IpaEuiccDataErrorCode = Infer<typeof IpaEuiccDataErrorCode>

export const IpaEuiccDataResponseError = sequence('30', {
  eimTransactionId: optional('80', octetString(size(1, 16))),
  ipaEuiccDataErrorCode: field('02', IpaEuiccDataErrorCode),
})
export type IpaEuiccDataResponseError = Infer<typeof IpaEuiccDataResponseError>

export const IpaCapabilities = sequence('30', {
  ipaFeatures: field(
    '80',
    namedBits([
      'directRspServerCommunication',
      'indirectRspServerCommunication',
      'eimDownloadDataHandling',
      'eimCtxParams1Generation',
      'eimProfileMetadataVerification',
      'minimizeEsipaBytes',
    ]),
  ),
  ipaSupportedProtocols: optional(
    '81',
    namedBits(['ipaRetrieveHttps', 'ipaRetrieveCoaps', 'ipaInjectHttps', 'ipaInjectCoaps', 'ipaProprietary']),
  ),
  eSipaProprietaryProtocolInformation: optional('A2', VendorSpecificExtension),
})
export type IpaCapabilities = Infer<typeof IpaCapabilities>

export const IpaEuiccData = sequence('30', {
  notificationsList: optional('A0', PendingNotificationList),
  defaultSmdpAddress: optional('81', utf8String()),
  euiccPackageResultList: optional('A2', EuiccPackageResultList),
  euiccInfo1: optional('BF20', EUICCInfo1),
  euiccInfo2: optional('BF22', EUICCInfo2),
  rootSmdsAddress: optional('83', utf8String()),
  associationToken: optional('84', integer),
  eumCertificate: optional('A5', derSequence),
  euiccCertificate: optional('A6', derSequence),
  eimTransactionId: optional('87', octetString(size(1, 16))),
  ipaCapabilities: optional('A8', IpaCapabilities),
  deviceInfo: optional('A9', DeviceInfo),
})
export type IpaEuiccData = Infer<typeof IpaEuiccData>

export const IpaEuiccDataResponse = choice('BF52', {
  ipaEuiccData: alternative('A0', IpaEuiccData),
  ipaEuiccDataResponseError: alternative('A1', IpaEuiccDataResponseError),
})
export type IpaEuiccDataResponse = Infer<typeof IpaEuiccDataResponse>
