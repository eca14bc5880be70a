import { ChartFrame, type SeriesTone } from './chart-frame.tsx'
import { areaPath, compact, stack } from './scale.ts'
import { stepOf, TimePlot } from './time-plot.tsx'

export interface Layer {
  readonly name: string
  readonly tone: SeriesTone
  readonly values: readonly number[]
  readonly href?: string
}

interface StackedAreaProps {
  readonly description: string
  readonly unit: string
  readonly times: readonly number[]
  readonly timeLabel: (at: number) => string
  /** The first lies at the bottom. */
  readonly layers: readonly Layer[]
}

/** Parts of a whole over time; what is counted in a step is as wide as the step. */
export function StackedArea({ description, unit, times, timeLabel, layers }: StackedAreaProps) {
  const bands = stack(layers.map(({ values }) => values))
  const most = Math.max(0, ...(bands.at(-1) ?? []).map(({ high }) => high))
  return (
    <ChartFrame
      description={description}
      legend={layers.map(({ name, tone, href, values }) => ({
        name,
        tone,
        href,
        value: compact(values.at(-1) ?? 0),
      }))}
      table={{
        columns: ['Time', ...layers.map(({ name }) => `${name} (${unit})`)],
        rows: times.map((at, index) => [timeLabel(at), ...layers.map(({ values }) => values[index] ?? 0)]),
      }}
    >
      <TimePlot
        times={times}
        timeLabel={timeLabel}
        most={most}
        valueLabel={compact}
        unit={unit}
        tell={(index) =>
          layers.toReversed().map(({ name, tone, values }) => (
            <span key={name}>
              <span class={`swatch ${tone}`} /> {name} <b>{values[index] ?? 0}</b>
            </span>
          ))
        }
        draw={(x, y) =>
          layers.map(({ name, tone }, layer) => {
            const edge = (side: 'low' | 'high') =>
              (bands[layer] ?? []).flatMap((band, index): (readonly [number, number])[] => {
                const at = times[index] ?? 0
                return [
                  [x(at), y(band[side])],
                  [x(at + stepOf(times)), y(band[side])],
                ]
              })
            return <path key={name} class={`area ${tone}`} d={areaPath(edge('high'), edge('low'))} />
          })
        }
      />
    </ChartFrame>
  )
}
