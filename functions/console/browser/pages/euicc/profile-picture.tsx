/** The profiles as the eUICC itself signed for them: one card each, the enabled one first. */
import type { Profile, Profiles } from '../../api/euiccs.ts'
import { useMay } from '../../api/session.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge, ProfileBadge } from '../../parts/badge.tsx'
import { ContactPad } from '../../parts/icon.tsx'
import { grouped } from '../../parts/identifier.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Panel } from '../../parts/page.tsx'

interface ProfilePictureProps {
  readonly eid: string
  readonly picture: Profiles
}

const FIRST = ['enabled', 'disabled', 'unknown']

export function ProfilePicture({ eid, picture: { profiles, provenAt, stale } }: ProfilePictureProps) {
  const sorted = profiles.toSorted((a, b) => FIRST.indexOf(a.state) - FIRST.indexOf(b.state))
  return (
    <Panel
      title="Profiles"
      note={
        provenAt === null ? (
          'No signed list has come yet'
        ) : (
          <>
            Proven <Ago at={provenAt} /> by a list that the eUICC signed
          </>
        )
      }
      actions={stale && <Badge tone="warn" text="changed since, a new list is on its way" />}
    >
      {sorted.length === 0 ? (
        <Empty title="No profile is known">They are learnt at the first contact, or by profile.list.</Empty>
      ) : (
        <ul class="sims">
          {sorted.map((profile) => (
            <SimCard key={profile.iccid} eid={eid} profile={profile} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function SimCard({ eid, profile }: { readonly eid: string; readonly profile: Profile }) {
  const { iccid, state, fallback, profileClass, policyRules, provenAt, provenBy } = profile
  const mayOperate = useMay('operations:write')
  const name = profile.nickname ?? profile.profileName ?? 'without a name'
  const compose = (type: string) => `/console/operations/new?eid=${eid}&type=${type}&iccid=${iccid}`
  return (
    <li class={`sim ${state}`}>
      <div class="sim-head">
        <ContactPad />
        <div>
          <h3>{profile.serviceProviderName ?? name}</h3>
          {profile.serviceProviderName && <p class="note">{name}</p>}
        </div>
      </div>
      <p class="mono sim-iccid">{grouped(iccid)}</p>
      <p class="chips">
        <ProfileBadge state={state} />
        {fallback && <Badge tone="busy" text="fallback" title="Takes over when the enabled one fails" />}
        {profileClass && profileClass !== 'operational' && <Badge tone="idle" text={profileClass} />}
        {policyRules.map((rule) => (
          <Badge key={rule} tone="warn" text={rule} title="A policy rule of the profile" />
        ))}
      </p>
      <p class="note">
        Proven <Ago at={provenAt} /> by{' '}
        {provenBy.startsWith('op_') ? (
          <a href={`/console/operations/${provenBy}`}>an operation</a>
        ) : (
          'a notification'
        )}
      </p>
      {mayOperate && (
        <p class="sim-actions">
          {state === 'enabled' ? (
            <a href={compose('profile.disable')}>Disable</a>
          ) : (
            <>
              <a href={compose('profile.enable')}>Enable</a>
              <a href={compose('profile.delete')}>Delete</a>
            </>
          )}
          {!fallback && profile.fallbackAllowed && <a href={compose('fallback.set')}>Make it the fallback</a>}
        </p>
      )}
    </li>
  )
}
