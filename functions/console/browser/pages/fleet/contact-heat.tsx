import { query } from '../../api/client.ts'
import type { FleetStep } from '../../api/fleet.ts'
import { HeatMap } from '../../charts/heat-map.tsx'
import { Empty } from '../../parts/notice.tsx'
import { byGroup, seriesOf } from './history.ts'
import { timeLabelOf } from './history-plots.tsx'

/** More rows would be read as a list, not as a picture. */
const MOST_ROWS = 20

interface ContactHeatProps {
  readonly times: readonly number[]
  readonly rows: readonly FleetStep[]
}

export function ContactHeat({ times, rows }: ContactHeatProps) {
  if (rows.length === 0)
    return <Empty title="No contacts yet">Each time a device wakes up and calls appears here.</Empty>
  return (
    <HeatMap
      description="Wake-ups of each group in each hour"
      unit="wake-ups"
      times={times}
      timeLabel={timeLabelOf('hour')}
      rows={byGroup(rows)
        .slice(0, MOST_ROWS)
        .map(([group, steps]) => ({
          name: group ?? 'without a group',
          href: `/console/euiccs${query({ group })}`,
          values: seriesOf(times, steps, 'seen'),
        }))}
    />
  )
}
