/** The metadata of a profile to be installed, which the eIM may check for the IPA (SGP.32 §3.2.3.2). */
import {
  boolean,
  field,
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
import {
  IconType,
  NotificationConfigurationInformation,
  OperatorId,
  PprIds,
  ProfileClass,
  VendorSpecificExtension,
} from '../sgp22/profile-metadata.ts'

/** `iotSpecificMetadata` comes with v1.3. */
export const StoreMetadataRequest = sequence('BF25', {
  iccid: field('5A', Iccid),
  serviceProviderName: field('91', utf8String(size(0, 32))),
  profileName: field('92', utf8String(size(0, 64))),
  iconType: optional('93', IconType),
  icon: optional('94', octetString(size(0, 1024))),
  profileClass: withDefault('95', ProfileClass, ProfileClass.codes.operational),
  notificationConfigurationInfo: optional('B6', sequenceOf('B6', '30', NotificationConfigurationInformation)),
  profileOwner: optional('B7', OperatorId),
  profilePolicyRules: optional('99', PprIds),
  serviceSpecificDataStoredInEuicc: optional('BF22', VendorSpecificExtension),
  serviceSpecificDataNotStoredInEuicc: optional('BF23', VendorSpecificExtension),
  ecallIndication: optional('9F7B', boolean),
  fallbackAllowed: optional('9F67', boolean),
  iotSpecificMetadata: optional('BF64', sequence('BF64', {})),
})
export type StoreMetadataRequest = Infer<typeof StoreMetadataRequest>
