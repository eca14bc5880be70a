import { ChartFrame, type SeriesTone } from './chart-frame.tsx'
import { linePath } from './scale.ts'
import { TimePlot } from './time-plot.tsx'

export interface Line {
  readonly name: string
  readonly tone: SeriesTone
  /** null where there is nothing to tell. */
  readonly values: readonly (number | null)[]
}

interface LineChartProps {
  readonly description: string
  readonly unit: string
  readonly times: readonly number[]
  readonly timeLabel: (at: number) => string
  readonly valueLabel: (value: number) => string
  readonly lines: readonly Line[]
  /** The top of the plot where the values have a natural one. */
  readonly most?: number
  readonly smallestStep?: number
}

export function LineChart({
  description,
  unit,
  times,
  timeLabel,
  valueLabel,
  lines,
  most,
  smallestStep = 1,
}: LineChartProps) {
  const told = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : valueLabel(value)
  const highest = most ?? Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)))
  return (
    <ChartFrame
      description={description}
      legend={lines.map(({ name, tone, values }) => ({
        name,
        tone,
        value: told(values.findLast((each) => each !== null)),
      }))}
      table={{
        columns: ['Time', ...lines.map(({ name }) => `${name} (${unit})`)],
        rows: times.map((at, index) => [timeLabel(at), ...lines.map(({ values }) => told(values[index]))]),
      }}
    >
      <TimePlot
        times={times}
        timeLabel={timeLabel}
        most={highest}
        smallestStep={smallestStep}
        valueLabel={valueLabel}
        unit={unit}
        tell={(index) =>
          lines.map(({ name, tone, values }) => (
            <span key={name}>
              <span class={`swatch ${tone}`} /> {name} <b>{told(values[index])}</b>
            </span>
          ))
        }
        draw={(x, y) =>
          lines.map(({ name, tone, values }) => {
            const points = values.map((value, index) =>
              value === null ? null : ([x(times[index] ?? 0), y(value)] as const),
            )
            return (
              <g key={name}>
                <path class={`line ${tone}`} d={linePath(points)} />
                {lonely(points).map(([left, top]) => (
                  <circle key={left} class={`dot ${tone}`} cx={left} cy={top} r={2.5} />
                ))}
              </g>
            )
          })
        }
      />
    </ChartFrame>
  )
}

type Point = readonly [number, number]

/** Points without a neighbour, of which no line would be seen. */
function lonely(points: readonly (Point | null)[]): readonly Point[] {
  return points.filter(
    (point, index): point is Point => point !== null && !points[index - 1] && !points[index + 1],
  )
}
