/** The list of profiles on an eUICC, as a consumer eUICC gives it. */
import {
  alternative,
  choice,
  type Infer,
  namedInteger,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  utf8String,
} from '../asn1/index.ts'
import { bareProfileList } from '../sgp32/tolerance.ts'
import { Iccid } from './iccid.ts'
import { OctetTo16 } from './octet-strings.ts'
import {
  DpProprietaryData,
  IconType,
  NotificationConfigurationInformation,
  OperatorId,
  PprIds,
  ProfileClass,
  ProfileState,
  VendorSpecificExtension,
} from './profile-metadata.ts'

/** SGP.22 §5.7.15; `tagList` is the wanted tags of ProfileInfo side by side. */
export const ProfileInfoListRequest = sequence('BF2D', {
  searchCriteria: optional(
    'A0',
    choice('A0', {
      isdpAid: alternative('4F', OctetTo16),
      iccid: alternative('5A', Iccid),
      profileClass: alternative('95', ProfileClass),
    }),
  ),
  tagList: optional('5C', octetString()),
})
export type ProfileInfoListRequest = Infer<typeof ProfileInfoListRequest>

export const ProfileInfo = sequence('E3', {
  iccid: optional('5A', Iccid),
  isdpAid: optional('4F', OctetTo16),
  profileState: optional('9F70', ProfileState),
  profileNickname: optional('90', utf8String(size(0, 64))),
  serviceProviderName: optional('91', utf8String(size(0, 32))),
  profileName: optional('92', utf8String(size(0, 64))),
  iconType: optional('93', IconType),
  icon: optional('94', octetString(size(0, 1024))),
  profileClass: optional('95', ProfileClass),
  notificationConfigurationInfo: optional('B6', sequenceOf('B6', '30', NotificationConfigurationInformation)),
  profileOwner: optional('B7', OperatorId),
  dpProprietaryData: optional('B8', DpProprietaryData),
  profilePolicyRules: optional('99', PprIds),
  serviceSpecificDataStoredInEuicc: optional('BF22', VendorSpecificExtension),
})
export type ProfileInfo = Infer<typeof ProfileInfo>

export const ProfileInfoListError = namedInteger({ incorrectInputValues: 1, undefinedError: 127 })
export type ProfileInfoListError = Infer<typeof ProfileInfoListError>

/** SGP.22 §5.7.15 */
export const ProfileInfoListResponse = choice(
  'BF2D',
  {
    profileInfoListOk: alternative('A0', sequenceOf('A0', 'E3', ProfileInfo)),
    profileInfoListError: alternative('81', ProfileInfoListError),
  },
  bareProfileList,
)
export type ProfileInfoListResponse = Infer<typeof ProfileInfoListResponse>
