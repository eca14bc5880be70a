/** Who gets packages injected, and when: trust and time as an eUICC's object sees them. */
import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { createTokenSigner } from '../../../gateway/forward/index.ts'
import { IDENTITY_HEADER } from '../../../shared/gateway/forwarded-request.ts'
import { makeDevice, OPERATOR } from '../../edge/device.ts'
import { LocalEdge } from '../../edge/local-edge.ts'
import { CardIssuer } from '../../simulator/card-issuer.ts'

const ENABLE = { type: 'profile.enable', iccid: OPERATOR, rollback: false } as const
const FIRST_USE = {
  policy: 'first-use',
  identities: [],
  delivery: 'injection',
  devicePath: '/gsma/rsp2/asn1',
} as const

let issuer: CardIssuer
let edges = 700
beforeAll(() => {
  issuer = CardIssuer.create()
})

/** A device that polled once as meter-1, by a gateway, and is bound to it. */
async function boundDevice() {
  const edge = await LocalEdge.create(issuer, `trust${++edges}.eim.example`)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'gw', iss: 'gw' }
  edge.trustGateways(JSON.stringify({ keys: [jwk] }))
  const sign = createTokenSigner('gw', privateKey.export({ format: 'der', type: 'pkcs8' }))
  const who = { identity: 'meter-1' }
  const device = await makeDevice(edge, issuer, edges, {
    send: async ({ path, headers, body }) => {
      const identity = { kind: 'psk', identity: who.identity } as const
      const token = await sign({
        audience: edge.fqdn,
        method: 'POST',
        path,
        body,
        device: { identity, session: 's', address: '192.0.2.1:1', isProtected: true },
      })
      edge.now = Date.now()
      return edge.send({ path, headers: { ...headers, [IDENTITY_HEADER]: token }, body })
    },
  })
  edge.now = Date.now()
  await edge.euicc(device.eid).setTransportTrust(FIRST_USE)
  expect(await device.ipa.wakeUp()).toBe('nothing-more')
  return { edge, eid: device.eid, ipa: device.ipa, who }
}

it('brings nothing to a device whose identity the operator has taken away', async () => {
  const { edge, eid } = await boundDevice()
  await edge.euicc(eid).setTransportTrust({ ...FIRST_USE, policy: 'registered', identities: ['psk:meter-2'] })
  let pushes = 0
  edge.onPush = async () => {
    pushes++
    return { outcome: 'unreachable' }
  }
  await edge.enqueue(eid, ENABLE)
  expect(await edge.inject(eid)).toBe('nothing-to-bring')
  expect(pushes).toBe(0)
})

it('notes once an hour that somebody is turned away, however often its object is restarted', async () => {
  const { edge, eid, ipa, who } = await boundDevice()
  who.identity = 'thief'
  for (let restarts = 0; restarts < 5; restarts++) {
    edge.restart()
    expect(await ipa.wakeUp()).toBe('not-delivered')
  }
  const timeline = await edge.euicc(eid).timeline({ limit: 50, cursor: null })
  expect(timeline?.data.filter(({ event }) => event === 'transport.refused')).toHaveLength(1)
})

it('asks for a push when an operation that was held becomes due', async () => {
  const { edge, eid } = await boundDevice()
  const schedule = { priority: 0, notBefore: edge.now + 60_000, deadline: edge.now + 3_600_000, after: null }
  await edge.enqueue(eid, ENABLE, { schedule })
  const euicc = edge.euicc(eid)
  const kinds = () => euicc.pendingChanges(50).map(({ kind }) => kind)
  expect(kinds()).not.toContain('push-wanted')
  edge.now += 61_000
  euicc.passTime()
  expect(kinds()).toContain('push-wanted')
})
