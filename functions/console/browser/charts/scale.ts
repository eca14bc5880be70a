/** The arithmetic of charts: scales, ticks, stacks, paths. Knows nothing of a page. */

export type Scale = (value: number) => number

/** From a range of values to a range of pixels; a range of no width goes to the start. */
export function linearScale(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): Scale {
  const span = to - from
  return (value) => (span === 0 ? start : start + ((value - from) / span) * (end - start))
}

const NICE = [1, 2, 2.5, 5, 10] as const

/** About `count` round values from 0 to at least `most`, no closer than `smallest`: counts of things have no halves. */
export function niceTicks(most: number, smallest = 1, count = 4): readonly number[] {
  if (most <= 0) return [0, smallest]
  const rough = Math.max(most / count, smallest)
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = NICE.find((each) => each * power >= rough * (1 - Number.EPSILON * 4)) ?? 10
  const step = factor * power
  const intervals = Math.ceil(Number((most / step).toPrecision(12)))
  return Array.from({ length: intervals + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/** `count` places out of `length`, the first and the last among them. */
export function spread(length: number, count: number): readonly number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index)
  const step = (length - 1) / (count - 1)
  return Array.from({ length: count }, (_, index) => Math.round(index * step))
}

export interface Band {
  readonly low: number
  readonly high: number
}

/** Layers on top of each other: for each layer, where it begins and ends at each place. */
export function stack(layers: readonly (readonly number[])[]): readonly (readonly Band[])[] {
  const heights: number[] = []
  return layers.map((layer) =>
    layer.map((value, index) => {
      const low = heights[index] ?? 0
      const high = low + value
      heights[index] = high
      return { low, high }
    }),
  )
}

/** An SVG path through points; a gap where a value is missing. */
export function linePath(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let isDrawing = false
  return points
    .map((point) => {
      if (!point) {
        isDrawing = false
        return ''
      }
      const command = isDrawing ? 'L' : 'M'
      isDrawing = true
      return `${command}${round(point[0])} ${round(point[1])}`
    })
    .join('')
}

/** An SVG path around a band from its upper edge back along its lower one. */
export function areaPath(
  upper: readonly (readonly [number, number])[],
  lower: readonly (readonly [number, number])[],
): string {
  if (upper.length === 0) return ''
  return `${linePath([...upper, ...lower.toReversed()])}Z`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** "12", "3.4k", "1.2M" */
export function compact(value: number): string {
  return COMPACT.format(value)
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** "97 %" */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
