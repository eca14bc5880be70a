import { describe, expect, it } from 'vitest'
import type { HttpRequest } from './esipa-client.ts'
import { FaultyNetwork, type NetworkFault } from './faulty-network.ts'
import { SeededRandom } from './seeded-random.ts'

const request = (path: string): HttpRequest => ({ path, headers: {}, body: Uint8Array.of(1, 2, 3) })

function makeNetwork(seed: number, only: readonly NetworkFault[], rate = 1) {
  const arrived: string[] = []
  const network = new FaultyNetwork(
    async ({ path, body }) => {
      arrived.push(`${path} ${body}`)
      return { status: 200, headers: {}, body: Uint8Array.of(9, 9) }
    },
    new SeededRandom(seed),
    { rate, corrupts: true, only },
  )
  return { arrived, network }
}

describe('a faulty network', () => {
  it('loses a request before, or an answer after, it arrives', async () => {
    const before = makeNetwork(1, ['lose-request'])
    await expect(before.network.send(request('/a'))).rejects.toThrow('lost')
    expect(before.arrived).toEqual([])

    const after = makeNetwork(1, ['lose-reply'])
    await expect(after.network.send(request('/a'))).rejects.toThrow('lost')
    expect(after.arrived).toHaveLength(1)
  })

  it('delivers twice, or answers 503', async () => {
    const repeated = makeNetwork(1, ['repeat'])
    await repeated.network.send(request('/a'))
    expect(repeated.arrived).toHaveLength(2)

    expect((await makeNetwork(1, ['unavailable']).network.send(request('/a'))).status).toBe(503)
  })

  it('lets a late copy arrive after newer requests', async () => {
    const { arrived, network } = makeNetwork(3, ['late-copy'])
    await network.send(request('/old'))
    network.faults = { rate: 0, corrupts: false }
    await network.send(request('/new'))
    await network.settle()
    expect(arrived.filter((each) => each.startsWith('/old'))).toHaveLength(2)
    expect(arrived).toContain('/new 1,2,3')
  })

  it('changes one bit of what it corrupts', async () => {
    const { network } = makeNetwork(1, ['corrupt-reply'])
    const { body } = await network.send(request('/a'))
    const bits = body.reduce((sum, octet) => sum + ((octet ^ 9).toString(2).match(/1/g)?.length ?? 0), 0)
    expect(bits).toBe(1)
  })

  it('does the same again for the same seed', async () => {
    const run = async (seed: number) => {
      const { arrived, network } = makeNetwork(seed, ['lose-request', 'lose-reply', 'repeat', 'delay'], 0.5)
      for (let count = 0; count < 50; count++) await network.send(request(`/${count}`)).catch(() => undefined)
      return [...arrived, ...network.log]
    }
    expect(await run(7)).toEqual(await run(7))
    expect(await run(7)).not.toEqual(await run(8))
  })
})
