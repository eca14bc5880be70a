import type { FleetStep } from '../../api/fleet.ts'
import { LineChart } from '../../charts/line-chart.tsx'
import { percent } from '../../charts/scale.ts'
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
}

const ENDS = [
  ['succeeded', 'good'],
  ['failed', 'bad'],
  ['expired', 'warn'],
] as const

/** Panels for a grid. */
export function HistoryPlots({ times, step, rows }: HistoryPlotsProps) {
  const timeLabel = timeLabelOf(step)
  return (
    <>
      <Panel title="Contacts" note={`Devices that woke up and called, in each ${step}`}>
        <StackedArea
          description={`Wake-ups of devices in each ${step}`}
          unit={`wake-ups/${step}`}
          times={times}
          timeLabel={timeLabel}
          layers={[
            {
              name: 'Wake-ups',
              tone: 'accent',
              values: seriesOf(times, rows, 'seen'),
              href: '/console/euiccs?health=seen',
            },
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
      <Panel title="Operations ended" note={`In each ${step}`}>
        <StackedArea
          description={`Operations that ended in each ${step}`}
          unit={`operations/${step}`}
          times={times}
          timeLabel={timeLabel}
          layers={ENDS.map(([name, tone]) => ({
            name,
            tone,
            values: seriesOf(times, rows, name),
            href: `/console/operations?status=${name}`,
          }))}
        />
      </Panel>
    </>
  )
}
