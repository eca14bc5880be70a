/** A plot over time: axes with units, and a line under the pointer that tells the values there. */
import type { Child } from 'hono/jsx'
import { useState } from 'hono/jsx/dom'
import { linearScale, niceTicks, type Scale, spread } from './scale.ts'
import { useWidth } from './use-width.ts'

const MARGIN = { top: 24, right: 12, bottom: 24, left: 44 }
/** A label of the time axis needs so many pixels. */
const LABEL_WIDTH = 90

interface TimePlotProps {
  /** Milliseconds since the epoch, ascending. */
  readonly times: readonly number[]
  readonly timeLabel: (at: number) => string
  /** The highest value shown. */
  readonly most: number
  /** Between two lines of the grid at least. */
  readonly smallestStep?: number
  readonly valueLabel: (value: number) => string
  readonly unit: string
  readonly height?: number
  /** What is told of the place under the pointer. */
  readonly tell: (index: number) => Child
  readonly draw: (x: Scale, y: Scale) => Child
}

export function TimePlot({
  times,
  timeLabel,
  most,
  smallestStep = 1,
  valueLabel,
  unit,
  height = 190,
  tell,
  draw,
}: TimePlotProps) {
  const { ref, width } = useWidth()
  const [pointed, setPointed] = useState<number | null>(null)
  const ticks = niceTicks(most, smallestStep)
  const x = linearScale(
    [times[0] ?? 0, (times.at(-1) ?? 0) + stepOf(times)],
    [MARGIN.left, width - MARGIN.right],
  )
  const y = linearScale([0, ticks.at(-1) ?? 1], [height - MARGIN.bottom, MARGIN.top])
  const labels = spread(times.length, Math.max(2, Math.floor((width - MARGIN.left) / LABEL_WIDTH)))

  const point = ({ clientX, currentTarget }: PointerEvent) => {
    if (!(currentTarget instanceof Element)) return
    const place = clientX - currentTarget.getBoundingClientRect().left
    setPointed(nearest(times, x, place))
  }

  const at = pointed === null ? undefined : times[pointed]
  return (
    <div class="plot" ref={ref}>
      <svg
        width={width}
        height={height}
        aria-hidden="true"
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      >
        <text class="axis" x={0} y={10}>
          {unit}
        </text>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
            <text class="axis" x={MARGIN.left - 6} y={y(tick) + 4} text-anchor="end">
              {valueLabel(tick)}
            </text>
          </g>
        ))}
        {labels.map((index) => (
          <text
            key={index}
            class="axis"
            x={x(times[index] ?? 0)}
            y={height - 6}
            text-anchor={anchorOf(index, times.length)}
          >
            {timeLabel(times[index] ?? 0)}
          </text>
        ))}
        {draw(x, y)}
        {at !== undefined && (
          <line class="pointer-line" x1={x(at)} x2={x(at)} y1={MARGIN.top} y2={height - MARGIN.bottom} />
        )}
      </svg>
      {pointed !== null && at !== undefined && (
        <div class="tip" style={tipPlace(x(at), width)}>
          <b>{timeLabel(at)}</b>
          {tell(pointed)}
        </div>
      )}
    </div>
  )
}

function anchorOf(index: number, length: number): 'start' | 'middle' | 'end' {
  if (index === 0) return 'start'
  return index === length - 1 ? 'end' : 'middle'
}

/** From one time to the next, in milliseconds. */
export function stepOf(times: readonly number[]): number {
  return (times[1] ?? 1) - (times[0] ?? 0)
}

function nearest(times: readonly number[], x: Scale, place: number): number | null {
  let best: number | null = null
  for (const [index, at] of times.entries()) {
    if (best === null || Math.abs(x(at) - place) < Math.abs(x(times[best] ?? 0) - place)) best = index
  }
  return best
}

/** On the side that has room. */
function tipPlace(left: number, width: number): Readonly<Record<string, string>> {
  return left > width / 2 ? { right: `${width - left + 8}px` } : { left: `${left + 8}px` }
}
