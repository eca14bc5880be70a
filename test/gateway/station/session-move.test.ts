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

/** Saves the first of what it is given, and fails then. */
class HalfVault extends MemoryVault {
  isHalf = false

  override async save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    if (!this.isHalf) return super.save(sessions)
    await super.save(sessions.slice(0, 1))
    throw new Error('the other half did not answer')
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

  it('has no sequence number used twice when only half of its move was done', async () => {
    const vault = new HalfVault()
    const { start, answersOf, note } = await world(vault)
    vault.isHalf = true
    expect(await answersOf(start())).toBe(0)
    vault.isHalf = false

    // One station does not know the new key yet, and finds what was not retired.
    const [behind, renewed] = [start('old'), start()]
    const answers = [await answersOf(behind, 20), await answersOf(renewed, 20)]

    expect(answers).toEqual([20, 20])
    expect(note(behind, renewed)).toBe(0)
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
