/** The cluster key was replaced while a device slept: its session lies under a name of before. */
import { describe, expect, it } from 'vitest'
import {
  MemoryVault,
  type SaveOutcome,
  type SessionSave,
  SessionSeal,
} from '../../../gateway/session-store/index.ts'
import {
  type BenchStation,
  CLUSTER_KEY,
  connectDevice,
  createStation,
  pollOf,
} from '../../bench/gateway/bench-station.ts'

const NEW_KEY = Buffer.alloc(32, 9)
const HERE = { address: '192.0.2.1', port: 1000 }
const ELSEWHERE = { address: '203.0.113.66', port: 6 }

const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Fails at one save from when it is told to: with or without having done it. */
class BreakingVault extends MemoryVault {
  breaksAfter = Number.POSITIVE_INFINITY
  isDone = false

  override async save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    if (this.breaksAfter-- !== 0) return super.save(sessions)
    if (this.isDone) await super.save(sessions)
    throw new Error('no answer')
  }
}

/** A device that sleeps, its session saved by a station that is gone; and the stations that come after that one. */
async function world(vault: MemoryVault = new MemoryVault()) {
  const before = createStation(vault)
  const device = connectDevice(before, HERE)
  await before.station.flush()
  let messageId = 1
  const records = new Map<string, Buffer>()
  let repeated = 0

  const start = (keys: 'old' | 'new' = 'new'): BenchStation =>
    createStation(vault, undefined, keys === 'old' ? undefined : new SessionSeal(NEW_KEY, [CLUSTER_KEY]))
  const poll = () => device.protect(23, pollOf(messageId++))
  /** How many of its polls a station answers. */
  const answersOf = async (bench: BenchStation, polls = 1): Promise<number> => {
    bench.sent.splice(0)
    for (let index = 0; index < polls; index++) {
      bench.station.receive(poll(), HERE)
      await settled()
    }
    return bench.sent.length
  }
  /** Notes sequence numbers used for two records. */
  const note = (...benches: BenchStation[]) => {
    for (const { datagram } of benches.flatMap(({ sent }) => sent)) {
      const number = datagram.toString('hex', 3, 11)
      if (!(records.get(number) ?? datagram).equals(datagram)) repeated++
      records.set(number, datagram)
    }
    return repeated
  }
  /** Somebody who has overheard the Connection ID. */
  const forge = async ({ station }: BenchStation) => {
    const record = poll()
    record.fill(0, record.length - 8)
    station.receive(record, ELSEWHERE)
    await settled()
    expect(station.sessionCount).toBe(1)
  }
  return { start, poll, answersOf, note, forge }
}

describe('a session under the name of a previous cluster key', () => {
  it('is gone on with', async () => {
    const { start, answersOf } = await world()

    expect(await answersOf(start())).toBe(1)
  })

  it.each([
    ['the station saves all and ends', ({ station }: BenchStation) => station.flush()],
    ['the station releases it', ({ station }: BenchStation) => station.release(() => true)],
    ['the station is killed', async () => undefined],
  ])('is still there when only a forgery came for it, and then %s', async (_, end) => {
    const { start, answersOf, forge } = await world()
    const station = start()

    await forge(station)
    await end(station)

    expect(station.station.unfinished).toBe(0)
    expect(await answersOf(start())).toBe(1)
  })

  it('is still there when the station is killed before it has saved what it read', async () => {
    const { start, answersOf } = await world()

    expect(await answersOf(start())).toBe(1)
    expect(await answersOf(start())).toBe(1)
  })

  it('has no sequence number used twice, by stations that are killed one after another', async () => {
    const { start, answersOf, note } = await world()
    const [first, second, third] = [start(), start(), start()]

    for (const station of [first, second, third]) {
      expect(await answersOf(station, 20)).toBe(20)
      expect(note(station)).toBe(0)
    }
  })

  describe.each([
    ['first', 0, false],
    ['first', 0, true],
    ['second', 1, false],
    ['second', 1, true],
  ])('whose move breaks at its %s save (%i, done: %s)', (_, breaksAfter, isDone) => {
    async function broken() {
      const vault = new BreakingVault()
      const theirs = await world(vault)
      Object.assign(vault, { breaksAfter, isDone })
      expect(await theirs.answersOf(theirs.start())).toBe(0)
      return theirs
    }

    it('is still there', async () => {
      const { start, answersOf } = await broken()
      expect(await answersOf(start())).toBe(1)
    })

    it('has no sequence number used twice, though one station does not know the new key yet', async () => {
      const { start, answersOf, note } = await broken()
      const [behind, renewed] = [start('old'), start()]
      await answersOf(behind, 20)
      await answersOf(renewed, 20)
      expect(note(behind, renewed)).toBe(0)
    })
  })

  it('has one owner at most when two stations move it at the same time, and is not lost', async () => {
    const { start, poll, answersOf, note } = await world()
    const [one, other] = [start(), start()]

    const record = poll()
    for (const { station } of [one, other]) station.receive(Buffer.from(record), HERE)
    await settled()

    expect(one.station.sessionCount + other.station.sessionCount).toBeLessThanOrEqual(1)
    const next = start()
    expect(await answersOf(next)).toBe(1)
    expect(note(one, other, next)).toBe(0)
  })
})
