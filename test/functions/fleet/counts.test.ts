/** The fleet in numbers: each change counts once, though the queue repeats and reorders what it brings. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '../../../functions/euicc/change.ts'
import type { Enrolment } from '../../../functions/euicc/euicc-interface.ts'
import type { OperationId, OperationStatus } from '../../../functions/euicc/operation.ts'
import { eventsOf } from '../../../functions/events/event.ts'
import { writeEvents } from '../../../functions/events/event-log.ts'
import {
  forgetOldHours,
  insertEuiccs,
  labelEuiccs,
  listEuiccs,
  readHistory,
  retireEuicc,
  summarizeFleet,
  updateEuicc,
  writeChanges,
} from '../../../functions/fleet/index.ts'
import { prepareEnvironment } from '../test-environment.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 5, 10, 12, 30)
let db: D1Database
let tenant: string

beforeEach(async () => {
  db = (await prepareEnvironment()).FLEET
  tenant = `ten_${crypto.randomUUID()}`
})

const eidOf = (index: number) => `${index}`.padStart(32, '0')

async function enrol(index: number, settings: Partial<Enrolment> = {}): Promise<string> {
  const eid = eidOf(index)
  const none = { labels: {}, group: null, expectedPollSeconds: null, timeZone: null }
  await insertEuiccs(db, [{ tenant, eid, eimId: 'e', ...none, ...settings }], NOW)
  return eid
}

/** As the queue's consumer does. */
async function tell(changes: readonly Change[]): Promise<void> {
  await writeChanges(db, changes)
  await writeEvents(db, changes.flatMap(eventsOf))
}

const seen = (index: number, sequence: number, at: number): Change => ({
  kind: 'seen',
  tenant,
  eid: eidOf(index),
  sequence,
  at,
})

interface Told {
  readonly index: number
  readonly sequence: number
  readonly status: OperationStatus
  readonly at?: number
  readonly origin?: 'operator' | 'eim'
  readonly code?: string
}

function operation({ index, sequence, status, at = NOW, origin = 'operator', code }: Told): Change {
  const reason = code === undefined ? null : { code, detail: 'in words' }
  const id = `op_${tenant}_${index}_${origin}` as OperationId
  const rest = { type: 'profile.list', outcome: null, reason, origin, createdAt: NOW } as const
  return { kind: 'operation', tenant, eid: eidOf(index), sequence, at, operation: { id, status, ...rest } }
}

const summary = () => summarizeFleet(db, tenant, NOW)
const history = (query: Partial<Parameters<typeof readHistory>[2]> = {}) =>
  readHistory(db, tenant, { from: NOW - DAY, to: NOW + DAY, step: 'hour', byGroup: false, ...query }, 1000)

describe('the summary', () => {
  it('tells the health of each eUICC by its own interval, or by a day', async () => {
    const hourly = { expectedPollSeconds: 3600 }
    for (const [index, lastSeenAt] of [1, 1.6, 3.1].entries()) {
      await enrol(index, hourly)
      await tell([seen(index, 1, NOW - lastSeenAt * HOUR)])
    }
    await enrol(3)
    await tell([seen(3, 1, NOW - 35 * HOUR)])
    await enrol(4)
    await enrol(5)
    await retireEuicc(db, tenant, eidOf(5), NOW)

    expect((await summary()).euiccs).toEqual({ total: 5, health: { seen: 2, late: 1, silent: 1, never: 1 } })
  })

  it('counts by group, label and profile those that are not retired', async () => {
    const profiles = (state: 'enabled' | 'disabled', iccid: string) =>
      ({ iccid, state, serviceProviderName: 'Alfa' }) as const
    const holds = (index: number, ...held: ReturnType<typeof profiles>[]): Change => ({
      ...seen(index, 1, NOW),
      kind: 'profiles',
      profiles: held,
    })
    await enrol(1, { group: 'meters', labels: { site: 'Oslo', type: 'a' } })
    await enrol(2, { group: 'meters', labels: { site: 'Oslo' } })
    await enrol(3, { labels: { site: 'Bergen' } })
    await enrol(4, { group: 'meters', labels: { site: 'Oslo' } })
    await tell([
      holds(1, profiles('enabled', '890000000000000001'), profiles('disabled', '890000000000000002')),
      holds(2, profiles('disabled', '890000000000000003'), profiles('disabled', '890000000000000004')),
      holds(4, profiles('enabled', '890000000000000005')),
    ])
    await retireEuicc(db, tenant, eidOf(4), NOW)

    expect(await summary()).toMatchObject({
      groups: [
        { group: 'meters', euiccs: 2 },
        { group: null, euiccs: 1 },
      ],
      labels: [
        { name: 'site', value: 'Oslo', euiccs: 2 },
        { name: 'site', value: 'Bergen', euiccs: 1 },
        { name: 'type', value: 'a', euiccs: 1 },
      ],
      profiles: [
        { serviceProviderName: 'Alfa', state: 'disabled', euiccs: 2 },
        { serviceProviderName: 'Alfa', state: 'enabled', euiccs: 1 },
      ],
    })
  })

  it('tells where operations stand, and why they ended in the last day', async () => {
    for (const index of [1, 2, 3, 4]) await enrol(index)
    await tell([
      operation({ index: 1, sequence: 1, status: 'queued' }),
      operation({ index: 2, sequence: 1, status: 'failed', code: 'refused' }),
      operation({ index: 3, sequence: 1, status: 'expired', code: 'never-left' }),
      operation({ index: 4, sequence: 1, status: 'failed', code: 'refused', at: NOW - 2 * DAY }),
      operation({ index: 1, sequence: 2, status: 'failed', code: 'own', origin: 'eim' }),
    ])

    const { operations } = await summary()

    expect(operations.byStatus).toMatchObject({ queued: 1, failed: 2, expired: 1, succeeded: 0 })
    expect(operations.last24h).toEqual({ succeeded: 0, failed: 1, expired: 1 })
    expect(operations.failures).toEqual([
      { code: 'never-left', count: 1 },
      { code: 'refused', count: 1 },
    ])
  })
})

describe('what is counted', () => {
  it('is counted once, however the queue cuts, repeats and reorders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 12 }), async (random, size) => {
        tenant = `ten_${crypto.randomUUID()}`
        const ends = ['succeeded', 'failed', 'expired', 'queued'] as const
        const changes = ends.flatMap((end, index) => [
          operation({ index, sequence: 1, status: 'queued' }),
          operation({ index, sequence: 2, status: 'delivered' }),
          seen(index, 3, NOW),
          operation({ index, sequence: 4, status: end }),
        ])
        for (const index of ends.keys()) await enrol(index, { group: index < 2 ? 'a' : null })
        const brought = [...changes, ...changes, ...changes]
          .map((change) => ({ change, rank: random.next().value ?? 0 }))
          .sort((one, other) => one.rank - other.rank)
          .map(({ change }) => change)

        for (let from = 0; from < brought.length; from += size) await tell(brought.slice(from, from + size))

        expect((await summary()).operations.byStatus).toEqual({
          ...{ held: 0, queued: 1, delivered: 0, executed: 0, cancelled: 0 },
          ...{ succeeded: 1, failed: 1, expired: 1 },
        })
        expect(await history({ byGroup: true })).toEqual([
          { at: NOW - 30 * 60_000, group: null, seen: 2, succeeded: 0, failed: 0, expired: 1 },
          { at: NOW - 30 * 60_000, group: 'a', seen: 2, succeeded: 1, failed: 1, expired: 0 },
        ])
      }),
      { numRuns: 15 },
    )
  })
})

describe('groups and labels', () => {
  const step = fc.record({
    index: fc.nat(3),
    does: fc.constantFrom('enrol', 'regroup', 'relabel', 'label', 'retire', 'erase'),
    group: fc.constantFrom(null, 'a', 'b'),
    labels: fc.dictionary(fc.constantFrom('site', 'type'), fc.constantFrom('x', 'y'), {
      noNullPrototype: true,
    }),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

  async function take({ index, does, group, labels }: Step): Promise<void> {
    const eid = eidOf(index)
    const target = { kind: 'eids', eids: [eid] } as const
    switch (does) {
      case 'enrol':
        return void (await enrol(index, { group, labels }))
      case 'regroup':
        return void (await labelEuiccs(db, tenant, target, { labels: {}, group }, 20))
      case 'label':
        return void (await labelEuiccs(db, tenant, target, { labels: { ...labels, type: null } }, 20))
      case 'relabel': {
        const none = { expectedPollSeconds: null, timeZone: null }
        return updateEuicc(db, { tenant, eid, eimId: 'e', labels, group, ...none })
      }
      case 'retire':
        return retireEuicc(db, tenant, eid, NOW)
      case 'erase':
        await db.prepare('DELETE FROM euiccs WHERE tenant = ? AND eid = ?').bind(tenant, eid).run()
    }
  }

  /** How often each text occurs. */
  function tally(texts: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const text of texts) counts[text] = (counts[text] ?? 0) + 1
    return counts
  }

  it('are counted as the eUICCs themselves show them, whatever was done to these', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        tenant = `ten_${crypto.randomUUID()}`
        for (const each of steps) await take(each)

        const { groups, labels } = await summary()

        const { euiccs } = await listEuiccs(db, tenant, {}, 10, null)
        expect(Object.fromEntries(groups.map(({ group, euiccs: count }) => [`${group}`, count]))).toEqual(
          tally(euiccs.map(({ group }) => `${group}`)),
        )
        const pairs = euiccs.flatMap((euicc) => Object.entries(euicc.labels).map((pair) => pair.join(':')))
        expect(
          Object.fromEntries(labels.map(({ name, value, euiccs: count }) => [`${name}:${value}`, count])),
        ).toEqual(tally(pairs))
      }),
      { numRuns: 60 },
    )
  })
})

describe('the history', () => {
  it('adds hours up to days, and groups to the whole', async () => {
    await enrol(1, { group: 'a' })
    await enrol(2)
    const midnight = NOW - 12.5 * HOUR
    await tell([seen(1, 1, midnight - 1), seen(1, 2, midnight), seen(1, 3, NOW), seen(2, 1, NOW)])

    const days = await history({ step: 'day', from: midnight - DAY })

    expect(days.map(({ at, group, seen: contacts }) => [at, group, contacts])).toEqual([
      [midnight - DAY, null, 1],
      [midnight, null, 3],
    ])
  })

  it('is forgotten after ninety days', async () => {
    await enrol(1)
    await tell([
      seen(1, 1, NOW - 91 * DAY),
      seen(1, 2, NOW - 89 * DAY),
      operation({ index: 1, sequence: 3, status: 'failed', at: NOW - 91 * DAY }),
    ])

    expect(await forgetOldHours(db, NOW)).toBe(2)
    expect(await history({ from: 0 })).toMatchObject([{ seen: 1 }])
  })
})
