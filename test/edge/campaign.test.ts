import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TARGET_STATUSES } from '../../functions/fleet/campaign/campaign.ts'
import { lowestLikelyRate } from '../../functions/fleet/campaign/judgement.ts'
import { isWindowOpen } from '../../functions/fleet/campaign/maintenance-window.ts'
import { waveSizes } from '../../functions/fleet/campaign/waves.ts'
import { type Behaviour, CampaignFleet, devicesOf, eidOf, HOUR, planOf, START } from './campaign-fleet.ts'

async function viewOf(fleet: CampaignFleet) {
  const view = await fleet.run.view()
  if (!view) throw new Error('there is no campaign')
  return view
}

describe('a campaign', () => {
  it('goes through its waves, canary first', async () => {
    const fleet = new CampaignFleet(devicesOf(200))
    await fleet.create(planOf())
    expect((await viewOf(fleet)).waves.map(({ size }) => size)).toEqual([2, 20, 178])
    await fleet.pollAll()
    expect(fleet.handOuts).toHaveLength(2)
    await fleet.pollAll()
    await fleet.pollAll()
    expect(await viewOf(fleet)).toMatchObject({ state: 'finished', total: { succeeded: 200 } })
    expect(fleet.states).toEqual(['preparing', 'running', 'finished'])
    expect(new Set(fleet.handOuts.map(({ eid }) => eid)).size).toBe(200)
  })

  it('waits to be started, and shows before whom it concerns and who is left out', async () => {
    const profile = (state: string) => [{ iccid: '89880000000000000002', state, serviceProviderName: 'Alfa' }]
    const [one, two, three] = devicesOf(3)
    if (!one || !two || !three) throw new Error('three devices')
    const fleet = new CampaignFleet([
      { ...one, profiles: profile('enabled') },
      { ...two, profiles: profile('disabled') },
      {
        ...three,
        profiles: [{ iccid: '89880000000000000010', state: 'enabled', serviceProviderName: 'Beta' }],
      },
    ])
    const request = { type: 'profile.enable', serviceProviderName: 'Alfa' } as const
    const target = { kind: 'eids', eids: [one.eid, two.eid, three.eid, eidOf(9)] } as const
    const operation = { request, priority: 0, force: false, labels: {} }
    await fleet.create(planOf({ operation, target }), false)
    const view = await viewOf(fleet)
    expect(view.state).toBe('ready')
    expect(view.skipped).toEqual({ 'already-so': 1, 'profile-not-there': 1, 'unknown-eid': 1 })
    await fleet.pollAll()
    expect(fleet.handOuts).toEqual([])
    expect(await fleet.run.command('start')).toMatchObject({ kind: 'done' })
    await fleet.settle()
    await fleet.pollAll()
    expect(await viewOf(fleet)).toMatchObject({ state: 'finished', total: { succeeded: 1, skipped: 3 } })
  })

  it('is finished at once when it concerns nobody', async () => {
    const fleet = new CampaignFleet([])
    await fleet.create(planOf())
    expect(await viewOf(fleet)).toMatchObject({ state: 'finished' })
  })

  it('stops within the canary when devices take the package and vanish', async () => {
    const fleet = new CampaignFleet(devicesOf(1000, () => 'is-lost'))
    await fleet.create(planOf({ pauseAt: { failurePercent: 5, lost: 1, lostAfterSeconds: 3600 } }))
    await fleet.pollAll()
    fleet.now += 2 * HOUR
    await fleet.pollAll()
    expect(await viewOf(fleet)).toMatchObject({
      state: 'paused',
      pause: { code: 'lost' },
      total: { lost: 10 },
    })
    expect(fleet.handOuts).toHaveLength(10)
  })

  it('goes on counting who is lost while it is paused, so that whoever resumes has seen them all', async () => {
    const fleet = new CampaignFleet(devicesOf(2, () => 'is-lost'))
    await fleet.create(
      planOf({ waves: [], pauseAt: { failurePercent: null, lost: 1, lostAfterSeconds: 3600 } }),
    )
    await fleet.poll(eidOf(0))
    fleet.now += HOUR / 2
    await fleet.poll(eidOf(1))
    fleet.now += HOUR / 2
    await fleet.settle()
    expect(await viewOf(fleet)).toMatchObject({ state: 'paused', total: { lost: 1, delivered: 1 } })

    fleet.now += HOUR / 2
    await fleet.settle()
    expect(await viewOf(fleet)).toMatchObject({ state: 'paused', total: { lost: 2 } })

    await fleet.run.command('resume')
    await fleet.settle()
    expect(await viewOf(fleet)).toMatchObject({ state: 'finished' })
  })

  it('does not take a slow device for a lost one', async () => {
    const fleet = new CampaignFleet(devicesOf(3))
    await fleet.create(
      planOf({ waves: [], pauseAt: { failurePercent: null, lost: 1, lostAfterSeconds: 3600 } }),
    )
    const [first] = (await fleet.run.targets({ limit: 1, cursor: null }))?.data ?? []
    expect(await fleet.run.mayLeave(first?.eid ?? '', first?.operationId ?? '')).toBe('leave')
    fleet.now += HOUR / 2
    await fleet.poll(eidOf(0))
    fleet.now += 0.75 * HOUR
    await fleet.settle()
    expect(await viewOf(fleet)).toMatchObject({ state: 'running', total: { lost: 0 } })
    fleet.now += 2 * HOUR
    await fleet.settle()
  })

  it('pauses when failures are too many to be chance, and goes on when told to', async () => {
    const fleet = new CampaignFleet(devicesOf(100, (index) => (index % 2 ? 'fails' : 'obeys')))
    await fleet.create(
      planOf({ waves: [], pauseAt: { failurePercent: 10, lost: null, lostAfterSeconds: 3600 } }),
    )
    await fleet.pollAll()
    const paused = await viewOf(fleet)
    expect(paused).toMatchObject({ state: 'paused', pause: { code: 'failures' } })
    expect(paused.total.failed).toBeLessThan(10)
    await fleet.run.command('abort')
    await fleet.settle()
    const aborted = await viewOf(fleet)
    expect(aborted.state).toBe('aborted')
    expect(aborted.total.queued + aborted.total.waiting).toBe(0)
    expect(await fleet.run.command('resume')).toMatchObject({ kind: 'conflict' })
  })

  it('does not let a wave pass in which too few succeed', async () => {
    const fleet = new CampaignFleet(devicesOf(30, () => 'fails'))
    await fleet.create(planOf({ waves: [{ count: 3 }] }))
    await fleet.pollAll()
    await fleet.pollAll()
    expect(await viewOf(fleet)).toMatchObject({
      state: 'paused',
      pause: { code: 'wave-failed' },
      total: { failed: 3 },
    })
    await fleet.run.command('resume')
    await fleet.settle()
    await fleet.pollAll()
    expect((await viewOf(fleet)).total.failed).toBe(30)
  })

  it('asks somebody before the next wave when told to, after the soak time', async () => {
    const fleet = new CampaignFleet(devicesOf(10))
    const gate = { endedPercent: 100, successPercent: 100, soakSeconds: 600, advance: 'manual' } as const
    await fleet.create(planOf({ waves: [{ count: 2 }], gate }))
    await fleet.pollAll()
    expect(await viewOf(fleet)).toMatchObject({ state: 'running' })
    fleet.now += 600_000
    await fleet.settle()
    expect(await viewOf(fleet)).toMatchObject({ state: 'paused', pause: { code: 'wave-done' } })
    await fleet.run.command('resume')
    await fleet.settle()
    await fleet.pollAll()
    expect(await viewOf(fleet)).toMatchObject({ state: 'finished' })
  })

  it('keeps its pace', async () => {
    const fleet = new CampaignFleet(devicesOf(25))
    await fleet.create(planOf({ waves: [], ratePerMinute: 10 }))
    await fleet.pollAll()
    await fleet.pollAll()
    expect(fleet.handOuts).toHaveLength(10)
    fleet.now += 60_000
    await fleet.pollAll()
    expect(fleet.handOuts).toHaveLength(20)
  })

  it('hands out only while the window is open by the clock of the device', async () => {
    const [tokyo, unknown] = devicesOf(2)
    if (!tokyo || !unknown) throw new Error('two devices')
    const fleet = new CampaignFleet([{ ...tokyo, timeZone: 'Asia/Tokyo' }, unknown])
    // 12:00 UTC is 21:00 in Tokyo.
    await fleet.create(planOf({ waves: [], window: { from: '20:00', to: '22:00', timeZone: 'device' } }))
    await fleet.pollAll()
    expect(fleet.handOuts.map(({ eid }) => eid)).toEqual([tokyo.eid])
    fleet.now = START + 8 * HOUR
    await fleet.pollAll()
    expect(await viewOf(fleet)).toMatchObject({ state: 'finished' })
  })

  it('tries again as often as it may', async () => {
    const fleet = new CampaignFleet(devicesOf(1, () => 'fails'))
    await fleet.create(planOf({ retries: { most: 2, afterSeconds: 60 } }))
    for (let round = 0; round < 6; round++) {
      await fleet.pollAll()
      fleet.now += 60_000
      await fleet.settle()
    }
    expect(fleet.handOuts).toHaveLength(3)
    expect(await viewOf(fleet)).toMatchObject({ state: 'finished', total: { failed: 1 } })
  })

  it('ends at its deadline', async () => {
    const fleet = new CampaignFleet(devicesOf(5, () => 'never-polls'))
    await fleet.create(planOf({ deadline: START + HOUR }))
    fleet.now += HOUR
    await fleet.settle()
    expect(await viewOf(fleet)).toMatchObject({ state: 'expired' })
  })

  async function carryOut(fleet: CampaignFleet, what: 'poll' | 'pause' | 'resume' | 'restart' | 'wait') {
    if (what === 'poll') await fleet.pollAll()
    else if (what === 'restart') fleet.restart()
    else if (what === 'wait') fleet.now += HOUR
    else await fleet.run.command(what)
    await fleet.settle()
  }

  /** The tally is kept beside the rows: both say the same, and nobody is lost between them. */
  async function expectCounted(fleet: CampaignFleet, devices: number) {
    const { total } = await viewOf(fleet)
    expect(TARGET_STATUSES.reduce((sum, status) => sum + total[status], 0)).toBe(devices)
    const listed = (await fleet.run.targets({ limit: 100, cursor: null }))?.data ?? []
    for (const status of TARGET_STATUSES) {
      expect(listed.filter((target) => target.status === status)).toHaveLength(total[status])
    }
  }

  const behaviour = fc.constantFrom<Behaviour>('obeys', 'obeys', 'obeys', 'fails', 'is-lost', 'never-polls')
  const step = fc.constantFrom<Parameters<typeof carryOut>[1]>(
    'poll',
    'poll',
    'poll',
    'pause',
    'resume',
    'restart',
    'wait',
  )

  it('counts each eUICC once, and hands nothing out while paused, whatever happens when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { minLength: 1, maxLength: 30 }),
        fc.array(step, { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (behaviours, steps, canaries) => {
          const fleet = new CampaignFleet(
            devicesOf(behaviours.length, (index) => behaviours[index] ?? 'obeys'),
          )
          await fleet.create(
            planOf({
              waves: [{ count: canaries }, { percent: 30 }],
              pauseAt: { failurePercent: 20, lost: 2, lostAfterSeconds: 1800 },
              retries: { most: 1, afterSeconds: 60 },
            }),
          )
          for (const what of steps) {
            const { state } = await viewOf(fleet)
            const before = fleet.handOuts.length
            await carryOut(fleet, what)
            if (state === 'paused' && what === 'poll') expect(fleet.handOuts).toHaveLength(before)
            await expectCounted(fleet, behaviours.length)
          }
          const tries = Map.groupBy(fleet.handOuts, ({ eid }) => eid)
          for (const times of tries.values()) expect(times.length).toBeLessThanOrEqual(2)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('judging', () => {
  it.each([
    [1, 2, 0.121],
    [0, 10, 0],
    [10, 20, 0.327],
    [3, 100, 0.0124],
  ])('%i failures of %i make a rate of at least %f likely', (failures, sample, rate) => {
    expect(lowestLikelyRate(failures, sample)).toBeCloseTo(rate, 2)
  })

  it('divides everything into waves, none of them empty', () => {
    const wave = fc.oneof(
      fc.record({ count: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
    )
    fc.assert(
      fc.property(fc.array(wave, { maxLength: 8 }), fc.nat(500), (waves, total) => {
        const sizes = waveSizes(waves, total)
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total)
        expect(sizes.every((size) => size > 0)).toBe(true)
      }),
    )
  })

  it.each([
    ['22:00', '04:00', 'UTC', '2026-12-01T23:00:00Z', true],
    ['22:00', '04:00', 'UTC', '2026-12-01T04:00:00Z', false],
    ['02:00', '03:00', 'Europe/Berlin', '2026-12-01T01:30:00Z', true],
    // In summer Berlin is two hours ahead.
    ['02:00', '03:00', 'Europe/Berlin', '2026-07-01T01:30:00Z', false],
    ['02:00', '03:00', 'Europe/Berlin', '2026-07-01T00:30:00Z', true],
    ['05:00', '05:00', 'UTC', '2026-07-01T00:30:00Z', true],
  ])('a window from %s to %s in %s at %s', (from, to, timeZone, at, isOpen) => {
    expect(isWindowOpen({ from, to, timeZone }, null, Date.parse(at))).toBe(isOpen)
  })
})
