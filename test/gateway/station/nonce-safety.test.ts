import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryVault } from '../../../gateway/session-store/index.ts'
import { SeededRandom } from '../../simulator/seeded-random.ts'
import { NOW } from '../dtls/virtual-port.ts'
import { VirtualCluster, VirtualDevice } from './virtual-cluster.ts'
import { PERFECT, VirtualNetwork } from './virtual-network.ts'

const STEPS = [
  ...['post', 'post', 'post', 'move', 'pause', 'long-pause', 'start'],
  ...['kill-1', 'kill-2', 'stop-1', 'stop-2'],
]
const PATH = '/gsma/rsp2/asn1'
const QUESTION = Buffer.from('x')

/** A cluster of two, a device, and how often a nonce was used for two records. */
async function createWorld(seed: number) {
  const random = new SeededRandom(seed)
  const network = new VirtualNetwork(NOW, random, { loss: 0.1, duplication: 0.1, latency: [5, 400] })
  const forward = async () => ({ status: 200, body: Buffer.from('answer'), retryAfter: null })
  const vault = new MemoryVault(() => network.now)
  const cluster = new VirtualCluster({ network, random, vault, nodes: 2, forward })
  const records = new Map<string, string>()
  const nonces = { repeated: 0 }
  cluster.onSent = (datagram) => {
    const isProtected = datagram.readUInt16BE(3) === 1
    if (!isProtected) return
    const nonce = datagram.toString('hex', 13, 21)
    const record = datagram.toString('base64')
    if ((records.get(nonce) ?? record) !== record) nonces.repeated++
    records.set(nonce, record)
  }
  const device = new VirtualDevice(cluster)
  await network.until(device.device.connect())
  await network.run(network.now + 3000)
  return { network, cluster, device, nonces }
}

type World = Awaited<ReturnType<typeof createWorld>>

function startAll({ cluster }: World): void {
  for (const node of cluster.nodes) if (!node.isUp) node.start()
}

async function carryOut(world: World, step: string): Promise<void> {
  const { network, cluster, device } = world
  const [what, number] = step.split('-')
  const node = cluster.nodes[Number(number) - 1]
  // With nobody there the device would give its session up in the end, and start another under other keys.
  const isAnybodyUp = cluster.nodes.some(({ isUp }) => isUp)
  if (what === 'post' && isAnybodyUp) await network.until(device.device.post(PATH, QUESTION))
  if (what === 'move') device.move()
  if (what === 'pause') await network.run(network.now + 50)
  if (what === 'long') await network.run(network.now + 20_000)
  if (what === 'start') startAll(world)
  if (what === 'kill') node?.kill()
  if (what === 'stop' && node?.isUp) await node.stop()
}

describe('two nodes that are killed and started at any moment', () => {
  it('never use a sequence number twice under one key, and never lose the device', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.constantFrom(...STEPS), { minLength: 5, maxLength: 40 }),
      fc.integer(),
      async (steps, seed) => {
        const world = await createWorld(seed)
        for (const step of steps) await carryOut(world, step)
        startAll(world)
        const { network, device, nonces } = world
        await network.run(network.now + 10_000)
        device.move()
        // Else all repetitions of one question would be lost in one of some thousand runs.
        network.faults = PERFECT
        const outcome = await network.until(device.device.post(PATH, QUESTION))
        expect(nonces.repeated).toBe(0)
        expect(outcome.kind).toBe('answered')
        expect(device.device.costs.fullHandshakes).toBe(1)
      },
    )
    await fc.assert(property, { numRuns: Number(process.env.NONCE_RUNS ?? 40) })
  }, 300_000)
})
