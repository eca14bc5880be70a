/** Profile state management operations as an eUICC executes them, with the standard's refusals (SGP.32 §2.11.1.1.2). */
import type { Infer } from '../../shared/asn1/index.ts'
import { iccidFromOctets } from '../../shared/sgp22/index.ts'
import {
  DeleteProfileResult,
  DisableProfileResult,
  EnableProfileResult,
  type EuiccResultData,
  type Psmo,
  SetFallbackAttributeResult,
  UnsetFallbackAttributeResult,
} from '../../shared/sgp32/index.ts'
import { type EuiccState, enabledProfile, profileOf, type Switched, switchTo } from './euicc-state.ts'
import { listProfileInfo } from './profile-info.ts'

export type StepResult = Infer<typeof EuiccResultData>

/** What an operation did: its result, whether it succeeded, and the events the eUICC must notify. */
export interface Executed {
  readonly name: string
  readonly result: StepResult
  readonly ok: boolean
  readonly events: readonly Switched[]
}

/** What the package at hand means for an operation in it. */
export interface Circumstances {
  readonly catBusy: boolean
  /** The profile that an earlier operation of the package promised to return to on rollback. */
  readonly rollbackIccid: string | null
}

function done(name: string, result: StepResult, events: Executed['events'] = []): Executed {
  return { name, result, ok: true, events }
}

function refused(name: string, result: StepResult): Executed {
  return { name, result, ok: false, events: [] }
}

export function executePsmo(state: EuiccState, psmo: Infer<typeof Psmo>, now: Circumstances): Executed {
  if (psmo.enable) return enable(state, psmo.enable, now)
  if (psmo.disable) return disable(state, iccidFromOctets(psmo.disable.iccid), now)
  if (psmo.delete) return deleteProfile(state, iccidFromOctets(psmo.delete.iccid), now)
  if (psmo.listProfileInfo) return list(state, psmo.listProfileInfo)
  if (psmo.getRAT) return done('getRAT', { getRATResult: state.rulesAuthorisationTable })
  if (psmo.configureImmediateEnable) return configureImmediateEnable(state, psmo.configureImmediateEnable)
  if (psmo.setFallbackAttribute) return setFallback(state, iccidFromOctets(psmo.setFallbackAttribute.iccid))
  if (psmo.unsetFallbackAttribute) return unsetFallback(state)
  state.defaultSmdpAddress = psmo.setDefaultDpAddress.defaultDpAddress
  return done('setDefaultDpAddress', { setDefaultDpAddressResult: { setDefaultDpAddressResult: 0 } })
}

type Enable = NonNullable<Infer<typeof Psmo>['enable']>

function enable(state: EuiccState, request: Enable, { catBusy }: Circumstances): Executed {
  const { codes } = EnableProfileResult
  const refuse = (code: number) => refused('enable', { enableResult: code })
  const wanted = profileOf(state, iccidFromOctets(request.iccid))
  const current = enabledProfile(state)
  if (!wanted) return refuse(codes.iccidOrAidNotFound)
  if (wanted.state === 'enabled') return refuse(codes.profileNotInDisabledState)
  if (current?.policyRules.includes('ppr1')) return refuse(codes.disallowedByPolicy)
  if (catBusy) return refuse(codes.catBusy)
  if (request.rollbackFlag !== undefined && !current) return refuse(codes.rollbackNotAvailable)
  state.returnIccid = null
  return done('enable', { enableResult: codes.ok }, switchTo(state, wanted))
}

function disable(state: EuiccState, iccid: string, { catBusy }: Circumstances): Executed {
  const { codes } = DisableProfileResult
  const refuse = (code: number) => refused('disable', { disableResult: code })
  const profile = profileOf(state, iccid)
  if (!profile) return refuse(codes.iccidOrAidNotFound)
  if (profile.state !== 'enabled') return refuse(codes.profileNotInEnabledState)
  if (profile.policyRules.includes('ppr1')) return refuse(codes.disallowedByPolicy)
  if (catBusy) return refuse(codes.catBusy)
  state.returnIccid = null
  return done('disable', { disableResult: codes.ok }, switchTo(state, null))
}

function deleteProfile(state: EuiccState, iccid: string, { rollbackIccid }: Circumstances): Executed {
  const { codes } = DeleteProfileResult
  const refuse = (code: number) => refused('delete', { deleteResult: code })
  const profile = profileOf(state, iccid)
  if (!profile) return refuse(codes.iccidOrAidNotFound)
  if (profile.state !== 'disabled') return refuse(codes.profileNotInDisabledState)
  if (profile.policyRules.includes('ppr2')) return refuse(codes.disallowedByPolicy)
  if (rollbackIccid === iccid) return refuse(codes.rollbackNotAvailable)
  if (state.returnIccid === iccid) return refuse(codes.returnFallbackProfile)
  state.profiles = state.profiles.filter((each) => each !== profile)
  return done('delete', { deleteResult: codes.ok }, [{ event: 'notificationDelete', profile }])
}

function list(state: EuiccState, request: NonNullable<Infer<typeof Psmo>['listProfileInfo']>): Executed {
  const result = listProfileInfo(state, request)
  const executed = { listProfileInfoResult: result }
  return result.profileInfoListOk ? done('listProfileInfo', executed) : refused('listProfileInfo', executed)
}

function setFallback(state: EuiccState, iccid: string): Executed {
  const { codes } = SetFallbackAttributeResult
  const refuse = (code: number) => refused('setFallbackAttribute', { setFallbackAttributeResult: code })
  const profile = profileOf(state, iccid)
  if (!profile) return refuse(codes.iccidOrAidNotFound)
  if (!profile.fallbackAllowed) return refuse(codes.fallbackNotAllowed)
  if (fallbackIsOn(state)) return refuse(codes.fallbackProfileEnabled)
  for (const each of state.profiles) each.fallback = each === profile
  return done('setFallbackAttribute', { setFallbackAttributeResult: codes.ok })
}

function unsetFallback(state: EuiccState): Executed {
  const { codes } = UnsetFallbackAttributeResult
  const refuse = (code: number) => refused('unsetFallbackAttribute', { unsetFallbackAttributeResult: code })
  const profile = state.profiles.find((each) => each.fallback)
  if (!profile) return refuse(codes.noFallbackAttribute)
  if (fallbackIsOn(state)) return refuse(codes.fallbackProfileEnabled)
  profile.fallback = false
  return done('unsetFallbackAttribute', { unsetFallbackAttributeResult: codes.ok })
}

/** Whether the card itself, not an eIM, has switched to the fallback profile. */
function fallbackIsOn(state: EuiccState): boolean {
  return state.returnIccid !== null
}

type ImmediateEnable = NonNullable<Infer<typeof Psmo>['configureImmediateEnable']>

function configureImmediateEnable(state: EuiccState, wanted: ImmediateEnable): Executed {
  state.immediateEnable = {
    enabled: wanted.immediateEnableFlag !== undefined,
    smdpOid: wanted.defaultSmdpOid ?? null,
    smdpAddress: wanted.defaultSmdpAddress ?? null,
  }
  return done('configureImmediateEnable', { configureImmediateEnableResult: 0 })
}
