/** One campaign, live: where its waves stand, how near its limits are, why it does not go on, and the button that stops it. */
import { CAMPAIGN_GATHERING_MS, concernsCampaign } from '../../api/campaign-events.ts'
import type { Campaign } from '../../api/campaigns.ts'
import { useResource } from '../../api/resource.ts'
import { Bars } from '../../charts/bars.tsx'
import { useEvents } from '../../live/hooks.ts'
import { Loaded } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { announce } from '../../shell/announcer.ts'
import { CampaignControls } from './campaign-controls.tsx'
import { CampaignLimits } from './campaign-limits.tsx'
import { CampaignPlan } from './campaign-plan.tsx'
import { CampaignStanding } from './campaign-standing.tsx'
import { CampaignTargets } from './campaign-targets.tsx'
import { CampaignTiles } from './campaign-tiles.tsx'
import { CampaignWaves } from './campaign-waves.tsx'
import { CampaignBadge, SKIP_WORDS } from './campaign-words.tsx'

interface CampaignPageProps {
  readonly params: { readonly id?: string }
}

export function CampaignPage({ params: { id = '' } }: CampaignPageProps) {
  const campaign = useResource<Campaign>(`/v1/campaigns/${id}`, concernsCampaign(id), CAMPAIGN_GATHERING_MS)
  useEvents(({ type, subject }) => {
    if (subject === id) announce(`The campaign is ${type.replace('campaign.', '')}`)
  })
  const { value, reload } = campaign
  return (
    <Page
      title={value?.name ?? 'Campaign'}
      trail={[{ label: 'Campaigns', href: '/console/campaigns' }]}
      aside={value && <CampaignBadge state={value.state} />}
      actions={value && <CampaignControls campaign={value} onChanged={reload} />}
    >
      <Loaded resource={campaign} what="the campaign">
        {(known) => (
          <>
            <CampaignStanding campaign={known} />
            <CampaignTiles campaign={known} />
            {known.waves.length > 0 && (
              <div class="grid-2">
                <CampaignWaves campaign={known} />
                <CampaignLimits campaign={known} />
              </div>
            )}
            <Skipped campaign={known} />
            <CampaignTargets id={id} />
            <CampaignPlan campaign={known} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Skipped({ campaign: { id, skipped } }: { readonly campaign: Campaign }) {
  const reasons = Object.entries(skipped).sort(([, a], [, b]) => b - a)
  if (reasons.length === 0) return null
  return (
    <Panel title="Left out" note="eUICCs that the target names and the campaign leaves alone, by reason">
      <Bars
        label="eUICCs left out by reason"
        unit="eUICCs"
        bars={reasons.map(([code, count]) => ({
          name: SKIP_WORDS[code] ?? code,
          value: count,
          href: `/console/campaigns/${id}?status=skipped`,
          tone: 'idle',
        }))}
      />
    </Panel>
  )
}
