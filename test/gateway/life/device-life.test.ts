/** A fleet's day behind two gateway nodes that are stopped and killed; `npm run test:life` lives it with 1000 devices. */
import { describe, expect, it } from 'vitest'
import { liveOneDay } from './device-life.ts'

const DEVICES = Number(process.env.LIFE_DEVICES ?? 20)
const SEED = Number(process.env.LIFE_SEED ?? 1)

describe('a day of life', () => {
  it(
    `of ${DEVICES} devices, seed ${SEED}`,
    async () => {
      const startedAt = performance.now()
      const report = await liveOneDay({ devices: DEVICES, seed: SEED })
      if (process.env.LIFE_DEVICES) {
        console.log(
          JSON.stringify({ ...report, seconds: Math.round((performance.now() - startedAt) / 1000) }),
        )
      }
      expect(report.unfinished).toEqual([])
      expect(report.succeeded).toBe(3 * DEVICES)
      // One each, when it was first switched on; all else is the same session.
      expect(report.fullHandshakes).toBe(DEVICES)
      expect(report.executedTwice).toBe(0)
      expect(report.noncesRepeated).toBe(0)
      // Nodes were away, and devices landed at the other: otherwise nothing was tested.
      expect(report.claimed).toBeGreaterThan(0)
      expect(report.relayed).toBeGreaterThan(DEVICES)
    },
    30 * 60_000,
  )
})
