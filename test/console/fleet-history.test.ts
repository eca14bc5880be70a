import { describe, expect, it } from 'vitest'
import type { FleetStep } from '../../functions/console/browser/api/fleet.ts'
import {
  byGroup,
  DAY_MS,
  HOUR_MS,
  SPANS,
  seriesOf,
  successRates,
  timesOf,
} from '../../functions/console/browser/pages/fleet/history.ts'

const NOW = Date.parse('2026-12-01T10:20:00Z')

function step(at: string, changes: Partial<FleetStep>): FleetStep {
  return { at, group: null, seen: 0, succeeded: 0, failed: 0, expired: 0, ...changes }
}

describe('the history of the fleet', () => {
  it('has a place for each step up to the present one', () => {
    const hours = timesOf(SPANS['24h'], NOW)
    const days = timesOf(SPANS['30d'], NOW)

    expect(hours).toHaveLength(24)
    expect(hours.at(-1)).toBe(Date.parse('2026-12-01T10:00:00Z'))
    expect((hours[1] ?? 0) - (hours[0] ?? 0)).toBe(HOUR_MS)
    expect(days.at(-1)).toBe(Date.parse('2026-12-01T00:00:00Z'))
    expect((days[1] ?? 0) - (days[0] ?? 0)).toBe(DAY_MS)
  })

  it('is 0 where nothing was recorded, and sums what came in the same step', () => {
    const times = [Date.parse('2026-12-01T09:00:00Z'), Date.parse('2026-12-01T10:00:00Z')]
    const rows = [
      step('2026-12-01T10:00:00.000Z', { seen: 2 }),
      step('2026-12-01T10:00:00.000Z', { seen: 3 }),
    ]

    expect(seriesOf(times, rows, 'seen')).toEqual([0, 5])
  })

  it('has no success rate where nothing ended', () => {
    const times = [Date.parse('2026-12-01T09:00:00Z'), Date.parse('2026-12-01T10:00:00Z')]
    const rows = [step('2026-12-01T10:00:00Z', { succeeded: 3, failed: 1 })]

    expect(successRates(times, rows)).toEqual([null, 0.75])
  })

  it('puts the busiest group first', () => {
    const rows = [
      step('2026-12-01T10:00:00Z', { seen: 1 }),
      step('2026-12-01T10:00:00Z', { group: 'meters', seen: 9 }),
    ]

    expect(byGroup(rows).map(([group]) => group)).toEqual(['meters', null])
  })
})
