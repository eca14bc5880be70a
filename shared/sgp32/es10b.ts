/** TODO */
import {
  alternative,
  boolean,
  choice,
  derSequence,
  field,
  type Infer,
  namedBits,
  namedInteger,
  nothing,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  utf8String,
} from '../asn1/index.ts'
import { EuiccPackageResult } from './euicc-package-result.ts'

export const GetCertsRequest = sequence('BF56', { euiccCiPKId: optional('80', octetString()) })
export type GetCertsRequest = Infer<typeof GetCertsRequest>

export const GetCertsError = namedInteger({ invalidCiPKId: 1, undfinedError: 127 })

export const GetCertsResponse = choice('BF56', {
  certs: alternative(
    'A0',
    sequence('A0', { eumCertificate: field('A5', derSequence), euiccCertificate: field('A6', derSequence) }),
  ),
  getCertsError: alternative('81', GetCertsError),
})
export type GetCertsResponse = Infer<typeof GetCertsResponse>

export const EuiccMemoryResetRequest = sequence('BF64', {
  resetOptions: field(
    '82',
    namedBits([
      'deleteOperationalProfiles',
      'deleteFieldLoadedTestProfiles',
      'resetDefaultSmdpAddress',
      'deletePreLoadedTestProfiles',
      'deleteProvisioningProfiles',
      'resetEimConfigData',
      'resetImmediateEnableConfig',
    ]),
  ),
})
export type EuiccMemoryResetRequest = Infer<typeof EuiccMemoryResetRequest>

export const ResetResult = namedInteger({
  ok: 0,
  nothingToDelete: 1,
  catBusy: 5,
  ecallActive: 104,
  undefinedError: 127,
})

export const ResetEimResult = namedInteger({
  ok: 0,
  nothingToDelete: 1,
  eimResetNotSupported: 2,
  undefinedError: 127,
})

export const ResetImmediateEnableConfigResult = namedInteger({
  ok: 0,
  resetIECNotSupported: 1,
  undefinedError: 127,
})

export const EuiccMemoryResetResponse = sequence('BF64', {
  resetResult: field('80', ResetResult),
  resetEimResult: optional('81', ResetEimResult),
  resetImmediateEnableConfigResult: optional('82', ResetImmediateEnableConfigResult),
})
export type EuiccMemoryResetResponse = Infer<typeof EuiccMemoryResetResponse>

export const ImmediateEnableRequest = sequence('BF5A', { refreshFlag: field('80', boolean) })
export type ImmediateEnableRequest = Infer<typeof ImmediateEnableRequest>

export const ImmediateEnableResult = namedInteger({
  ok: 0,
  immediateEnableNotAvailable: 1,
  noSessionContext: 4,
  catBusy: 5,
  undefinedError: 127,
})

export const ImmediateEnableResponse = sequence('BF5A', {
  immediateEnableResult: field('80', ImmediateEnableResult),
})
export type ImmediateEnableResponse = Infer<typeof ImmediateEnableResponse>

export const ProfileRollbackRequest = sequence('BF58', { refreshFlag: field('80', boolean) })
export type ProfileRollbackRequest = Infer<typeof ProfileRollbackRequest>

export const CmdResult = namedInteger({
  ok: 0,
  rollbackNotAllowed: 1,
  catBusy: 5,
  commandError: 7,
  undefinedError: 127,
})

export const ProfileRollbackResponse = sequence('BF58', {
  cmdResult: field('02', CmdResult),
  eUICCPackageResult: optional('BF51', EuiccPackageResult),
})
export type ProfileRollbackResponse = Infer<typeof ProfileRollbackResponse>

export const ConfigureImmediateProfileEnablingRequest = sequence('BF59', {
  immediateEnableFlag: optional('80', nothing),
  defaultSmdpOid: optional('81', objectIdentifier),
  defaultSmdpAddress: optional('82', utf8String()),
})
export type ConfigureImmediateProfileEnablingRequest = Infer<typeof ConfigureImmediateProfileEnablingRequest>

export const ConfigImmediateEnableResult = namedInteger({
  ok: 0,
  insufficientMemory: 1,
  associatedEimAlreadyExists: 2,
  undefinedError: 127,
})

export const ConfigureImmediateProfileEnablingResponse = sequence('BF59', {
  configImmediateEnableResult: field('80', ConfigImmediateEnableResult),
})
export type ConfigureImmediateProfileEnablingResponse = Infer<
  typeof ConfigureImmediateProfileEnablingResponse
>

export const ExecuteFallbackMechanismRequest = sequence('BF5D', { refreshFlag: field('80', boolean) })
export type ExecuteFallbackMechanismRequest = Infer<typeof ExecuteFallbackMechanismRequest>

export const ExecuteFallbackMechanismResult = namedInteger({
  ok: 0,
  profileNotInDisabledState: 2,
  catBusy: 5,
  fallbackNotAvailable: 6,
  commandError: 7,
  ecallActive: 104,
  undefinedError: 127,
})

export const ExecuteFallbackMechanismResponse = sequence('BF5D', {
  executeFallbackMechanismResult: field('80', ExecuteFallbackMechanismResult),
})
export type ExecuteFallbackMechanismResponse = Infer<typeof ExecuteFallbackMechanismResponse>

export const ReturnFromFallbackRequest = sequence('BF5E', { refreshFlag: field('80', boolean) })
export type ReturnFromFallbackRequest = Infer<typeof ReturnFromFallbackRequest>

export const ReturnFromFallbackResult = namedInteger({
  ok: 0,
  catBusy: 5,
  fallbackNotAvailable: 6,
  commandError: 7,
  undefinedError: 127,
})

export const ReturnFromFallbackResponse = sequence('BF5E', {
  returnFromFallbackResult: field('80', ReturnFromFallbackResult),
})
export type ReturnFromFallbackResponse = Infer<typeof ReturnFromFallbackResponse>

export const EnableEmergencyProfileRequest = sequence('BF5B', { refreshFlag: field('80', boolean) })
export type EnableEmergencyProfileRequest = Infer<typeof EnableEmergencyProfileRequest>

export const EnableEmergencyProfileResult = namedInteger({
  ok: 0,
  profileNotInDisabledState: 2,
  catBusy: 5,
  ecallNotAvailable: 8,
  undefinedError: 127,
})

export const EnableEmergencyProfileResponse = sequence('BF5B', {
  enableEmergencyProfileResult: field('80', EnableEmergencyProfileResult),
})
export type EnableEmergencyProfileResponse = Infer<typeof EnableEmergencyProfileResponse>

export const DisableEmergencyProfileRequest = sequence('BF5C', { refreshFlag: field('80', boolean) })
export type DisableEmergencyProfileRequest = Infer<typeof DisableEmergencyProfileRequest>

export const DisableEmergencyProfileResult = namedInteger({
  ok: 0,
  profileNotInEnabledState: 2,
  catBusy: 5,
  ecallNotAvailable: 8,
  undefinedError: 127,
})

export const DisableEmergencyProfileResponse = sequence('BF5C', {
  disableEmergencyProfileResult: field('80', DisableEmergencyProfileResult),
})
export type DisableEmergencyProfileResponse = Infer<typeof DisableEmergencyProfileResponse>

export const GetConnectivityParametersRequest = sequence('BF5F', {})
export type GetConnectivityParametersRequest = Infer<typeof GetConnectivityParametersRequest>

export const ConnectivityParameters = sequence('30', { httpParams: optional('81', octetString()) })
export type ConnectivityParameters = Infer<typeof ConnectivityParameters>

export const IpaeActivationRequest = sequence('BF42', {
  ipaeOption: field('80', namedBits(['activateIpae'])),
})
export type IpaeActivationRequest = Infer<typeof IpaeActivationRequest>

export const IpaeActivationResult = namedInteger({ ok: 0, notSupported: 1 })

export const IpaeActivationResponse = sequence('BF42', {
  ipaeActivationResult: field('80', IpaeActivationResult),
})
export type IpaeActivationResponse = Infer<typeof IpaeActivationResponse>

export const ISDRProprietaryApplicationTemplateIoT = sequence('E1', {
  euiccConfiguration: field('80', namedBits(['ipaeSupported', 'enabledProfile'])),
})
export type ISDRProprietaryApplicationTemplateIoT = Infer<typeof ISDRProprietaryApplicationTemplateIoT>

export const ConnectivityParametersError = namedInteger({ parametersNotAvailable: 1, undefinedError: 127 })
export type ConnectivityParametersError = Infer<typeof ConnectivityParametersError>

export const GetConnectivityParametersResponse = choice('BF5F', {
  connectivityParameters: alternative('A0', ConnectivityParameters),
  connectivityParametersError: alternative('81', ConnectivityParametersError),
})
export type GetConnectivityParametersResponse = Infer<typeof GetConnectivityParametersResponse>
