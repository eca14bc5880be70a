/** A large campaign under virtual time: it ends for everyone exactly once, and no piece of its work touches more than a batch. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Behaviour, CampaignFleet, devicesOf, eidOf, HOUR, planOf } from './campaign-fleet.ts'

/** 100 000 in `npm run test:campaign`; fewer where somebody waits for it. */
const DEVICES = Number(process.env.CAMPAIGN_DEVICES ?? 10_000)

/** 3 % fail, 10 % never call. */
function behaviourOf(index: number): Behaviour {
  return index % 100 < 3 ? 'fails' : index % 100 < 13 ? 'never-polls' : 'obeys'
}

/** Statements and rows of one piece of work, far below what a look at every device would take. */
const LARGEST_PIECE = 2000
const LARGEST_VIEW = 60

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

    const before = fleet.sql.touched
    await fleet.run.view()
    expect(fleet.sql.touched - before).toBeLessThan(LARGEST_VIEW)

    fleet.now += 31 * 24 * HOUR
    await fleet.settle()
    expect((await totalOf(fleet)).state).toBe('expired')
    expect(fleet.largestPiece).toBeLessThan(LARGEST_PIECE)
  }, 120_000)

  it('shows who is left out without looking at them, and takes all back in bounded pieces', async () => {
    const fleet = new CampaignFleet(devicesOf(DEVICES / 2))
    const eids = Array.from({ length: DEVICES }, (_, index) => eidOf(index))
    await fleet.create(planOf({ target: { kind: 'eids', eids } }), false)
    const before = fleet.sql.touched
    const view = await fleet.run.view()
    expect(view?.skipped).toEqual({ 'unknown-eid': DEVICES / 2 })
    expect(fleet.sql.touched - before).toBeLessThan(LARGEST_VIEW)

    await fleet.run.command('abort')
    await fleet.settle()
    expect(await totalOf(fleet)).toMatchObject({ state: 'aborted', cancelled: DEVICES / 2, waiting: 0 })
    expect(fleet.largestPiece).toBeLessThan(LARGEST_PIECE)
  }, 120_000)

  it('writes its list of EIDs once, not at every hand-out', async () => {
    const fleet = new CampaignFleet(devicesOf(1000))
    const eids = Array.from({ length: 1000 }, (_, index) => eidOf(index))
    await fleet.create(planOf({ target: { kind: 'eids', eids }, waves: [], ratePerMinute: 1000 }))
    const before = fleet.sql.written
    await fleet.pollAll()
    expect(fleet.handOuts).toHaveLength(1000)
    expect((fleet.sql.written - before) / 1000).toBeLessThan(JSON.stringify(eids).length / 10)

    fleet.restart()
    expect((await fleet.run.view())?.plan.target).toEqual({ kind: 'eids', eids })
  })

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
