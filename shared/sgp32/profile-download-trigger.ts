/** TODO */
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
import { ProfileInstallationResult } from './notification.ts'

export const ProfileDownloadData = choice(UNTAGGED, {
  activationCode: alternative('80', utf8String(size(0, 255))),
  contactDefaultSmdp: alternative('81', nothing),
  contactSmds: alternative('A2', sequence('A2', { smdsAddress: optional('80', utf8String()) })),
})
export type ProfileDownloadData = Infer<typeof ProfileDownloadData>

export const ProfileDownloadTriggerRequest = sequence('BF54', {
  profileDownloadData: optional('A0', ProfileDownloadData),
  eimTransactionId: optional('82', octetString(size(1, 16))),
})
export type ProfileDownloadTriggerRequest = Infer<typeof ProfileDownloadTriggerRequest>

export const ProfileDownloadErrorReason = namedInteger({ ecallActive: 104, undefinedError: 127 })

export const ProfileDownloadTriggerResult = sequence('BF54', {
  eimTransactionId: optional('82', octetString(size(1, 16))),
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
