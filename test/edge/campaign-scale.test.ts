/** A large campaign under virtual time: it ends for everyone exactly once, and no piece of its work grows with it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Behaviour, CampaignFleet, devicesOf, HOUR, planOf } from './campaign-fleet.ts'

/** 100 000 in `npm run test:campaign`; fewer where somebody waits for it. */
const DEVICES = Number(process.env.CAMPAIGN_DEVICES ?? 10_000)

/** 3 % fail, 10 % never call. */
function behaviourOf(index: number): Behaviour {
  return index % 100 < 3 ? 'fails' : index % 100 < 13 ? 'never-polls' : 'obeys'
}

const GENTLE = { endedPercent: 50, successPercent: 80, soakSeconds: 0, advance: 'automatic' } as const

async function totalOf(fleet: CampaignFleet) {
  const view = await fleet.run.view()
  if (!view) throw new Error('there is no campaign')
  return { state: view.state, ...view.total }
}

describe('a large campaign', () => {
  it(`ends for each of ${DEVICES} devices once, 3 % of them in failure and 10 % never heard`, async () => {
    const fleet = new CampaignFleet(devicesOf(DEVICES, behaviourOf))
    await fleet.create(planOf({ gate: GENTLE }))
    for (let round = 0; round < 3; round++) await fleet.pollAll()

    expect(await totalOf(fleet)).toMatchObject({
      state: 'running',
      succeeded: DEVICES * 0.87,
      failed: DEVICES * 0.03,
      queued: DEVICES * 0.1,
    })
    expect(fleet.handOuts).toHaveLength(DEVICES * 0.9)
    expect(new Set(fleet.handOuts.map(({ eid }) => eid)).size).toBe(DEVICES * 0.9)

    fleet.now += 31 * 24 * HOUR
    await fleet.settle()
    expect((await totalOf(fleet)).state).toBe('expired')
  }, 120_000)

  it('is paused, resumed and restarted at any points, and still asks each device once', async () => {
    const interruption = fc.constantFrom('pause', 'resume', 'restart', 'poll', 'poll')
    await fc.assert(
      fc.asyncProperty(fc.array(interruption, { maxLength: 30 }), async (interruptions) => {
        const fleet = new CampaignFleet(devicesOf(60, behaviourOf))
        await fleet.create(planOf({ gate: GENTLE }))
        for (const each of interruptions) {
          if (each === 'restart') fleet.restart()
          else if (each === 'poll') await fleet.pollAll()
          else await fleet.run.command(each)
        }
        await fleet.run.command('resume')
        await fleet.settle()
        for (let round = 0; round < 4; round++) await fleet.pollAll()

        const eids = fleet.handOuts.map(({ eid }) => eid)
        expect(new Set(eids).size).toBe(eids.length)
        expect(await totalOf(fleet)).toMatchObject({ succeeded: 47, failed: 3, queued: 10, waiting: 0 })
      }),
      { numRuns: 50 },
    )
  })
})
