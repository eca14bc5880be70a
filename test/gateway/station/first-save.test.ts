/** A first save is done, but its answer is lost: the keeper meets the effect of its own call. */
import { describe, expect, it } from 'vitest'
import { MemoryVault, type SaveOutcome, type SessionSave } from '../../../gateway/session-store/index.ts'
import { connectDevice, createStation, pollOf } from '../../bench/gateway/bench-station.ts'

const HERE = { address: '192.0.2.1', port: 1000 }
const RETRY_MS = 1000
const ANSWER = { status: 200, body: Buffer.from('answer'), retryAfter: null }

const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Carries saves out, but fails as often as told. */
class UnheardVault extends MemoryVault {
  unheard = 0

  override async save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    const outcomes = await super.save(sessions)
    if (this.unheard-- > 0) throw new Error('the answer was lost')
    return outcomes
  }
}

/** A device whose request is at the edge while the first save of its session is not heard of. */
async function world(unheard = 1) {
  const vault = new UnheardVault()
  vault.unheard = unheard
  let answer: () => void = () => undefined
  const owner = createStation(
    vault,
    () =>
      new Promise((resolve) => {
        answer = () => resolve(ANSWER)
      }),
  )
  const device = connectDevice(owner, HERE)
  owner.station.receive(device.protect(23, pollOf(1)), HERE)
  await settled()
  owner.pass(20)
  await settled()
  /** The save is tried again. */
  const retry = async () => {
    owner.pass(RETRY_MS)
    await settled()
  }
  const answerOfEdge = async () => {
    owner.sent.splice(0)
    answer()
    await settled()
    return owner.sent.length
  }
  return { vault, owner, device, retry, answerOfEdge }
}

const numbersOf = (sent: readonly { datagram: Buffer }[]) =>
  sent.map(({ datagram }) => datagram.toString('hex', 3, 11))

describe('a session whose first save was done but not heard of', () => {
  it.each([1, 2, 3])('goes on, its request at the edge, when %i answers are lost', async (unheard) => {
    const { owner, retry, answerOfEdge } = await world(unheard)

    for (let index = 0; index < unheard; index++) await retry()

    expect(owner.station.sessionCount).toBe(1)
    expect(await answerOfEdge()).toBe(1)
    await owner.station.flush()
    expect(owner.station.unfinished).toBe(0)
  })

  it('is found afterwards, with numbers that were never used', async () => {
    const { vault, owner, device, retry, answerOfEdge } = await world()
    await retry()
    expect(await answerOfEdge()).toBe(1)
    await owner.station.flush()

    const next = createStation(vault)
    next.station.receive(device.protect(23, pollOf(2)), HERE)
    await settled()

    const used = numbersOf([...owner.sent, ...next.sent])
    expect(next.sent.length).toBe(1)
    expect(new Set(used).size).toBe(used.length)
  })

  it('is not left behind when it is closed before it is saved again', async () => {
    const { vault, owner, device } = await world()
    expect(vault.size).toBe(1)

    owner.station.receive(device.protect(21, Buffer.of(1, 0)), HERE)
    await settled()

    expect(owner.station.sessionCount).toBe(0)
    expect(vault.size).toBe(0)
  })

  it('is given up when another owner has claimed it meanwhile, who goes on', async () => {
    const { vault, owner, device, retry, answerOfEdge } = await world()
    const other = createStation(vault)
    other.station.receive(device.protect(23, pollOf(2)), HERE)
    await settled()

    await retry()

    expect(owner.station.sessionCount).toBe(0)
    expect(await answerOfEdge()).toBe(0)
    await other.station.flush()
    other.station.receive(device.protect(23, pollOf(3)), HERE)
    await settled()
    await other.station.flush()
    expect(other.station.sessionCount).toBe(1)
    const used = numbersOf(other.sent)
    expect(new Set(used).size).toBe(2)
  })

  it.each([
    ['heard of then', 0],
    ['not heard of again', 1],
  ])('is not left behind when it is closed while it is saved again, which is %s', async (_, unheard) => {
    const { vault, owner, device, retry } = await world()
    vault.unheard = unheard
    const retried = retry()
    owner.station.receive(device.protect(21, Buffer.of(1, 0)), HERE)
    await retried
    await settled()

    expect(owner.station.sessionCount).toBe(0)
    expect(vault.size).toBe(0)
  })
})
