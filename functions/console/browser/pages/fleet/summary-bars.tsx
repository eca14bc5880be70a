import { query } from '../../api/client.ts'
import type { FleetSummary } from '../../api/fleet.ts'
import { type Bar, Bars } from '../../charts/bars.tsx'
import type { SeriesTone } from '../../charts/chart-frame.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Panel } from '../../parts/page.tsx'

const WAITING: readonly (readonly [status: string, tone: SeriesTone])[] = [
  ['held', 'idle'],
  ['queued', 'busy'],
  ['delivered', 'busy'],
  ['executed', 'busy'],
]
const ENDED: typeof WAITING = [
  ['succeeded', 'good'],
  ['failed', 'bad'],
  ['expired', 'warn'],
  ['cancelled', 'idle'],
]

const MOST_BARS = 10

/** What waits and what has ended each have their own scale: the past would dwarf the present. */
export function OperationFlow({ byStatus }: Pick<FleetSummary['operations'], 'byStatus'>) {
  const barsOf = (statuses: typeof WAITING) =>
    statuses.map(
      ([status, tone]): Bar => ({
        name: status,
        value: byStatus[status] ?? 0,
        href: `/console/operations?status=${status}`,
        tone,
      }),
    )
  return (
    <Panel title="Operations by status" note="From waiting to their end">
      <div class="bar-groups">
        <h3>Open</h3>
        <Bars label="Open operations by status" unit="operations" bars={barsOf(WAITING)} />
        <h3>Ended</h3>
        <Bars label="Ended operations by status" unit="operations" bars={barsOf(ENDED)} />
      </div>
    </Panel>
  )
}

export function FailureBars({ failures }: Pick<FleetSummary['operations'], 'failures'>) {
  return (
    <Panel title="Why operations failed" note="In the last 24 hours, by code">
      {failures.length === 0 ? (
        <Empty title="Nothing has failed in the last 24 hours" />
      ) : (
        <Bars
          label="Failed operations by code"
          unit="operations"
          bars={failures.slice(0, MOST_BARS).map(({ code, count }) => ({
            name: code,
            value: count,
            href: '/console/operations?status=failed',
            tone: 'bad',
          }))}
        />
      )}
    </Panel>
  )
}

export function ProviderBars({ profiles }: Pick<FleetSummary, 'profiles'>) {
  return (
    <Panel title="Profiles by provider" note="eUICCs with a profile in that state, as last proven">
      {profiles.length === 0 ? (
        <Empty title="No profile is proven yet">Ask eUICCs for their profiles to see them here.</Empty>
      ) : (
        <Bars
          label="Profiles by provider and state"
          unit="eUICCs"
          bars={profiles.slice(0, MOST_BARS).map(({ serviceProviderName, state, euiccs }) => ({
            name: `${serviceProviderName ?? 'without a name'}, ${state}`,
            value: euiccs,
            href: `/console/euiccs${query({ serviceProviderName, profileState: state })}`,
            tone: state === 'enabled' ? 'accent' : 'idle',
          }))}
        />
      )}
    </Panel>
  )
}

export function GroupBars({ groups }: Pick<FleetSummary, 'groups'>) {
  return (
    <Panel title="Groups" note="eUICCs in each">
      {groups.length === 0 ? (
        <Empty title="No eUICC is enrolled yet" />
      ) : (
        <Bars
          label="eUICCs by group"
          unit="eUICCs"
          bars={groups.slice(0, MOST_BARS).map(({ group, euiccs }) => ({
            name: group ?? 'without a group',
            value: euiccs,
            href: `/console/euiccs${query({ group })}`,
          }))}
        />
      )}
    </Panel>
  )
}
