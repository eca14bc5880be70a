import { expect, it } from 'vitest'
import { CardIssuer } from '../simulator/card-issuer.ts'
import { runSchedule } from './fault-run.ts'
import { LocalEdge } from './local-edge.ts'

/** `FAULT_SCHEDULES=10000 npm test -- faults` runs more of them; `FAULT_SEED` starts elsewhere. */
const schedules = Number(process.env.FAULT_SCHEDULES ?? 300)
const firstSeed = Number(process.env.FAULT_SEED ?? 0)

it(`keeps its promises through ${schedules} schedules of loss, repetition, reordering, corruption and restarts`, async () => {
  const issuer = CardIssuer.create()
  const edge = await LocalEdge.create(issuer, 'faults.eim.example')
  await edge.rotate()
  const broken: string[] = []
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
    const violations = await runSchedule(edge, issuer, seed)
    if (violations.length > 0) broken.push(`seed ${seed}: ${violations.join('; ')}`)
    if (broken.length >= 10) break
  }

  expect(broken).toEqual([])
}, 3_600_000)

it('does not sign again what the eUICC may have refused: its first answer came damaged, and then no more', async () => {
  const issuer = CardIssuer.create()
  const edge = await LocalEdge.create(issuer, 'faults.eim.example')
  expect(await runSchedule(edge, issuer, 509_218)).toEqual([])
})
