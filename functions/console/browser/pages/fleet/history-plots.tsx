import type { FleetStep } from '../../api/fleet.ts'
import { LineChart } from '../../charts/line-chart.tsx'
import { compact, percent } from '../../charts/scale.ts'
import { StackedArea } from '../../charts/stacked-area.tsx'
import { Panel } from '../../parts/page.tsx'
import { seriesOf, successRates } from './history.ts'

const HOUR_LABEL = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })
const DAY_LABEL = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

export function timeLabelOf(step: 'hour' | 'day'): (at: number) => string {
  return (at) => (step === 'hour' ? HOUR_LABEL : DAY_LABEL).format(at)
}

interface HistoryPlotsProps {
  readonly times: readonly number[]
  readonly step: 'hour' | 'day'
  readonly rows: readonly FleetStep[]
  /** eUICCs of the fleet now. */
  readonly total: number
}

export function HistoryPlots({ times, step, rows, total }: HistoryPlotsProps) {
  const timeLabel = timeLabelOf(step)
  const seen = seriesOf(times, rows, 'seen')
  const polls = seriesOf(times, rows, 'polls')
  const ended = (['succeeded', 'failed', 'expired'] as const).map((name) => ({
    name,
    values: seriesOf(times, rows, name),
  }))
  const tones = { succeeded: 'good', failed: 'bad', expired: 'warn' } as const
  return (
    <>
      <Panel
        title="Heard from"
        note={`eUICCs heard in each ${step}, of the ${total.toLocaleString('en')} there are now`}
      >
        <StackedArea
          description={`eUICCs heard from in each ${step}`}
          unit="eUICCs"
          times={times}
          timeLabel={timeLabel}
          layers={[
            { name: 'Heard', tone: 'good', values: seen },
            { name: 'Not heard', tone: 'idle', values: seen.map((value) => Math.max(0, total - value)) },
          ]}
        />
      </Panel>
      <Panel title="Success rate" note={`Operations that succeeded, of those that ended in each ${step}`}>
        <LineChart
          description={`Share of operations that succeeded, of those that ended in each ${step}`}
          unit="%"
          times={times}
          timeLabel={timeLabel}
          valueLabel={percent}
          most={1}
          smallestStep={0.1}
          lines={[{ name: 'Succeeded', tone: 'accent', values: successRates(times, rows) }]}
        />
      </Panel>
      <Panel title="Poll rate" note={`Polls in each ${step}`}>
        <LineChart
          description={`Polls in each ${step}`}
          unit={`polls/${step}`}
          times={times}
          timeLabel={timeLabel}
          valueLabel={compact}
          lines={[{ name: 'Polls', tone: 'accent', values: polls }]}
        />
      </Panel>
      <Panel title="Operations ended" note={`In each ${step}`}>
        <StackedArea
          description={`Operations that ended in each ${step}`}
          unit="operations"
          times={times}
          timeLabel={timeLabel}
          layers={ended.map(({ name, values }) => ({
            name,
            values,
            tone: tones[name],
            href: `/console/operations?status=${name}`,
          }))}
        />
      </Panel>
    </>
  )
}
