/** The fleet at a glance: who is heard, what succeeds, what fails, and the list behind every number. */
import { query } from '../../api/client.ts'
import type { FleetHistory, FleetSummary } from '../../api/fleet.ts'
import { useResource } from '../../api/resource.ts'
import { useNow } from '../../live/hooks.ts'
import type { LiveEvent } from '../../live/stream.ts'
import { Loaded } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { useSearch } from '../../shell/location.ts'
import { ContactHeat } from './contact-heat.tsx'
import { DAY_MS, isSpanName, SPANS, type SpanName, timesOf } from './history.ts'
import { HistoryPlots } from './history-plots.tsx'
import { FailureBars, GroupBars, OperationFlow, ProviderBars } from './summary-bars.tsx'
import { SummaryTiles } from './summary-tiles.tsx'

const NOW_STEP_MS = 60_000
const HEAT_HOURS = { name: 'heat', step: 'hour', steps: 48 } as const

/** Contacts and what became of operations: all that a number of this page is made of. */
function changesNumbers({ type }: LiveEvent): boolean {
  return /^(euicc|operation|profile)\./.test(type)
}

export function FleetPage() {
  const { values, change } = useSearch()
  const asked = values.get('span')
  const span: SpanName = isSpanName(asked) ? asked : '24h'
  const now = useNow(NOW_STEP_MS)
  const times = timesOf(SPANS[span], now)
  const heatTimes = timesOf(HEAT_HOURS, now)

  const summary = useResource<FleetSummary>('/v1/fleet/summary', changesNumbers)
  const history = useResource<FleetHistory>(historyPath(times, SPANS[span].step), changesNumbers)
  const contacts = useResource<FleetHistory>(`${historyPath(heatTimes, 'hour')}&by=group`, changesNumbers)

  return (
    <Page title="Fleet" actions={<SpanChoice span={span} choose={(name) => change({ span: name })} />}>
      <Loaded resource={summary} what="the fleet">
        {(fleet) => (
          <>
            <SummaryTiles fleet={fleet} />
            <div class="grid-2">
              <Loaded resource={history} what="its history">
                {({ data, step }) => <HistoryPlots times={times} step={step} rows={data} />}
              </Loaded>
              <FailureBars failures={fleet.operations.failures} />
            </div>
            <Panel
              title="Contacts by group"
              note="Wake-ups in each hour of the last two days. The stronger the more, within each group."
            >
              <Loaded resource={contacts} what="the contacts">
                {({ data }) => <ContactHeat times={heatTimes} rows={data} />}
              </Loaded>
            </Panel>
            <div class="grid-2">
              <OperationFlow byStatus={fleet.operations.byStatus} />
              <div class="stack">
                <ProviderBars profiles={fleet.profiles} />
                <GroupBars groups={fleet.groups} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function historyPath(times: readonly number[], step: 'hour' | 'day'): string {
  const first = times[0] ?? 0
  const end = (times.at(-1) ?? 0) + (step === 'hour' ? DAY_MS / 24 : DAY_MS)
  return `/v1/fleet/history${query({ from: new Date(first).toISOString(), to: new Date(end).toISOString(), step })}`
}

interface SpanChoiceProps {
  readonly span: SpanName
  readonly choose: (name: SpanName) => void
}

function SpanChoice({ span, choose }: SpanChoiceProps) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">How far back</legend>
      {Object.entries(SPANS).map(([name, { name: label }]) => (
        <label key={name}>
          <input
            type="radio"
            name="span"
            checked={name === span}
            onChange={() => isSpanName(name) && choose(name)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
