import { describe, expect, it } from 'vitest'
import type { EdgeAnswer } from '../../../gateway/coap/index.ts'
import { CONNECTION_ID_LENGTH, ConnectionIds, RANDOM_LENGTH } from '../../../gateway/connection-id.ts'
import type { ForwardRequest } from '../../../gateway/forward/index.ts'
import { MemoryVault } from '../../../gateway/session-store/index.ts'
import { SeededRandom } from '../../simulator/seeded-random.ts'
import { client, deviceCertificate, NOW, pskClient } from '../dtls/virtual-port.ts'
import { CLUSTER_KEY, type ClusterOptions, VirtualCluster, VirtualDevice } from './virtual-cluster.ts'
import { VirtualNetwork } from './virtual-network.ts'

const PATH = '/gsma/rsp2/asn1'
const QUESTION = Buffer.from('question')
const DAY_MS = 86_400_000

function answerOf(body: string | Uint8Array, status = 200): EdgeAnswer {
  return { status, body: Buffer.from(body), retryAfter: null }
}

function world(changes: Partial<ClusterOptions> = {}) {
  const random = new SeededRandom(1)
  const network = new VirtualNetwork(NOW, random)
  const requests: ForwardRequest[] = []
  const cluster = new VirtualCluster({
    network,
    random,
    vault: new MemoryVault(() => network.now),
    nodes: 1,
    forward: async (request) => {
      requests.push(request)
      return answerOf(`answer ${requests.length}`)
    },
    ...changes,
  })
  const [node] = cluster.nodes
  if (!node) throw new Error('no node')
  const post = async (device: VirtualDevice, body: Uint8Array = QUESTION) => {
    const outcome = await network.until(device.device.post(PATH, body))
    return outcome.kind === 'answered' ? Buffer.from(outcome.octets).toString() : outcome.kind
  }
  return { network, cluster, node, requests, post }
}

describe('a device', () => {
  it('shakes hands once, and is answered by the edge', async () => {
    const { cluster, post, requests } = world()
    const device = new VirtualDevice(cluster, { dtls: client({ certificate: chainOf() }).options })
    expect(await post(device)).toBe('answer 1')
    expect(await post(device)).toBe('answer 2')
    expect(device.device.costs.fullHandshakes).toBe(1)
    expect(requests[0]).toMatchObject({
      tenant: 'acme',
      path: PATH,
      device: { identity: { kind: 'certificate' }, isProtected: true },
    })
    expect(Buffer.from(requests[0]?.body ?? [])).toEqual(QUESTION)
  })

  it('that slept for days wakes behind another address and is answered with two datagrams in all', async () => {
    const { cluster, network, post } = world()
    const device = new VirtualDevice(cluster)
    await post(device)
    await network.run(network.now + 5 * DAY_MS)
    device.move()
    const { sent, received } = device.device.costs
    const before = sent.datagrams + received.datagrams
    expect(await post(device)).toBe('answer 2')
    expect(sent.datagrams + received.datagrams - before).toBe(2)
  })

  it('proves by its pre-shared key who it is', async () => {
    const { cluster, post, requests } = world()
    await post(new VirtualDevice(cluster, { dtls: pskClient().options }))
    expect(requests[0]?.device.identity).toEqual({ kind: 'psk', identity: 'dev1' })
  })

  it('is called by a name that tells nobody its Connection ID, and the same one each time', async () => {
    const { cluster, post, requests } = world()
    const device = new VirtualDevice(cluster)
    await post(device)
    await post(device)
    const [name, again] = requests.map((request) => request.device.session)
    expect(name).toMatch(/^[0-9a-f]{32}$/)
    expect(again).toBe(name)
    expect(name).not.toContain(device.device.client?.serverCid.toString('hex'))
  })

  it('goes on where it was after the gateway was killed', async () => {
    const { cluster, network, node, post } = world()
    const device = new VirtualDevice(cluster)
    await post(device)
    await network.run(network.now + 1000)
    node.kill()
    node.start()
    device.move()
    expect(await post(device)).toBe('answer 2')
    expect(device.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
    expect(cluster.counts.get('sessions_restored claim')).toBe(1)
  })

  it('goes on after being killed again and again, with numbers never used before', async () => {
    const { cluster, network, node, post } = world()
    const nonces = new Set<string>()
    let repeated = 0
    cluster.onSent = (datagram) => {
      // Protected records to a client without a Connection ID: explicit nonce behind a header of 13 octets.
      if (datagram.readUInt16BE(3) !== 1) return
      const nonce = datagram.toString('hex', 13, 21)
      if (nonces.has(nonce)) repeated++
      nonces.add(nonce)
    }
    const device = new VirtualDevice(cluster)
    for (let life = 0; life < 5; life++) {
      for (let count = 0; count < 3; count++) expect(await post(device)).toMatch(/^answer/)
      if (life % 2 === 0) await network.run(network.now + 1000)
      node.kill()
      node.start()
    }
    expect(device.device.costs.fullHandshakes).toBe(1)
    expect(repeated).toBe(0)
    expect(nonces.size).toBeGreaterThanOrEqual(15)
  })

  it('is found by the other node when it lands there, and answered by the way it came', async () => {
    const { cluster, network, post } = world({ nodes: 2 })
    await network.run(network.now + 3000)
    const device = new VirtualDevice(cluster)
    for (let count = 0; count < 10; count++) {
      expect(await post(device)).toMatch(/^answer/)
      device.move()
      await network.run(network.now + 600_000)
    }
    expect(device.device.costs.fullHandshakes).toBe(1)
    expect(cluster.relayed).toBeGreaterThan(2)
    expect(cluster.counts.get('sessions_restored claim')).toBeUndefined()
  })

  it('is taken over by the other node when its own is dead, and given back when that returns', async () => {
    const { cluster, network, post } = world({ nodes: 2 })
    await network.run(network.now + 3000)
    const device = new VirtualDevice(cluster)
    await post(device)
    await network.run(network.now + 1000)
    const owner = cluster.nodes.find((node) => (node.station?.dtls.sessionCount ?? 0) > 0)
    owner?.kill()
    await network.run(network.now + 10_000)
    device.move()
    expect(await post(device)).toBe('answer 2')
    owner?.start()
    await network.run(network.now + 10_000)
    for (let count = 0; count < 5; count++) {
      device.move()
      expect(await post(device)).toMatch(/^answer/)
    }
    expect(device.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
    expect(cluster.nodes.map((node) => node.station?.dtls.sessionCount).sort()).toEqual([0, 1])
  })

  it('gets large answers in blocks, and sends large questions so', async () => {
    const large = Buffer.alloc(5000, 'x')
    const { cluster, post, requests } = world({
      forward: async (request) => {
        requests.push(request)
        return answerOf(large)
      },
    })
    const device = new VirtualDevice(cluster)
    expect(await post(device, Buffer.alloc(3000, 'y'))).toBe(large.toString())
    expect(requests).toHaveLength(1)
    expect(requests[0]?.body.length).toBe(3000)
  })

  it('is asked by the gateway over its session', async () => {
    const served: string[] = []
    const { cluster, network, node, post, requests } = world()
    const device = new VirtualDevice(cluster, {
      serve: async (path, body) => {
        served.push(`${path} ${Buffer.from(body)}`)
        return Buffer.from('done')
      },
    })
    await post(device)
    const name = requests[0]?.device.session ?? ''
    const request = { path: PATH, body: Buffer.from('package'), timeoutMs: 30_000 }
    const outcome = await network.until(node.station?.transfer(name, request) ?? Promise.reject())
    expect(outcome).toMatchObject({ kind: 'answered' })
    expect('octets' in outcome && Buffer.from(outcome.octets).toString()).toBe('done')
    expect(served).toEqual([`${PATH} package`])
    const unknown = node.station?.transfer('00'.repeat(16), request)
    expect(await unknown).toEqual({ kind: 'unknown-session' })
  })

  it('that does not answer a push is unreachable', async () => {
    const { cluster, network, node, post, requests } = world()
    const device = new VirtualDevice(cluster)
    await post(device)
    cluster.leave(device.address)
    const request = { path: PATH, body: Buffer.from('package'), timeoutMs: 30_000 }
    const name = requests[0]?.device.session ?? ''
    expect(await network.until(node.station?.transfer(name, request) ?? Promise.reject())).toEqual({
      kind: 'unreachable',
    })
  })
})

describe('a device that is trusted no more', () => {
  async function worldOfTwo() {
    const removed = new Set<string>()
    const vault = new MemoryVault()
    const { network, cluster, node, post } = world({
      vault,
      dtls: { trusts: (_, { kind }) => !removed.has(kind) },
    })
    const gone = new VirtualDevice(cluster, { dtls: pskClient({ takesTickets: true }).options })
    const kept = new VirtualDevice(cluster, { dtls: client({ certificate: chainOf() }).options })
    await post(gone)
    await post(kept)
    await network.run(network.now + 1000)
    return { network, cluster, node, post, vault, removed, gone, kept }
  }

  /** Until it has tried all it can. */
  async function postUntilGivenUp(post: (device: VirtualDevice) => Promise<string>, device: VirtualDevice) {
    const outcomes = new Set<string>()
    while (device.device.costs.failedHandshakes === 0) outcomes.add(await post(device))
    return [...outcomes]
  }

  it('loses its live session, its saved one and its ticket, and nobody wakes it for that', async () => {
    const { network, cluster, node, post, vault, removed, gone, kept } = await worldOfTwo()
    const datagrams = network.datagrams
    removed.add('psk')

    node.station?.endUntrusted()
    await network.run(network.now + DAY_MS)

    expect(network.datagrams).toBe(datagrams)
    expect(cluster.counts.get('sessions_closed untrusted')).toBe(1)
    expect([node.station?.sessionCount, vault.size]).toEqual([1, 1])
    expect(await postUntilGivenUp(post, gone)).toEqual(['unreachable'])
    expect(gone.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
    expect(await post(kept)).toBe('answer 3')
    expect(kept.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
  })

  it('does not get its session back from the vault, which forgets it', async () => {
    const { cluster, node, post, vault, removed, gone, kept } = await worldOfTwo()
    node.kill()
    node.start()
    removed.add('psk')

    expect(await postUntilGivenUp(post, gone)).toEqual(['unreachable'])
    expect(await post(kept)).toBe('answer 3')

    expect(cluster.counts.get('sessions_closed untrusted')).toBe(1)
    expect(cluster.counts.get('sessions_restored claim')).toBe(1)
    expect([node.station?.sessionCount, vault.size]).toEqual([1, 1])
    expect(kept.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
  })

  it('is let in again by a full handshake once it is trusted again', async () => {
    const { node, post, removed, gone } = await worldOfTwo()
    removed.add('psk')
    node.station?.endUntrusted()
    removed.clear()
    gone.device.resumes = false

    expect(await post(gone)).toBe('unreachable')
    gone.device.disconnect()

    expect(await post(gone)).toBe('answer 3')
    expect(gone.device.costs).toMatchObject({ fullHandshakes: 2 })
  })
})

describe('made-up Connection IDs', () => {
  it('cost no look-up, however they begin, and leave nothing behind', async () => {
    const vault = new AskedVault()
    const { network, node } = world({ vault })
    const [first = 0] = clusterIds.create({ node: 1, worker: 0 }, Buffer.alloc(RANDOM_LENGTH))
    const random = new SeededRandom(2)
    for (let count = 0; count < 3000; count++) {
      const madeUp = Buffer.from(Array.from({ length: CONNECTION_ID_LENGTH }, () => random.below(256)))
      if (count % 2 === 0) madeUp[0] = first
      node.receive(recordFor(madeUp), { address: '203.0.113.1', port: 1000 })
    }
    await network.run(network.now + 1000)
    expect(vault.asked).toBe(0)
    expect(node.station?.unfinished).toBe(0)
    expect(node.station?.dtls.drops['unknown-connection-id']).toBe(3000)
  })

  it('differ from those of sessions that are gone, which are looked up', async () => {
    const vault = new AskedVault()
    const { network, node } = world({ vault })
    const gone = clusterIds.create({ node: 1, worker: 0 }, Buffer.alloc(RANDOM_LENGTH))
    node.receive(recordFor(gone), { address: '203.0.113.1', port: 1000 })
    await network.run(network.now + 1000)
    expect(vault.asked).toBe(1)
    expect(node.station?.dtls.drops['unknown-connection-id']).toBe(1)
  })
})

const clusterIds = new ConnectionIds(CLUSTER_KEY)

class AskedVault extends MemoryVault {
  asked = 0

  override claim(name: string): ReturnType<MemoryVault['claim']> {
    this.asked++
    return super.claim(name)
  }
}

/** A record of 39 octets that nobody can have sealed. */
function recordFor(connectionId: Buffer): Buffer {
  const head = Buffer.from([25, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 1])
  return Buffer.concat([head, connectionId, Buffer.of(0, 39), Buffer.alloc(39)])
}

function chainOf() {
  return { chain: [deviceCertificate.der], key: deviceCertificate.key }
}
