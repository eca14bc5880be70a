/** One profile in the list an IoT eUICC gives. */
import {
  boolean,
  type Infer,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  utf8String,
  withDefault,
} from '../asn1/index.ts'
import { Iccid } from '../sgp22/iccid.ts'
import { OctetTo16 } from '../sgp22/octet-strings.ts'
import {
  DpProprietaryData,
  IconType,
  NotificationConfigurationInformation,
  OperatorId,
  PprIds,
  ProfileClass,
  ProfileState,
  VendorSpecificExtension,
} from '../sgp22/profile-metadata.ts'

/** `iotSpecificProfileInfo` comes with v1.3. */
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
  ecallIndication: optional('9F7B', boolean),
  fallbackAttribute: withDefault('9F26', boolean, false),
  fallbackAllowed: optional('9F67', boolean),
  iotSpecificProfileInfo: optional('BF64', sequence('BF64', {})),
})
export type ProfileInfo = Infer<typeof ProfileInfo>
