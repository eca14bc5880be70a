/** What the eIM may ask the IPA to read out: certificates, capabilities, stored results and notifications. */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedBits,
  namedInteger,
  octetString,
  optional,
  sequence,
  utf8String,
} from '../asn1/index.ts'
import { DeviceInfo } from '../sgp22/device-info.ts'
import { EUICCInfo1 } from '../sgp22/euicc-info.ts'
import { NotificationEvent, VendorSpecificExtension } from '../sgp22/profile-metadata.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'
import { Certificate } from '../sgp22/x509-parts.ts'
import { EUICCInfo2 } from './euicc-info2.ts'
import { EuiccPackageResultList } from './euicc-package-result.ts'
import { PendingNotificationList } from './notification.ts'
import { bareData, olderData } from './tolerance.ts'

/** SGP.32 §2.11.1.2; `tagList` is the wanted tags of IpaEuiccData side by side. */
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
  eimTransactionId: optional('83', TransactionId),
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
  eimTransactionId: optional('80', TransactionId),
  ipaEuiccDataErrorCode: field('02', IpaEuiccDataErrorCode),
})
export type IpaEuiccDataResponseError = Infer<typeof IpaEuiccDataResponseError>

/** The `eim…` bits say what the eIM has to do for this IPA. */
export const IpaFeatures = namedBits([
  'directRspServerCommunication',
  'indirectRspServerCommunication',
  'eimDownloadDataHandling',
  'eimCtxParams1Generation',
  'eimProfileMetadataVerification',
  'minimizeEsipaBytes',
])
export type IpaFeatures = Infer<typeof IpaFeatures>

export const IpaSupportedProtocols = namedBits([
  'ipaRetrieveHttps',
  'ipaRetrieveCoaps',
  'ipaInjectHttps',
  'ipaInjectCoaps',
  'ipaProprietary',
])
export type IpaSupportedProtocols = Infer<typeof IpaSupportedProtocols>

export const IpaCapabilities = sequence('30', {
  ipaFeatures: field('80', IpaFeatures),
  ipaSupportedProtocols: optional('81', IpaSupportedProtocols),
  eSipaProprietaryProtocolInformation: optional('A2', VendorSpecificExtension),
})
export type IpaCapabilities = Infer<typeof IpaCapabilities>

export const IpaEuiccData = sequence(
  '30',
  {
    notificationsList: optional('A0', PendingNotificationList),
    defaultSmdpAddress: optional('81', utf8String()),
    euiccPackageResultList: optional('A2', EuiccPackageResultList),
    euiccInfo1: optional('BF20', EUICCInfo1),
    euiccInfo2: optional('BF22', EUICCInfo2),
    rootSmdsAddress: optional('83', utf8String()),
    associationToken: optional('84', integer),
    eumCertificate: optional('A5', Certificate),
    euiccCertificate: optional('A6', Certificate),
    eimTransactionId: optional('87', TransactionId),
    ipaCapabilities: optional('A8', IpaCapabilities),
    deviceInfo: optional('A9', DeviceInfo),
  },
  olderData,
)
export type IpaEuiccData = Infer<typeof IpaEuiccData>

/** SGP.32 §2.11.2.2; unsigned, so no more than the connection vouches for it. */
export const IpaEuiccDataResponse = choice(
  'BF52',
  {
    ipaEuiccData: alternative('A0', IpaEuiccData),
    ipaEuiccDataResponseError: alternative('A1', IpaEuiccDataResponseError),
  },
  bareData,
)
export type IpaEuiccDataResponse = Infer<typeof IpaEuiccDataResponse>
