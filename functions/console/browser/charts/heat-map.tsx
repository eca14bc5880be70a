import { ChartFrame } from './chart-frame.tsx'
import { HEAT_STEPS, heatOf } from './heat.ts'
import { compact, spread } from './scale.ts'
import { useWidth } from './use-width.ts'

export interface HeatRow {
  readonly name: string
  readonly href: string
  readonly values: readonly number[]
}

interface HeatMapProps {
  readonly description: string
  readonly unit: string
  readonly times: readonly number[]
  readonly timeLabel: (at: number) => string
  readonly rows: readonly HeatRow[]
}

const ROW_HEIGHT = 25
const AXIS_HEIGHT = 22
const LABEL_WIDTH = 90

/** One row for each group, one column for each hour: a dead cell stands out. */
export function HeatMap({ description, unit, times, timeLabel, rows }: HeatMapProps) {
  const { ref, width } = useWidth(480)
  const cell = width / Math.max(1, times.length)
  const height = rows.length * ROW_HEIGHT + AXIS_HEIGHT
  return (
    <ChartFrame
      description={description}
      table={{
        columns: ['Time', ...rows.map(({ name }) => `${name} (${unit})`)],
        rows: times.map((at, index) => [timeLabel(at), ...rows.map(({ values }) => values[index] ?? 0)]),
      }}
    >
      <div class="heat">
        <ul class="heat-names">
          {rows.map(({ name, href }) => (
            <li key={name}>
              <a href={href}>{name}</a>
            </li>
          ))}
        </ul>
        <div class="plot" ref={ref}>
          <svg width={width} height={height} aria-hidden="true">
            {rows.map(({ name, values }, row) => (
              <g key={name}>
                {times.map((at, index) => (
                  <rect
                    key={at}
                    class={`heat-${heatOf(values[index] ?? 0, Math.max(...values))}`}
                    x={index * cell + 0.5}
                    y={row * ROW_HEIGHT + 1}
                    width={Math.max(1, cell - 1)}
                    height={ROW_HEIGHT - 2}
                    rx={2}
                  >
                    <title>{`${name}, ${timeLabel(at)}: ${values[index] ?? 0} ${unit}`}</title>
                  </rect>
                ))}
              </g>
            ))}
            {spread(times.length, Math.max(2, Math.floor(width / LABEL_WIDTH))).map((index, place, all) => (
              <text
                key={index}
                class="axis"
                x={place === all.length - 1 ? width : index * cell}
                y={height - 6}
                text-anchor={place === all.length - 1 ? 'end' : 'start'}
              >
                {timeLabel(times[index] ?? 0)}
              </text>
            ))}
          </svg>
        </div>
      </div>
      <p class="heat-legend note">
        0
        {Array.from({ length: HEAT_STEPS + 1 }, (_, step) => (
          <span key={step} class={`swatch heat-${step}`} />
        ))}
        {compact(Math.max(0, ...rows.flatMap(({ values }) => values)))} {unit}
      </p>
    </ChartFrame>
  )
}
