/** What the keeper promises when things happen at the wrong moment: closed in the middle of a save, keys renewed, a clock set back. */
import { describe, expect, it, vi } from 'vitest'
import type { Session } from '../../../gateway/dtls/index.ts'
import { SessionKeeper } from '../../../gateway/session-keeper.ts'
import { MemoryVault, SessionSeal, type SessionVault } from '../../../gateway/session-store/index.ts'
import { client, serverOptions, VirtualPort } from '../dtls/virtual-port.ts'

const OLD_KEY = Buffer.alloc(32, 1)
const NEW_KEY = Buffer.alloc(32, 2)
const DAY_MS = 86_400_000

let lives = 0

/** One gateway process: an endpoint and its keeper. */
function life(vault: SessionVault, seal: SessionSeal) {
  const port = new VirtualPort(serverOptions({}, `life ${lives++}`))
  const fenced: Session[] = []
  const keeper = new SessionKeeper({
    endpoint: port.endpoint,
    vault,
    seal,
    idleMs: 60 * DAY_MS,
    count: () => undefined,
    log: () => undefined,
    now: () => port.now,
    onFenced: (session) => fenced.push(session),
    onDue: () => undefined,
  })
  return { port, keeper, fenced }
}

const writeRangeOf = (session: Session) => {
  const { writeSequence, writeLimit } = session.counters()
  return { from: writeSequence, to: writeLimit }
}

describe('a session', () => {
  it('that is closed while it is saved for the first time does not come back', async () => {
    const vault = new MemoryVault()
    const { port, keeper } = life(vault, new SessionSeal(OLD_KEY))
    const session = port.connect(client())
    keeper.change(session, port.now)

    keeper.timeout(port.now + 1000)
    port.endpoint.close(session)
    keeper.forget(session)
    await keeper.flush()

    expect(vault.size).toBe(0)
    expect(keeper.unsaved).toBe(0)
  })

  it('is removed together with others that are closed in the same moment', async () => {
    const vault = new MemoryVault()
    const remove = vi.spyOn(vault, 'remove')
    const { port, keeper } = life(vault, new SessionSeal(OLD_KEY))
    const sessions = [1, 2, 3].map((number) => port.connect(client(), { address: '192.0.2.1', port: number }))
    for (const session of sessions) keeper.change(session, port.now)
    await keeper.flush()

    for (const session of sessions) keeper.forget(session)
    await Promise.resolve()

    expect(vault.size).toBe(0)
    expect(remove).toHaveBeenCalledTimes(1)
  })

  it('is not found again in the moment in which it was closed', async () => {
    const vault = new MemoryVault()
    const { port, keeper } = life(vault, new SessionSeal(OLD_KEY))
    const session = port.connect(client())
    keeper.change(session, port.now)
    await keeper.flush()

    port.endpoint.close(session)
    keeper.forget(session)
    expect(await keeper.claim(session.ownCid)).toBeUndefined()
    expect(vault.size).toBe(0)
  })

  it('is nobody’s under the name of a previous cluster key once it lies under the present one', async () => {
    const vault = new MemoryVault()
    const before = life(vault, new SessionSeal(OLD_KEY))
    const session = before.port.connect(client())
    const { ownCid } = session
    before.keeper.change(session, before.port.now)
    await before.keeper.flush()

    const renewed = life(vault, new SessionSeal(NEW_KEY, [OLD_KEY]))
    const claimed = await renewed.keeper.claim(ownCid)
    const behind = await life(vault, new SessionSeal(OLD_KEY)).keeper.claim(ownCid)
    if (!claimed) throw new Error('not claimed')
    renewed.keeper.change(claimed, renewed.port.now)
    await renewed.keeper.flush()

    expect(behind).toBeUndefined()
    expect(renewed.fenced).toEqual([])
    renewed.port.endpoint.close(claimed)
    renewed.keeper.forget(claimed)
    await Promise.resolve()
    expect(await life(vault, new SessionSeal(NEW_KEY, [OLD_KEY])).keeper.claim(ownCid)).toBeUndefined()
  })

  it('goes on under the present name with numbers that were never used', async () => {
    const vault = new MemoryVault()
    const before = life(vault, new SessionSeal(OLD_KEY))
    const session = before.port.connect(client())
    const { ownCid } = session
    before.keeper.change(session, before.port.now)
    await before.keeper.flush()
    const { to } = writeRangeOf(session)

    const renewed = life(vault, new SessionSeal(NEW_KEY, [OLD_KEY]))
    const claimed = await renewed.keeper.claim(ownCid)
    if (!claimed) throw new Error('not claimed')
    const { from } = writeRangeOf(claimed)
    renewed.keeper.change(claimed, renewed.port.now)
    await renewed.keeper.flush()
    const again = await life(vault, new SessionSeal(NEW_KEY, [OLD_KEY])).keeper.claim(ownCid)

    expect(from).toBeGreaterThanOrEqual(to)
    expect(again && writeRangeOf(again).from).toBeGreaterThanOrEqual(writeRangeOf(claimed).to)
  })

  it.each([
    ['of before', { readEdge: 1, windowLow: 1, windowHigh: 0 }, { readEdge: 3, windowLow: 0b1111 }],
    ['with less in it', { readEdge: 3, windowLow: 1, windowHigh: 0 }, { readEdge: 3, windowLow: 0b1111 }],
    ['further on', { readEdge: 5, windowLow: 1, windowHigh: 0 }, { readEdge: 5, windowLow: 0b111101 }],
    [
      'far on',
      { readEdge: 35, windowLow: 1, windowHigh: 0 },
      { readEdge: 35, windowLow: 1, windowHigh: 0b1111 },
    ],
  ])('has read what it had, when a vault gives progress %s', async (_which, given, expected) => {
    const vault = new MemoryVault()
    const seal = new SessionSeal(OLD_KEY)
    const { port, keeper } = life(vault, seal)
    const device = client()
    const session = port.connect(device)
    for (const text of ['1', '2', '3']) port.deliver(device.data(text))
    keeper.change(session, port.now)
    await keeper.flush()
    const name = seal.nameOf(session.ownCid)
    const progress = { ...given, lastSeen: 0 }
    await vault.save([{ kind: 'progress', name, generation: 1, progress, expiresAt: port.now + DAY_MS }])

    const claimed = await life(vault, seal).keeper.claim(session.ownCid)

    expect(claimed?.counters()).toMatchObject({ ...expected, lastSeen: session.lastSeen })
  })

  it('that reads while it and others are saved is due again, however long the others take', async () => {
    const vault = new MemoryVault()
    const goOn: (() => void)[] = []
    vi.spyOn(vault, 'save').mockImplementation(
      (sessions) =>
        new Promise((resolve) => goOn.push(() => resolve(MemoryVault.prototype.save.call(vault, sessions)))),
    )
    const { port, keeper } = life(vault, new SessionSeal(OLD_KEY))
    const [one, other] = [1, 2].map((number) =>
      port.connect(client(), { address: '192.0.2.1', port: number }),
    )
    if (!one || !other) throw new Error('there are two')
    const saveDue = () => {
      port.now += 10
      keeper.timeout(port.now)
    }
    keeper.change(one, port.now)
    saveDue()
    keeper.advance(one, port.now)
    keeper.change(other, port.now)
    saveDue()
    goOn[0]?.()
    await Promise.resolve()

    keeper.advance(one, port.now)
    expect(keeper.nextTimeout).toBe(port.now + 10)
    for (const each of goOn) each()
  })

  it('is saved within milliseconds after the clock was set back', async () => {
    const vault = new MemoryVault()
    const { port, keeper } = life(vault, new SessionSeal(OLD_KEY))
    const session = port.connect(client())
    keeper.change(session, port.now)

    port.now -= DAY_MS
    keeper.change(session, port.now)
    port.now += 100
    keeper.timeout(port.now)
    await keeper.flush()

    expect(keeper.nextTimeout).toBeUndefined()
    expect(vault.size).toBe(1)
  })
})
