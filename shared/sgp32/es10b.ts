/** ES10b functions between IPA and eUICC; an eIM neither sends nor receives them. */
import {
  alternative,
  boolean,
  choice,
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
import { SubjectKeyIdentifier } from '../sgp22/octet-strings.ts'
import { Certificate } from '../sgp22/x509-parts.ts'
import { EuiccPackageResult } from './euicc-package-result.ts'

export const GetCertsRequest = sequence('BF56', { euiccCiPKId: optional('80', SubjectKeyIdentifier) })
export type GetCertsRequest = Infer<typeof GetCertsRequest>

export const GetCertsError = namedInteger({ invalidCiPKId: 1, undfinedError: 127 })
export type GetCertsError = Infer<typeof GetCertsError>

export const GetCertsResponse = choice('BF56', {
  certs: alternative(
    'A0',
    sequence('A0', { eumCertificate: field('A5', Certificate), euiccCertificate: field('A6', Certificate) }),
  ),
  getCertsError: alternative('81', GetCertsError),
})
export type GetCertsResponse = Infer<typeof GetCertsResponse>

export const ResetOptions = namedBits([
  'deleteOperationalProfiles',
  'deleteFieldLoadedTestProfiles',
  'resetDefaultSmdpAddress',
  'deletePreLoadedTestProfiles',
  'deleteProvisioningProfiles',
  'resetEimConfigData',
  'resetImmediateEnableConfig',
])
export type ResetOptions = Infer<typeof ResetOptions>

export const EuiccMemoryResetRequest = sequence('BF64', { resetOptions: field('82', ResetOptions) })
export type EuiccMemoryResetRequest = Infer<typeof EuiccMemoryResetRequest>

export const ResetResult = namedInteger({
  ok: 0,
  nothingToDelete: 1,
  catBusy: 5,
  ecallActive: 104,
  undefinedError: 127,
})
export type ResetResult = Infer<typeof ResetResult>

export const ResetEimResult = namedInteger({
  ok: 0,
  nothingToDelete: 1,
  eimResetNotSupported: 2,
  undefinedError: 127,
})
export type ResetEimResult = Infer<typeof ResetEimResult>

export const ResetImmediateEnableConfigResult = namedInteger({
  ok: 0,
  resetIECNotSupported: 1,
  undefinedError: 127,
})
export type ResetImmediateEnableConfigResult = Infer<typeof ResetImmediateEnableConfigResult>

export const EuiccMemoryResetResponse = sequence('BF64', {
  resetResult: field('80', ResetResult),
  resetEimResult: optional('81', ResetEimResult),
  resetImmediateEnableConfigResult: optional('82', ResetImmediateEnableConfigResult),
})
export type EuiccMemoryResetResponse = Infer<typeof EuiccMemoryResetResponse>

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
export type ConfigImmediateEnableResult = Infer<typeof ConfigImmediateEnableResult>

export const ConfigureImmediateProfileEnablingResponse = sequence('BF59', {
  configImmediateEnableResult: field('80', ConfigImmediateEnableResult),
})
export type ConfigureImmediateProfileEnablingResponse = Infer<
  typeof ConfigureImmediateProfileEnablingResponse
>

export const ImmediateEnableRequest = sequence('BF5A', { refreshFlag: field('80', boolean) })
export type ImmediateEnableRequest = Infer<typeof ImmediateEnableRequest>

export const ImmediateEnableResult = namedInteger({
  ok: 0,
  immediateEnableNotAvailable: 1,
  noSessionContext: 4,
  catBusy: 5,
  undefinedError: 127,
})
export type ImmediateEnableResult = Infer<typeof ImmediateEnableResult>

export const ImmediateEnableResponse = sequence('BF5A', {
  immediateEnableResult: field('80', ImmediateEnableResult),
})
export type ImmediateEnableResponse = Infer<typeof ImmediateEnableResponse>

export const CmdResult = namedInteger({
  ok: 0,
  rollbackNotAllowed: 1,
  catBusy: 5,
  commandError: 7,
  undefinedError: 127,
})
export type CmdResult = Infer<typeof CmdResult>

export const ProfileRollbackRequest = sequence('BF58', { refreshFlag: field('80', boolean) })
export type ProfileRollbackRequest = Infer<typeof ProfileRollbackRequest>

export const ProfileRollbackResponse = sequence('BF58', {
  cmdResult: field('02', CmdResult),
  eUICCPackageResult: optional('BF51', EuiccPackageResult),
})
export type ProfileRollbackResponse = Infer<typeof ProfileRollbackResponse>

export const ConnectivityParameters = sequence('30', { httpParams: optional('81', octetString()) })
export type ConnectivityParameters = Infer<typeof ConnectivityParameters>

export const GetConnectivityParametersRequest = sequence('BF5F', {})
export type GetConnectivityParametersRequest = Infer<typeof GetConnectivityParametersRequest>

export const ConnectivityParametersError = namedInteger({ parametersNotAvailable: 1, undefinedError: 127 })
export type ConnectivityParametersError = Infer<typeof ConnectivityParametersError>

export const GetConnectivityParametersResponse = choice('BF5F', {
  connectivityParameters: alternative('A0', ConnectivityParameters),
  connectivityParametersError: alternative('81', ConnectivityParametersError),
})
export type GetConnectivityParametersResponse = Infer<typeof GetConnectivityParametersResponse>

export const IpaeOption = namedBits(['activateIpae'])
export type IpaeOption = Infer<typeof IpaeOption>

export const IpaeActivationRequest = sequence('BF42', { ipaeOption: field('80', IpaeOption) })
export type IpaeActivationRequest = Infer<typeof IpaeActivationRequest>

export const IpaeActivationResult = namedInteger({ ok: 0, notSupported: 1 })
export type IpaeActivationResult = Infer<typeof IpaeActivationResult>

export const IpaeActivationResponse = sequence('BF42', {
  ipaeActivationResult: field('80', IpaeActivationResult),
})
export type IpaeActivationResponse = Infer<typeof IpaeActivationResponse>

export const EuiccConfiguration = namedBits(['ipaeSupported', 'enabledProfile'])
export type EuiccConfiguration = Infer<typeof EuiccConfiguration>

/** Read from the ISD-R at selection. */
export const ISDRProprietaryApplicationTemplateIoT = sequence('E1', {
  euiccConfiguration: field('80', EuiccConfiguration),
})
export type ISDRProprietaryApplicationTemplateIoT = Infer<typeof ISDRProprietaryApplicationTemplateIoT>
