/** What a device says about itself. */
import { bitString, field, type Infer, integer, optional, sequence, tagged } from '../asn1/index.ts'
import { Octet4, Octet8, VersionType } from './octet-strings.ts'

export const CatSupportedClasses = tagged('03', bitString)
export type CatSupportedClasses = Infer<typeof CatSupportedClasses>

export const EuiccFormFactorType = tagged('02', integer)
export type EuiccFormFactorType = Infer<typeof EuiccFormFactorType>

export const DeviceAdditionalFeatureSupport = sequence('30', { naiSupport: optional('80', VersionType) })
export type DeviceAdditionalFeatureSupport = Infer<typeof DeviceAdditionalFeatureSupport>

export const DeviceCapabilities = sequence('30', {
  gsmSupportedRelease: optional('80', VersionType),
  utranSupportedRelease: optional('81', VersionType),
  cdma2000onexSupportedRelease: optional('82', VersionType),
  cdma2000hrpdSupportedRelease: optional('83', VersionType),
  cdma2000ehrpdSupportedRelease: optional('84', VersionType),
  eutranEpcSupportedRelease: optional('85', VersionType),
  contactlessSupportedRelease: optional('86', VersionType),
  rspCrlSupportedVersion: optional('87', VersionType),
  nrEpcSupportedRelease: optional('88', VersionType),
  nr5gcSupportedRelease: optional('89', VersionType),
  eutran5gcSupportedRelease: optional('8A', VersionType),
  lpaSvn: optional('8B', VersionType),
  catSupportedClasses: optional('8C', CatSupportedClasses),
  euiccFormFactorType: optional('8D', EuiccFormFactorType),
  deviceAdditionalFeatureSupport: optional('AE', DeviceAdditionalFeatureSupport),
})
export type DeviceCapabilities = Infer<typeof DeviceCapabilities>

/** SGP.22 §4.2 */
export const DeviceInfo = sequence('30', {
  tac: field('80', Octet4),
  deviceCapabilities: field('A1', DeviceCapabilities),
  imei: optional('82', Octet8),
})
export type DeviceInfo = Infer<typeof DeviceInfo>
