/** The eIM asks the IPA to download a profile. */
import {
  alternative,
  choice,
  field,
  type Infer,
  namedInteger,
  nothing,
  octetString,
  optional,
  sequence,
  size,
  UNTAGGED,
  utf8String,
} from '../asn1/index.ts'
import { ProfileInstallationResult } from '../sgp22/notification.ts'
import { TransactionId } from '../sgp22/transaction-id.ts'

export const ProfileDownloadData = choice(UNTAGGED, {
  activationCode: alternative('80', utf8String(size(0, 255))),
  contactDefaultSmdp: alternative('81', nothing),
  contactSmds: alternative('A2', sequence('A2', { smdsAddress: optional('80', utf8String()) })),
})
export type ProfileDownloadData = Infer<typeof ProfileDownloadData>

/** SGP.32 §2.11.1.3; empty when the eIM keeps the activation code itself. */
export const ProfileDownloadTriggerRequest = sequence('BF54', {
  profileDownloadData: optional('A0', ProfileDownloadData),
  eimTransactionId: optional('82', TransactionId),
})
export type ProfileDownloadTriggerRequest = Infer<typeof ProfileDownloadTriggerRequest>

export const ProfileDownloadErrorReason = namedInteger({ ecallActive: 104, undefinedError: 127 })
export type ProfileDownloadErrorReason = Infer<typeof ProfileDownloadErrorReason>

/** SGP.32 §2.11.2.3 */
export const ProfileDownloadTriggerResult = sequence('BF54', {
  eimTransactionId: optional('82', TransactionId),
  profileDownloadTriggerResultData: field(
    UNTAGGED,
    choice(UNTAGGED, {
      profileInstallationResult: alternative('BF37', ProfileInstallationResult),
      profileDownloadError: alternative(
        '30',
        sequence('30', {
          profileDownloadErrorReason: field('80', ProfileDownloadErrorReason),
          errorResponse: optional('04', octetString()),
        }),
      ),
    }),
  ),
})
export type ProfileDownloadTriggerResult = Infer<typeof ProfileDownloadTriggerResult>
