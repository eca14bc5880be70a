/** Injection from end to end: the edge, its push channel, a gateway's station, a device that takes packages in. */
import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTokenSigner } from '../../../gateway/forward/index.ts'
import { MemoryVault } from '../../../gateway/session-store/index.ts'
import { IDENTITY_HEADER } from '../../../shared/gateway/forwarded-request.ts'
import { fromBase64, toBase64 } from '../../../shared/octets.ts'
import { makeDevice, OPERATOR } from '../../edge/device.ts'
import { LocalEdge } from '../../edge/local-edge.ts'
import { CardIssuer } from '../../simulator/card-issuer.ts'
import { coapSend } from '../../simulator/coaps-device/coap-send.ts'
import { type InjectionServer, injectionServer } from '../../simulator/injection-server.ts'
import { SeededRandom } from '../../simulator/seeded-random.ts'
import { pskClient } from '../dtls/virtual-port.ts'
import { VirtualCluster, VirtualDevice } from '../station/virtual-cluster.ts'
import { VirtualNetwork } from '../station/virtual-network.ts'

let issuer: CardIssuer
let edges = 0
beforeAll(() => {
  issuer = CardIssuer.create()
})

const ENABLE = { type: 'profile.enable', iccid: OPERATOR, rollback: false } as const

async function world() {
  const edge = await LocalEdge.create(issuer, `inject${++edges}.eim.example`)
  const random = new SeededRandom(1)
  const network = new VirtualNetwork(edge.now, random)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  edge.trustGateways(
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'gw', iss: 'gw' }] }),
  )
  const sign = createTokenSigner('gw', privateKey.export({ format: 'der', type: 'pkcs8' }))
  const cluster = new VirtualCluster({
    network,
    random,
    vault: new MemoryVault(() => network.now),
    nodes: 1,
    forward: async ({ path, body, device }) => {
      edge.now = Math.floor(network.now)
      const token = await sign({ audience: edge.fqdn, method: 'POST', path, body, device })
      const headers = { 'Content-Type': 'application/x-gsma-rsp-asn1', [IDENTITY_HEADER]: token }
      const answer = await edge.send({ path, headers, body: new Uint8Array(body) })
      return { status: answer.status, body: answer.body, retryAfter: null }
    },
  })
  const [node] = cluster.nodes
  let server: InjectionServer | undefined
  const virtual = new VirtualDevice(cluster, {
    dtls: pskClient().options,
    serve: async (path, body) => (await server?.serve(path, body)) ?? null,
  })
  const device = await makeDevice(edge, issuer, edges, {
    send: coapSend(virtual.device, '/e'),
    resendsKept: true,
  })
  server = injectionServer(device.euicc)
  edge.onPush = async (_gateway, { session, path, octets, timeoutMs }) => {
    const request = { path, body: fromBase64(octets), timeoutMs }
    const outcome = await network.until(node?.station?.transfer(session, request) ?? Promise.reject())
    if (outcome.kind !== 'answered') return { outcome: outcome.kind }
    return { outcome: 'answered', octets: toBase64(new Uint8Array(outcome.octets)) }
  }
  await edge.euicc(device.eid).setTransportTrust({
    policy: 'first-use',
    identities: [],
    delivery: 'injection',
    devicePath: '/gsma/rsp2/asn1',
  })
  const wake = async () => network.until(device.ipa.wakeUp())
  expect(await wake()).toBe('nothing-more')
  return { edge, device, virtual, server, wake, node, cluster }
}

describe('injection', () => {
  it('brings a package over the living session, and takes its result and lets it go', async () => {
    const { edge, device, server } = await world()
    const id = await edge.enqueue(device.eid, ENABLE)
    expect(await edge.inject(device.eid)).toBe('brought')
    expect(['executed', 'succeeded']).toContain((await edge.operation(device.eid, id)).status)
    expect(device.euicc.state.profiles.find(({ iccid }) => iccid === OPERATOR)?.state).toBe('enabled')
    expect(server.acknowledged.length).toBeGreaterThan(0)
    expect(await edge.inject(device.eid)).toBe('nothing-to-bring')
  })

  it('announces to the queue that there is something to bring', async () => {
    const { edge, device } = await world()
    await edge.enqueue(device.eid, ENABLE)
    const kinds = edge
      .euicc(device.eid)
      .pendingChanges(100)
      .map(({ kind }) => kind)
    expect(kinds).toContain('push-wanted')
  })

  it('leaves the same package to the next poll when the device cannot be reached', async () => {
    const { edge, device, virtual, cluster, server, wake } = await world()
    const id = await edge.enqueue(device.eid, ENABLE)
    cluster.leave(virtual.address)
    expect(await edge.inject(device.eid)).toBe('left-to-poll')
    expect((await edge.operation(device.eid, id)).delivery?.count).toBe(1)
    virtual.move()
    await wake()
    await wake()
    const operation = await edge.operation(device.eid, id)
    expect(operation.status).toBe('succeeded')
    expect(edge.transactionIds(device.eid, id)).toHaveLength(1)
    expect(server.executed).toBe(0)
  })

  it('leaves it to the next poll when the gateway has lost the session', async () => {
    const { edge, device, node, wake } = await world()
    const id = await edge.enqueue(device.eid, ENABLE)
    node?.kill()
    node?.start()
    expect(await edge.inject(device.eid)).toBe('left-to-poll')
    await wake()
    await wake()
    expect((await edge.operation(device.eid, id)).status).toBe('succeeded')
  })

  it('brings nothing to a device that is to poll', async () => {
    const { edge, device } = await world()
    await edge.euicc(device.eid).setTransportTrust({
      policy: 'none',
      identities: [],
      delivery: 'retrieval',
      devicePath: '/gsma/rsp2/asn1',
    })
    await edge.enqueue(device.eid, ENABLE)
    expect(await edge.inject(device.eid)).toBe('nothing-to-bring')
  })
})
