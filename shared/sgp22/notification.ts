/** What an eUICC reports about a profile, and its way to the SM-DP+. */
import {
  alternative,
  choice,
  field,
  type Infer,
  integer,
  namedInteger,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  size,
  tagged,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { Iccid } from './iccid.ts'
import { NotificationEvent } from './profile-metadata.ts'
import { TransactionId } from './transaction-id.ts'
import { Certificate } from './x509-parts.ts'

/** SGP.22 §5.7.9; `seqNumber` counts notifications and package results of one eUICC together. */
export const NotificationMetadata = sequence('BF2F', {
  seqNumber: field('80', integer),
  profileManagementOperation: field('81', NotificationEvent),
  notificationAddress: field('0C', utf8String()),
  iccid: optional('5A', Iccid),
})
export type NotificationMetadata = Infer<typeof NotificationMetadata>

export const BppCommandId = namedInteger({
  initialiseSecureChannel: 0,
  configureISDP: 1,
  storeMetadata: 2,
  storeMetadata2: 3,
  replaceSessionKeys: 4,
  loadProfileElements: 5,
})
export type BppCommandId = Infer<typeof BppCommandId>

export const ErrorReason = namedInteger({
  incorrectInputValues: 1,
  invalidSignature: 2,
  invalidTransactionId: 3,
  unsupportedCrtValues: 4,
  unsupportedRemoteOperationType: 5,
  unsupportedProfileClass: 6,
  scp03tStructureError: 7,
  scp03tSecurityError: 8,
  installFailedDueToIccidAlreadyExistsOnEuicc: 9,
  installFailedDueToInsufficientMemoryForProfile: 10,
  installFailedDueToInterruption: 11,
  installFailedDueToPEProcessingError: 12,
  installFailedDueToDataMismatch: 13,
  testProfileInstallFailedDueToInvalidNaaKey: 14,
  pprNotAllowed: 15,
  installFailedDueToUnknownError: 127,
})
export type ErrorReason = Infer<typeof ErrorReason>

export const SuccessResult = sequence('30', {
  aid: field('4F', octetString(size(5, 16))),
  simaResponse: field('04', octetString()),
})
export type SuccessResult = Infer<typeof SuccessResult>

export const ErrorResult = sequence('30', {
  bppCommandId: field('80', BppCommandId),
  errorReason: field('81', ErrorReason),
  simaResponse: optional('82', octetString()),
})
export type ErrorResult = Infer<typeof ErrorResult>

/** What `euiccSignPIR` covers. */
export const ProfileInstallationResultData = sequence('BF27', {
  transactionId: field('80', TransactionId),
  notificationMetadata: field('BF2F', NotificationMetadata),
  smdpOid: field('06', objectIdentifier),
  finalResult: field(
    'A2',
    choice('A2', {
      successResult: alternative('A0', SuccessResult),
      errorResult: alternative('A1', ErrorResult),
    }),
  ),
})
export type ProfileInstallationResultData = Infer<typeof ProfileInstallationResultData>

export const EuiccSignPIR = tagged('5F37', octetString())
export type EuiccSignPIR = Infer<typeof EuiccSignPIR>

/** SGP.22 §2.5.6 */
export const ProfileInstallationResult = sequence('BF37', {
  profileInstallationResultData: field('BF27', ProfileInstallationResultData),
  euiccSignPIR: field('5F37', EuiccSignPIR),
})
export type ProfileInstallationResult = Infer<typeof ProfileInstallationResult>

/** SGP.22 §5.7.10 */
export const OtherSignedNotification = sequence('30', {
  tbsOtherNotification: field('BF2F', NotificationMetadata),
  euiccNotificationSignature: field('5F37', octetString()),
  euiccCertificate: field('30', Certificate),
  eumCertificate: field('30', Certificate),
})
export type OtherSignedNotification = Infer<typeof OtherSignedNotification>

export const PendingNotification = choice(UNTAGGED, {
  profileInstallationResult: alternative('BF37', ProfileInstallationResult),
  otherSignedNotification: alternative('30', OtherSignedNotification),
})
export type PendingNotification = Infer<typeof PendingNotification>

/** SGP.22 §5.6.4 */
export const HandleNotification = sequence('BF3D', { pendingNotification: field('A0', PendingNotification) })
export type HandleNotification = Infer<typeof HandleNotification>
