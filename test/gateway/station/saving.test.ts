/** When a station saves what it has read: the vault slow or failing, the clock set to another time. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EdgeAnswer } from '../../../gateway/coap/index.ts'
import { codeOf, writeMessage } from '../../../gateway/coap/message.ts'
import { OPTION, stringOption } from '../../../gateway/coap/option.ts'
import { MemoryVault, type SaveOutcome, type SessionSave } from '../../../gateway/session-store/index.ts'
import { Alarm } from '../../../gateway/worker/alarm.ts'
import { connectDevice, createStation, pollOf } from '../../bench/gateway/bench-station.ts'

const HOUR_MS = 3_600_000
const at = (port: number) => ({ address: '192.0.2.1', port })
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Refused at once: nobody serves this path. */
const REFUSED = Buffer.from(
  writeMessage({
    type: 'CON',
    code: codeOf('0.02'),
    messageId: 5,
    token: Uint8Array.of(1),
    options: [stringOption(OPTION.uriPath, 'nowhere')],
    payload: new Uint8Array(0),
  }),
)

class MoodyVault extends MemoryVault {
  mood: 'good' | 'failing' | 'slow' = 'good'
  saves = 0
  readonly #waiting: (() => void)[] = []

  override save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    this.saves++
    if (this.mood === 'failing') return Promise.reject(new Error('not now'))
    if (this.mood === 'good') return super.save(sessions)
    return new Promise((resolve) => this.#waiting.push(() => resolve(super.save(sessions))))
  }

  /** Lets the saves that wait go on. */
  recover(): void {
    this.mood = 'good'
    for (const goOn of this.#waiting.splice(0)) goOn()
  }
}

afterEach(() => {
  vi.useRealTimers()
})

/** A station with its alarm, and two devices; milliseconds pass one after another, whatever the clock shows. */
async function clockWorld() {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  const vault = new MoodyVault()
  const bench = createStation(vault)
  const alarm = new Alarm(() => bench.station.timeout())
  bench.wakeAt = (time) => alarm.set(time)
  const [one, other] = [connectDevice(bench, at(1)), connectDevice(bench, at(2))]
  /** Until the next save. */
  const untilSaved = async () => {
    const { saves } = vault
    let passed = 0
    for (; vault.saves === saves && passed < 5000; passed++) await vi.advanceTimersByTimeAsync(1)
    return passed
  }
  await vi.advanceTimersByTimeAsync(5000)
  return { bench, vault, one, other, untilSaved }
}

describe('what was read is saved within milliseconds', () => {
  it.each([
    ['a request', pollOf(2)],
    ['a refused request', REFUSED],
    ['a ping', Buffer.of(0x40, 0, 0, 9)],
  ])('when the clock is set back by an hour before, and %s comes then', async (_, message) => {
    const { bench, one, other, untilSaved } = await clockWorld()
    bench.station.receive(one.protect(23, pollOf(1)), at(1))
    await vi.advanceTimersByTimeAsync(2)
    vi.setSystemTime(Date.now() - HOUR_MS)
    bench.station.receive(other.protect(23, message), at(2))
    expect(await untilSaved()).toBeLessThan(20)
  })

  it('when the clock is set forward by an hour before', async () => {
    const { bench, one, untilSaved } = await clockWorld()
    vi.setSystemTime(Date.now() + HOUR_MS)
    bench.station.receive(one.protect(23, pollOf(1)), at(1))
    expect(await untilSaved()).toBeLessThan(20)
  })

  it('a second after the vault has failed, though nobody calls', async () => {
    const { bench, vault, one, untilSaved } = await clockWorld()
    vault.mood = 'failing'
    bench.station.receive(one.protect(23, pollOf(1)), at(1))
    await untilSaved()
    vault.mood = 'good'
    expect(await untilSaved()).toBeLessThan(1100)
    await settled()
    expect(bench.station.unfinished).toBe(0)
  })
})

describe('a session that is released', () => {
  it('does not let its next owner read again what came while the vault was slow', async () => {
    const vault = new MoodyVault()
    const [owner, next] = [createStation(vault), createStation(vault)]
    const device = connectDevice(owner, at(1))
    await owner.station.flush()
    owner.station.receive(device.protect(23, pollOf(1)), at(1))
    vault.mood = 'slow'
    const released = owner.station.release(() => true)
    await settled()
    const record = device.protect(23, pollOf(2))
    owner.station.receive(Buffer.from(record), at(1))
    await settled()
    vault.recover()
    await released
    expect(owner.station.sessionCount).toBe(0)

    next.station.receive(record, at(1))
    await settled()
    expect(next.station.sessionCount).toBe(1)
    expect(next.station.coap.counters.forwarded).toBe(0)
  })

  it('stays where it is when it cannot be saved', async () => {
    const vault = new MoodyVault()
    const bench = createStation(vault)
    const device = connectDevice(bench, at(1))
    vault.mood = 'failing'
    await bench.station.release(() => true)
    expect(bench.station.sessionCount).toBe(1)
    vault.mood = 'good'
    bench.station.receive(device.protect(23, pollOf(1)), at(1))
    await settled()
    expect(bench.station.coap.counters.forwarded).toBe(1)
  })

  it('stays until its device has the answer to what is at the edge', async () => {
    let answer: (answer: EdgeAnswer) => void = () => undefined
    const bench = createStation(new MoodyVault(), () => new Promise((resolve) => (answer = resolve)))
    const [device] = [connectDevice(bench, at(1)), connectDevice(bench, at(2))]
    bench.station.receive(device.protect(23, pollOf(1)), at(1))
    await settled()

    await bench.station.release(() => true)

    expect(bench.station.sessionCount).toBe(1)
    answer({ status: 200, body: Buffer.from('answer'), retryAfter: null })
    await settled()
    expect(bench.sent.map(({ to }) => to)).toEqual([at(1)])
    await bench.station.release(() => true)
    expect(bench.station.sessionCount).toBe(0)
  })
})
