/** Whether a campaign's operation makes sense for an eUICC, from what the fleet index knows; the eUICC's own object looks again. */
import { isSameIccid, parseIccid } from '../../../shared/sgp22/index.ts'
import type { OperationRequest } from '../../euicc/operation.ts'
import type { EnrolledEuicc } from '../euiccs.ts'
import type { CampaignOperation, EnableByProvider } from './campaign.ts'

export interface Ineligibility {
  readonly code:
    | 'unknown-eid'
    | 'profile-not-there'
    | 'profile-enabled'
    | 'already-so'
    | 'ambiguous-profile'
    | 'refused'
  readonly detail: string
}

export type Fitted =
  | { readonly ok: true; readonly request: OperationRequest }
  | { readonly ok: false; readonly why: Ineligibility }

type Profile = EnrolledEuicc['profiles'][number]

/** The request as this eUICC is to get it, or why it is left out. */
export function requestFor(
  { request }: CampaignOperation,
  { profiles }: Pick<EnrolledEuicc, 'profiles'>,
): Fitted {
  if ('serviceProviderName' in request) return fitByProvider(request, profiles)
  // Without a proven list nothing can be said; the eUICC will.
  const why = profiles.length === 0 ? null : objectionTo(request, profiles)
  return why ? { ok: false, why } : { ok: true, request }
}

function fitByProvider(request: EnableByProvider, profiles: readonly Profile[]): Fitted {
  const { serviceProviderName, rollback } = request
  const found = profiles.filter((profile) => profile.serviceProviderName === serviceProviderName)
  const [profile] = found
  if (!profile) {
    return no('profile-not-there', `no profile of ${serviceProviderName} is known to be on it`)
  }
  if (found.length > 1) {
    return no(
      'ambiguous-profile',
      `${found.length} profiles of ${serviceProviderName} are on it: name the ICCID`,
    )
  }
  if (profile.state === 'enabled') return no('already-so', `${profile.iccid} is enabled already`)
  return { ok: true, request: { type: 'profile.enable', iccid: profile.iccid, rollback } }
}

function no(code: Ineligibility['code'], detail: string): Fitted {
  return { ok: false, why: { code, detail } }
}

function objectionTo(request: OperationRequest, profiles: readonly Profile[]): Ineligibility | null {
  if (!('iccid' in request)) return null
  const wanted = parseIccid(request.iccid)
  const profile = profiles.find(({ iccid }) => isSameIccid(parseIccid(iccid), wanted))
  const isDone =
    request.type === 'profile.enable'
      ? profile?.state === 'enabled'
      : request.type === 'profile.disable'
        ? profile?.state === 'disabled'
        : request.type === 'profile.delete' && !profile
  if (isDone)
    return { code: 'already-so', detail: `${request.type} of ${request.iccid} would change nothing` }
  if (!profile) return { code: 'profile-not-there', detail: `${request.iccid} is not on it` }
  if (request.type === 'profile.delete' && profile.state === 'enabled') {
    return { code: 'profile-enabled', detail: `${request.iccid} is enabled: enable another profile first` }
  }
  return null
}
