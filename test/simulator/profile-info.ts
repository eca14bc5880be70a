/** ES10b.GetProfilesInfo and listProfileInfo: what the card tells of its profiles (SGP.22 §5.7.15, SGP.32 §2.11.1.1.2). */
import type { Infer } from '../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../shared/octets.ts'
import {
  iccidFromOctets,
  iccidToOctets,
  type ProfileInfoListRequest,
  parseIccid,
} from '../../shared/sgp22/index.ts'
import {
  type ProfileInfo,
  ProfileInfoListError,
  type ProfileInfoListResponse,
} from '../../shared/sgp32/index.ts'
import type { EuiccState, SimulatedProfile } from './euicc-state.ts'

type Request = Infer<typeof ProfileInfoListRequest>
type Answer = Infer<typeof ProfileInfoListResponse>
type Fields = Partial<Infer<typeof ProfileInfo>>

const CLASSES = ['test', 'provisioning', 'operational']

/** Every tag the card knows in a profile, and what it answers to it. */
const FIELDS: Readonly<Record<string, (profile: SimulatedProfile) => Fields>> = {
  '5A': ({ iccid }) => ({ iccid: iccidToOctets(parseIccid(iccid)) }),
  '4F': ({ isdpAid }) => ({ isdpAid: isdpAid === undefined ? undefined : fromHex(isdpAid) }),
  '9F70': ({ state }) => ({ profileState: state === 'enabled' ? 1 : 0 }),
  '90': ({ profileNickname }) => ({ profileNickname }),
  '91': ({ serviceProviderName }) => ({ serviceProviderName }),
  '92': ({ profileName }) => ({ profileName }),
  '93': () => ({}),
  '94': () => ({}),
  '95': ({ profileClass }) => ({ profileClass: CLASSES.indexOf(profileClass) }),
  B6: (profile) => ({
    notificationConfigurationInfo: [
      {
        profileManagementOperation: profile.notifies ?? [
          'notificationInstall',
          'notificationEnable',
          'notificationDisable',
          'notificationDelete',
        ],
        notificationAddress: profile.smdpAddress,
      },
    ],
  }),
  B7: () => ({}),
  B8: () => ({}),
  '99': ({ policyRules }) => ({ profilePolicyRules: policyRules }),
  '9F7B': ({ ecallIndication }) => ({ ecallIndication }),
  '9F26': ({ fallback }) => ({ fallbackAttribute: fallback }),
  '9F67': ({ fallbackAllowed }) => ({ fallbackAllowed }),
  BF22: () => ({}),
}

const DEFAULT_TAGS = ['5A', '4F', '9F70', '90', '91', '92', '93', '94', '95', '9F26', '9F67']

/** The tags of a tag list, one or two octets each. */
export function tagsIn(tagList: Uint8Array): string[] {
  return toHex(tagList).match(/[13579BDF]F..|../g) ?? []
}

export function listProfileInfo(state: EuiccState, { searchCriteria, tagList }: Request): Answer {
  const tags = tagList ? tagsIn(tagList) : DEFAULT_TAGS
  if (tags.some((tag) => !(tag in FIELDS)))
    return { profileInfoListError: ProfileInfoListError.codes.incorrectInputValues }
  const found = state.profiles.filter((profile) => matches(profile, searchCriteria))
  return { profileInfoListOk: found.map((profile) => profileInfo(profile, tags)) }
}

function matches(profile: SimulatedProfile, criteria: Request['searchCriteria']): boolean {
  if (criteria?.iccid) return profile.iccid === iccidFromOctets(criteria.iccid)
  if (criteria?.isdpAid) return profile.isdpAid === toHex(criteria.isdpAid)
  return criteria?.profileClass === undefined || profile.profileClass === CLASSES[criteria.profileClass]
}

function profileInfo(profile: SimulatedProfile, tags: readonly string[]): Infer<typeof ProfileInfo> {
  const fields: Fields = Object.assign({}, ...tags.map((tag) => FIELDS[tag]?.(profile)))
  return { ...fields, fallbackAttribute: fields.fallbackAttribute ?? false }
}
