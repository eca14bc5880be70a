import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heatOf } from '../../functions/console/browser/charts/heat.ts'
import {
  areaPath,
  linearScale,
  linePath,
  niceTicks,
  percent,
  spread,
  stack,
} from '../../functions/console/browser/charts/scale.ts'

describe('the arithmetic of charts', () => {
  it('maps the ends of a range to the ends of the plot', () => {
    const y = linearScale([0, 10], [100, 0])

    expect([y(0), y(5), y(10)]).toEqual([100, 50, 0])
  })

  it('puts everything at the start where the range has no width', () => {
    expect(linearScale([3, 3], [40, 200])(3)).toBe(40)
  })

  it('marks round values from 0 to the highest', () => {
    expect(niceTicks(87)).toEqual([0, 25, 50, 75, 100])
    expect(niceTicks(1, 0.1)).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(niceTicks(3)).toEqual([0, 1, 2, 3])
    expect(niceTicks(0)).toEqual([0, 1])
  })

  it('marks few values, all apart, and covers the highest, whatever it is', () => {
    const highest = fc.integer({ min: 1, max: 1_000_000_000 })

    fc.assert(
      fc.property(highest, (most) => {
        const ticks = niceTicks(most)
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
        expect(new Set(ticks).size).toBe(ticks.length)
      }),
    )
  })

  it('labels the first and the last place, and at most as many as asked for', () => {
    expect(spread(3, 5)).toEqual([0, 1, 2])
    expect(spread(100, 3)).toEqual([0, 50, 99])
  })

  it('stacks layers on each other', () => {
    const [below, above] = stack([
      [1, 2],
      [10, 20],
    ])

    expect(below).toEqual([
      { low: 0, high: 1 },
      { low: 0, high: 2 },
    ])
    expect(above).toEqual([
      { low: 1, high: 11 },
      { low: 2, high: 22 },
    ])
  })

  it('leaves a gap in a line where there is no value', () => {
    expect(linePath([[0, 1], [1, 2], null, [3, 4]])).toBe('M0 1L1 2M3 4')
  })

  it('closes an area along its lower edge', () => {
    const upper = [
      [0, 1],
      [5, 1],
    ] as const
    const lower = [
      [0, 9],
      [5, 9],
    ] as const

    expect(areaPath(upper, lower)).toBe('M0 1L5 1L5 9L0 9Z')
    expect(areaPath([], [])).toBe('')
  })

  it('shows any contact at all as heat', () => {
    expect([heatOf(0, 0), heatOf(0, 100), heatOf(1, 100), heatOf(100, 100)]).toEqual([0, 0, 1, 5])
  })

  it('rounds shares to a tenth of a per cent', () => {
    expect(percent(0.98349)).toBe('98.3 %')
  })
})
