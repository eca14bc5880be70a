/** What a webhook endpoint is told: everything, in order for each subject, whatever way and however often it came. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DeliveryQueue,
  DISABLED_AFTER_MS,
  type Outcome,
  RETRY_PAUSES_MS,
  type Step,
} from '../../functions/events/delivery-queue.ts'
import type { TenantEvent } from '../../functions/events/event.ts'
import { nodeSql } from './node-sql.ts'

const DAY_MS = 86_400_000
const TAKEN: Outcome = { kind: 'taken', answer: 'HTTP 200' }
const FAILED: Outcome = { kind: 'failed', answer: 'HTTP 500' }

function eventOf(subject: string, sequence: number): TenantEvent {
  const id = `evt_${subject}_${sequence}`
  return { tenant: 'tnt', id, type: 'euicc.seen', subject, sequence, at: sequence, data: {} }
}

/** `holdsNothing`: the change is no event, or none that the endpoint wants. */
function stepOf(subject: string, sequence: number, holdsNothing = false): Step {
  const events = holdsNothing ? [] : [eventOf(subject, sequence)]
  return { subject, sequence, isNumbered: true, events }
}

function newQueue() {
  const clock = { now: 1_800_000_000_000 }
  const queue = new DeliveryQueue(
    nodeSql(),
    () => clock.now,
    () => 0,
  )
  return { clock, queue }
}

/** Sends all that is due, jumping to when the next is, until nothing waits. */
function drain(
  { clock, queue }: ReturnType<typeof newQueue>,
  answer: (event: TenantEvent) => Outcome,
): TenantEvent[] {
  const taken: TenantEvent[] = []
  for (let rounds = 0; rounds < 10_000; rounds++) {
    const next = queue.nextWork()
    if (next === null) return taken
    clock.now = Math.max(clock.now, next)
    for (const event of queue.due(6)) {
      const outcome = answer(event)
      if (outcome.kind === 'taken') taken.push(event)
      queue.settle(event.id, outcome)
    }
  }
  throw new Error('it never comes to rest')
}

const ids = (events: readonly TenantEvent[]) => events.map(({ id }) => id)

describe('a delivery queue', () => {
  it('tells everything once taken, in order for each subject, from any order, with repeats and failures', () => {
    const changes = fc.array(
      fc.record({ subject: fc.constantFrom('A', 'B', 'C'), holdsNothing: fc.boolean() }),
      { minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(
        changes,
        fc.infiniteStream(fc.nat()),
        fc.infiniteStream(fc.boolean()),
        (all, dice, coin) => {
          const counters = new Map<string, number>()
          const steps = all.map(({ subject, holdsNothing }) => {
            const sequence = (counters.get(subject) ?? 0) + 1
            counters.set(subject, sequence)
            return stepOf(subject, sequence, holdsNothing)
          })
          const roll = () => dice.next().value ?? 0
          const shuffled = [...steps, ...steps.filter(() => roll() % 3 === 0)]
            .map((step) => ({ step, at: roll() }))
            .sort((one, other) => one.at - other.at)
            .map(({ step }) => step)
          const world = newQueue()
          for (const step of shuffled) world.queue.accept([step])
          let failuresLeft = 20
          const taken = drain(world, () => (failuresLeft-- > 0 && coin.next().value ? FAILED : TAKEN))
          for (const subject of counters.keys()) {
            const wanted = steps.filter((step) => step.subject === subject).flatMap(({ events }) => events)
            expect(ids(taken.filter((event) => event.subject === subject))).toEqual(ids(wanted))
          }
        },
      ),
    )
  })

  it('waits for a change that is still on its way, and goes on without it after ten minutes', () => {
    const world = newQueue()
    world.queue.accept([stepOf('A', 1)])
    drain(world, () => TAKEN)
    world.queue.accept([stepOf('A', 3)])
    expect(world.queue.due(6)).toEqual([])
    const before = world.clock.now
    expect(ids(drain(world, () => TAKEN))).toEqual(['evt_A_3'])
    expect(world.clock.now - before).toBe(600_000)
  })

  it('tells late what comes after it was given up, and tells a repeat of it nothing', () => {
    const world = newQueue()
    world.queue.accept([stepOf('A', 1), stepOf('A', 3)])
    expect(ids(drain(world, () => TAKEN))).toEqual(['evt_A_1', 'evt_A_3'])
    world.queue.accept([stepOf('A', 2), stepOf('A', 3)])
    expect(ids(drain(world, () => TAKEN))).toEqual(['evt_A_2'])
    world.queue.accept([stepOf('A', 2), stepOf('A', 4)])
    expect(ids(drain(world, () => TAKEN))).toEqual(['evt_A_4'])
  })

  it('does not make one subject wait for another', () => {
    const world = newQueue()
    world.queue.accept([stepOf('A', 1), stepOf('B', 1), stepOf('A', 2), stepOf('B', 2)])
    const taken: string[] = []
    world.clock.now += 3000
    for (let rounds = 0; rounds < 5; rounds++) {
      for (const event of world.queue.due(6)) {
        world.queue.settle(event.id, event.subject === 'A' ? FAILED : TAKEN)
        if (event.subject === 'B') taken.push(event.id)
      }
    }
    expect(taken).toEqual(['evt_B_1', 'evt_B_2'])
  })

  it('tries for three days, lists what was never taken, and sends it when asked again', () => {
    const world = newQueue()
    world.queue.accept([stepOf('A', 1)])
    world.queue.accept([stepOf('B', 1)])
    const from = world.clock.now
    // B is taken now and then, so that the endpoint as a whole is not given up.
    let tries = 0
    const taken = drain(world, ({ subject }) => {
      if (subject === 'A') tries++
      return subject === 'B' ? TAKEN : FAILED
    })
    expect(ids(taken)).toEqual(['evt_B_1'])
    expect(tries).toBe(RETRY_PAUSES_MS.length + 1)
    expect(world.clock.now - from).toBeGreaterThan(2.5 * DAY_MS)
    expect(world.clock.now - from).toBeLessThan(3.5 * DAY_MS)
    expect(world.queue.list('dead', 10, null).map(({ delivery }) => delivery.event.id)).toEqual(['evt_A_1'])
    expect(world.queue.redeliver('evt_A_1')).toBe(true)
    expect(ids(drain(world, () => TAKEN))).toEqual(['evt_A_1'])
    expect(world.queue.counts()).toEqual({ waiting: 0, delivered: 2, dead: 0 })
    expect(world.queue.redeliver('evt_X_9')).toBe(false)
  })

  it('says when an endpoint has taken nothing for three days, and at once when it is gone', () => {
    const world = newQueue()
    world.queue.accept(Array.from({ length: 3 }, (_, index) => stepOf(`A${index}`, 1)))
    world.clock.now += 3000
    const [first, second] = world.queue.due(6)
    expect(world.queue.settle(first?.id ?? '', FAILED)).toBeNull()
    world.clock.now += DISABLED_AFTER_MS
    expect(world.queue.settle(second?.id ?? '', FAILED)).toContain('three days')
    expect(world.queue.settle(first?.id ?? '', { kind: 'gone', answer: 'HTTP 410' })).toContain('410')
    world.queue.giveUp('the endpoint is disabled')
    expect(world.queue.nextWork()).toBeNull()
    expect(world.queue.counts()).toEqual({ waiting: 0, delivered: 0, dead: 3 })
  })

  it('leaves a receiver alone for as long as it asks', () => {
    const world = newQueue()
    world.queue.accept([stepOf('A', 1), stepOf('B', 1)])
    world.clock.now += 3000
    expect(world.queue.due(6)).toHaveLength(2)
    world.queue.settle('evt_A_1', { kind: 'failed', answer: 'HTTP 429', waitMs: 60_000 })
    expect(world.queue.due(6)).toEqual([])
    expect(world.queue.nextWork()).toBe(world.clock.now + 60_000)
    world.clock.now += 60_000
    expect(ids(world.queue.due(6)).sort()).toEqual(['evt_A_1', 'evt_B_1'])
  })
})
