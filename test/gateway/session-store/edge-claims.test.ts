/** How claims share the connections to the edge. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { EdgeAttempt, EdgeRequest } from '../../../gateway/forward/index.ts'
import { EdgeVault } from '../../../gateway/session-store/index.ts'
import { SESSION_STORE_PATHS } from '../../../shared/gateway/session-store-message.ts'

const newName = () => randomBytes(16).toString('hex')

/** What can leave has left. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

const UNKNOWN: EdgeAttempt = {
  kind: 'answered',
  status: 200,
  body: Buffer.from('{"kind":"unknown"}'),
  retryAfter: null,
}

/** A vault whose edge answers a call when it is told to. */
function waitingVault(connections: number) {
  /** Names of claims, and paths of other calls, in the order in which they left. */
  const left: string[] = []
  const onTheirWay: ((attempt: EdgeAttempt) => void)[] = []
  const post = ({ path, body }: EdgeRequest) => {
    left.push(path === SESSION_STORE_PATHS.claim ? JSON.parse(Buffer.from(body).toString()).name : path)
    return new Promise<EdgeAttempt>((resolve) => onTheirWay.push(resolve))
  }
  const vault = new EdgeVault({ connections, post, close: async () => undefined })
  /** Ends the call that has been on its way for longest. */
  const end = async (attempt: EdgeAttempt) => {
    onTheirWay.shift()?.(attempt)
    await turn()
  }
  return { vault, left, onTheirWay, end }
}

describe('claims at the edge', () => {
  it('leave as connections become free, in their order, and all are answered', async () => {
    const { vault, left, onTheirWay, end } = waitingVault(3)
    const names = Array.from({ length: 20 }, newName)

    const claims = names.map((name) => vault.claim(name))
    await turn()
    const seen = [onTheirWay.length]
    while (onTheirWay.length > 0) {
      await end(UNKNOWN)
      seen.push(onTheirWay.length)
    }

    expect(Math.max(...seen)).toBe(3)
    expect(left).toEqual(names)
    expect(await Promise.all(claims)).toEqual(names.map(() => ({ kind: 'unknown' })))
  })

  it('leave their places to others when they fail, and no more than these', async () => {
    const { vault, onTheirWay, end } = waitingVault(2)
    const outcomes = Promise.allSettled([1, 2, 3, 4].map(() => vault.claim(newName())))

    await turn()
    for (let index = 0; index < 3; index++) await end({ kind: 'timed-out' })
    await end(UNKNOWN)
    for (let index = 0; index < 3; index++) void vault.claim(newName())
    await turn()

    const statuses = (await outcomes).map(({ status }) => status)
    expect(statuses).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
    expect(onTheirWay.length).toBe(2)
  })

  it('do not keep a save waiting', async () => {
    const { vault, left } = waitingVault(1)
    for (let index = 0; index < 3; index++) void vault.claim(newName())
    await turn()

    void vault.save([
      { kind: 'state', name: newName(), generation: null, sealed: randomBytes(9), expiresAt: 1 },
    ])

    expect(left.slice(1)).toEqual([SESSION_STORE_PATHS.save])
  })
})
