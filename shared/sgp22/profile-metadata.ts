/** What describes a profile: name, class, owner, rules, whom to notify. */
import {
  elements,
  field,
  type Infer,
  namedBits,
  namedInteger,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  sequenceOf,
  size,
  utf8String,
  withDefault,
} from '../asn1/index.ts'
import { Iccid } from './iccid.ts'

export const IconType = namedInteger({ jpg: 0, png: 1 })
export type IconType = Infer<typeof IconType>

export const ProfileClass = namedInteger({ test: 0, provisioning: 1, operational: 2 })
export type ProfileClass = Infer<typeof ProfileClass>

export const ProfileState = namedInteger({ disabled: 0, enabled: 1 })
export type ProfileState = Infer<typeof ProfileState>

export const PprIds = namedBits(['pprUpdateControl', 'ppr1', 'ppr2'])
export type PprIds = Infer<typeof PprIds>

/** `mccMnc` is coded as in TS 24.008 §10.5.1.13. */
export const OperatorId = sequence('30', {
  mccMnc: field('80', octetString(size(3))),
  gid1: optional('81', octetString()),
  gid2: optional('82', octetString()),
})
export type OperatorId = Infer<typeof OperatorId>

export const NotificationEvent = namedBits([
  'notificationInstall',
  'notificationEnable',
  'notificationDisable',
  'notificationDelete',
])
export type NotificationEvent = Infer<typeof NotificationEvent>

/** Which events of a profile to notify, and where to. */
export const NotificationConfigurationInformation = sequence('30', {
  profileManagementOperation: field('80', NotificationEvent),
  notificationAddress: field('81', utf8String()),
})
export type NotificationConfigurationInformation = Infer<typeof NotificationConfigurationInformation>

/** Data under a vendor's own OBJECT IDENTIFIER; the standard leaves its form open. */
export const VendorSpecificExtension = sequenceOf(
  '30',
  '30',
  sequence('30', { vendorOid: field('80', objectIdentifier), vendorSpecificData: field('A1', elements) }),
)
export type VendorSpecificExtension = Infer<typeof VendorSpecificExtension>

export const DpProprietaryData = sequence('30', { dpOid: field('80', objectIdentifier) })
export type DpProprietaryData = Infer<typeof DpProprietaryData>

/** SGP.22 §5.5.3 */
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
})
export type StoreMetadataRequest = Infer<typeof StoreMetadataRequest>

/** The owner changes what an installed profile says about itself. */
export const UpdateMetadataRequest = sequence('BF2A', {
  serviceProviderName: optional('91', utf8String(size(0, 32))),
  profileName: optional('92', utf8String(size(0, 64))),
  iconType: optional('93', IconType),
  icon: optional('94', octetString(size(0, 1024))),
  profilePolicyRules: optional('99', PprIds),
  serviceSpecificDataStoredInEuicc: optional('BF22', VendorSpecificExtension),
})
export type UpdateMetadataRequest = Infer<typeof UpdateMetadataRequest>
