/** Profile state management operations as an eUICC executes them, with the standard's refusals (SGP.32 §2.11.1.1.2). */
import type { Infer } from '../../../shared/asn1/index.ts'
import { toHex } from '../../../shared/octets.ts'
import { iccidFromOctets, iccidToOctets, parseIccid } from '../../../shared/sgp22/index.ts'
import {
  DeleteProfileResult,
  DisableProfileResult,
  EnableProfileResult,
  type EuiccResultData,
  type ProfileInfo,
  type Psmo,
  SetFallbackAttributeResult,
  UnsetFallbackAttributeResult,
} from '../../../shared/sgp32/index.ts'
import { type EuiccState, enabledProfile, profileOf, type SimulatedProfile } from './euicc-state.ts'

export type StepResult = Infer<typeof EuiccResultData>
export type NotifiedEvent =
  | 'notificationEnable'
  | 'notificationDisable'
  | 'notificationDelete'
  | 'notificationInstall'

/** What an operation did: its result, whether it succeeded, and the events the eUICC must notify. */
export interface Executed {
  readonly name: string
  readonly result: StepResult
  readonly ok: boolean
  readonly events: readonly { readonly event: NotifiedEvent; readonly profile: SimulatedProfile }[]
}

function done(name: string, result: StepResult, events: Executed['events'] = []): Executed {
  return { name, result, ok: true, events }
}

function refused(name: string, result: StepResult): Executed {
  return { name, result, ok: false, events: [] }
}

export function executePsmo(state: EuiccState, psmo: Infer<typeof Psmo>): Executed {
  if (psmo.enable)
    return enable(state, iccidFromOctets(psmo.enable.iccid), psmo.enable.rollbackFlag !== undefined)
  if (psmo.disable) return disable(state, iccidFromOctets(psmo.disable.iccid))
  if (psmo.delete) return deleteProfile(state, iccidFromOctets(psmo.delete.iccid))
  if (psmo.listProfileInfo) return listProfileInfo(state, psmo.listProfileInfo)
  if (psmo.getRAT) return done('getRAT', { getRATResult: RULES })
  if (psmo.configureImmediateEnable) return configureImmediateEnable(state, psmo.configureImmediateEnable)
  if (psmo.setFallbackAttribute) return setFallback(state, iccidFromOctets(psmo.setFallbackAttribute.iccid))
  if (psmo.unsetFallbackAttribute) return unsetFallback(state)
  state.defaultSmdpAddress = psmo.setDefaultDpAddress.defaultDpAddress
  return done('setDefaultDpAddress', { setDefaultDpAddressResult: { setDefaultDpAddressResult: 0 } })
}

/** Any operator may use ppr1 and ppr2, with the user's consent. */
const RULES: NonNullable<StepResult['getRATResult']> = [
  {
    pprIds: ['ppr1', 'ppr2'],
    allowedOperators: [{ mccMnc: Uint8Array.of(0xee, 0xee, 0xee) }],
    pprFlags: ['consentRequired'],
  },
]

function enable(state: EuiccState, iccid: string, withRollback: boolean): Executed {
  const { codes } = EnableProfileResult
  const refuse = (code: number) => refused('enable', { enableResult: code })
  const wanted = profileOf(state, iccid)
  const current = enabledProfile(state)
  if (!wanted) return refuse(codes.iccidOrAidNotFound)
  if (wanted.state === 'enabled') return refuse(codes.profileNotInDisabledState)
  if (current?.policyRules.includes('ppr1')) return refuse(codes.disallowedByPolicy)
  if (withRollback && !current) return refuse(codes.rollbackNotAvailable)
  if (current) current.state = 'disabled'
  wanted.state = 'enabled'
  return done('enable', { enableResult: codes.ok }, [
    ...(current ? [{ event: 'notificationDisable' as const, profile: current }] : []),
    { event: 'notificationEnable', profile: wanted },
  ])
}

function disable(state: EuiccState, iccid: string): Executed {
  const { codes } = DisableProfileResult
  const refuse = (code: number) => refused('disable', { disableResult: code })
  const profile = profileOf(state, iccid)
  if (!profile) return refuse(codes.iccidOrAidNotFound)
  if (profile.state !== 'enabled') return refuse(codes.profileNotInEnabledState)
  if (profile.policyRules.includes('ppr1')) return refuse(codes.disallowedByPolicy)
  profile.state = 'disabled'
  return done('disable', { disableResult: codes.ok }, [{ event: 'notificationDisable', profile }])
}

function deleteProfile(state: EuiccState, iccid: string): Executed {
  const { codes } = DeleteProfileResult
  const refuse = (code: number) => refused('delete', { deleteResult: code })
  const profile = profileOf(state, iccid)
  if (!profile) return refuse(codes.iccidOrAidNotFound)
  if (profile.state !== 'disabled') return refuse(codes.profileNotInDisabledState)
  if (profile.policyRules.includes('ppr2')) return refuse(codes.disallowedByPolicy)
  if (state.returnIccid === iccid) return refuse(codes.returnFallbackProfile)
  state.profiles = state.profiles.filter((each) => each !== profile)
  return done('delete', { deleteResult: codes.ok }, [{ event: 'notificationDelete', profile }])
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

type ListRequest = NonNullable<Infer<typeof Psmo>['listProfileInfo']>
const CLASSES = ['test', 'provisioning', 'operational']

function listProfileInfo(state: EuiccState, request: ListRequest): Executed {
  const tags = request.tagList ? tagsIn(toHex(request.tagList)) : DEFAULT_TAGS
  const criteria = request.searchCriteria
  const profileInfoListOk = state.profiles
    .filter((profile) => !criteria?.iccid || profile.iccid === iccidFromOctets(criteria.iccid))
    .filter(
      (profile) =>
        criteria?.profileClass === undefined || profile.profileClass === CLASSES[criteria.profileClass],
    )
    .map((profile) => profileInfo(profile, tags))
  return done('listProfileInfo', { listProfileInfoResult: { profileInfoListOk } })
}

const DEFAULT_TAGS: ReadonlySet<string> = new Set([
  '5A',
  '4F',
  '9F70',
  '90',
  '91',
  '92',
  '93',
  '94',
  '95',
  '9F26',
  '9F67',
])

function tagsIn(hex: string): Set<string> {
  return new Set(hex.match(/(9F|BF|5F)..|../g) ?? [])
}

function profileInfo(profile: SimulatedProfile, tags: ReadonlySet<string>): Infer<typeof ProfileInfo> {
  const only = <T>(tag: string, value: T) => (tags.has(tag) ? value : undefined)
  return {
    iccid: only('5A', iccidToOctets(parseIccid(profile.iccid))),
    profileState: only('9F70', profile.state === 'enabled' ? 1 : 0),
    serviceProviderName: only('91', profile.serviceProviderName),
    profileName: only('92', profile.profileName),
    profileClass: only('95', CLASSES.indexOf(profile.profileClass)),
    profilePolicyRules: only('99', profile.policyRules),
    fallbackAttribute: tags.has('9F26') && profile.fallback,
    fallbackAllowed: only('9F67', profile.fallbackAllowed),
  }
}
