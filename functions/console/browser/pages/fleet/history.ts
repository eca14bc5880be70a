/** Rows of the fleet's history laid out for plots: a value for each step, also where nothing was recorded. */
import type { FleetStep } from '../../api/fleet.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export interface Span {
  readonly name: string
  readonly step: 'hour' | 'day'
  readonly steps: number
}

export const SPANS: Readonly<Record<'24h' | '7d' | '30d', Span>> = {
  '24h': { name: '24 hours', step: 'hour', steps: 24 },
  '7d': { name: '7 days', step: 'hour', steps: 168 },
  '30d': { name: '30 days', step: 'day', steps: 30 },
}
export type SpanName = keyof typeof SPANS

export function isSpanName(text: string | null): text is SpanName {
  return text !== null && text in SPANS
}

/** The beginnings of the steps of a span that ends now, in UTC as the API cuts them. */
export function timesOf({ step, steps }: Span, now: number): readonly number[] {
  const length = step === 'hour' ? HOUR_MS : DAY_MS
  const last = Math.floor(now / length) * length
  return Array.from({ length: steps }, (_, index) => last - (steps - 1 - index) * length)
}

export type Measure = 'seen' | 'succeeded' | 'failed' | 'expired'

export function seriesOf(
  times: readonly number[],
  rows: readonly FleetStep[],
  measure: Measure,
): readonly number[] {
  const sums = new Map<number, number>()
  for (const row of rows) {
    const at = Date.parse(row.at)
    sums.set(at, (sums.get(at) ?? 0) + row[measure])
  }
  return times.map((at) => sums.get(at) ?? 0)
}

/** The share of operations that succeeded among those that ended; null where none did. */
export function successRates(
  times: readonly number[],
  rows: readonly FleetStep[],
): readonly (number | null)[] {
  const succeeded = seriesOf(times, rows, 'succeeded')
  const failed = seriesOf(times, rows, 'failed')
  const expired = seriesOf(times, rows, 'expired')
  return times.map((_, index) =>
    successRate(succeeded[index] ?? 0, (failed[index] ?? 0) + (expired[index] ?? 0)),
  )
}

export function successRate(succeeded: number, not: number): number | null {
  return succeeded + not === 0 ? null : succeeded / (succeeded + not)
}

/** The rows of each group, the largest first. */
export function byGroup(
  rows: readonly FleetStep[],
): readonly (readonly [group: string | null, FleetStep[]])[] {
  const groups = Map.groupBy(rows, ({ group }) => group)
  const weight = (each: readonly FleetStep[]) => each.reduce((sum, { seen }) => sum + seen, 0)
  return [...groups].sort(([, a], [, b]) => weight(b) - weight(a))
}
