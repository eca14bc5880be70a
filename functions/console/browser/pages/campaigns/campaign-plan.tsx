import type { Campaign } from '../../api/campaigns.ts'
import { query } from '../../api/client.ts'
import { Ago } from '../../parts/ago.tsx'
import { Copyable } from '../../parts/identifier.tsx'
import { Panel } from '../../parts/page.tsx'
import { Pair } from '../../parts/pair.tsx'
import { duration } from '../../parts/time.ts'

/** What was asked for when the campaign was made. */
export function CampaignPlan({ campaign }: { readonly campaign: Campaign }) {
  const { id, operation, ratePerMinute, window, retries, deadline, createdBy, createdAt } = campaign
  return (
    <Panel title="Plan">
      <dl class="pairs">
        <Pair name="Operation">
          {operation.type}
          {operation.force && ', forced'}
          <pre class="mono">{JSON.stringify(operation.params, null, 2)}</pre>
        </Pair>
        <Pair name="Target">
          <TargetWords target={campaign.target} />
        </Pair>
        <Pair name="Pace">
          {ratePerMinute === null
            ? 'no limit'
            : `at most ${ratePerMinute.toLocaleString('en')} hand-outs a minute`}
        </Pair>
        <Pair name="Window">
          {window === null
            ? 'at any time'
            : `${window.from} to ${window.to}, ${window.timeZone === 'device' ? 'by the time zone of each device' : window.timeZone}`}
        </Pair>
        <Pair name="Retries">
          {retries.most === 0
            ? 'none'
            : `${retries.most}, each ${duration(retries.afterSeconds * 1000)} later`}
        </Pair>
        <Pair name="Deadline">
          <Ago at={deadline} />
        </Pair>
        <Pair name="Made">
          <Ago at={createdAt} /> by <span class="mono">{createdBy}</span>
        </Pair>
        <Pair name="Id">
          <Copyable value={id} name="campaign id" plain />
        </Pair>
      </dl>
    </Panel>
  )
}

function TargetWords({ target }: Pick<Campaign, 'target'>) {
  if ('eids' in target) return <>{target.eids.length.toLocaleString('en')} eUICCs by EID</>
  const parts = Object.entries(target.filter)
  if (parts.length === 0) return <a href="/console/euiccs">the whole fleet</a>
  return (
    <a href={`/console/euiccs${query(target.filter)}`}>
      {parts.map(([name, value]) => `${name} ${value}`).join(', ')}
    </a>
  )
}
