import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Configuration } from '../../../gateway/configuration/index.ts'
import { Forwarder, type ForwarderOptions, type ForwardRequest } from '../../../gateway/forward/index.ts'
import { ForwardedClaims, IDENTITY_HEADER } from '../../../shared/gateway/forwarded-request.ts'
import { breakOff, keepSilent, StandInEdge, status } from './stand-in-edge.ts'

const tokenKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
const device: ForwardRequest['device'] = {
  identity: { kind: 'psk', identity: 'sensor-7' },
  session: 'session-1',
  address: '192.0.2.1:5684',
  isProtected: true,
}
const poll: ForwardRequest = {
  tenant: 'acme',
  path: '/gsma/rsp2/asn1',
  body: Buffer.from('bf4f00', 'hex'),
  device,
}

let edge: StandInEdge
let forwarder: Forwarder | undefined
let now = 0
const logged: string[] = []
const outcomes: string[] = []

beforeEach(async () => {
  edge = await StandInEdge.start('localhost', 27_000)
  logged.length = 0
  outcomes.length = 0
  now = 0
})

afterEach(async () => {
  await edge.close()
  await forwarder?.close()
})

type EdgeChoices = Partial<Configuration['edge']>
type Tenants = readonly { readonly name: string; readonly origin: string; readonly host?: string }[]

function start(
  choices: EdgeChoices = {},
  tenants: Tenants = [{ name: 'acme', origin: 'https://localhost:27000' }],
): Forwarder {
  const configuration: ForwarderOptions['configuration'] = {
    node: {
      name: 'gw-1',
      number: 1,
      workers: 1,
      clusterKey: new Uint8Array(32),
      previousClusterKeys: [],
      handOver: null,
    },
    edge: {
      target: { origin: 'https://localhost:27000', host: 'localhost' },
      certificateAuthorities: edge.authority,
      tokenKey: tokenKey.export({ format: 'der', type: 'pkcs8' }),
      tokenKeyId: 'gw-1-second',
      timeoutMs: 5_000,
      connections: 4,
      queueLimit: 10,
      hasPush: false,
      ...choices,
    },
    tenants: tenants.map(({ name, origin, host }) => ({
      name,
      serverNames: [],
      target: { origin, host: host ?? new URL(origin).hostname },
      credentials: [],
      clientAuthentication: 'none',
      trust: { anchors: [], pinnedCertificates: new Set(), rawPublicKeys: new Set() },
      preSharedKeys: new Map(),
    })),
  }
  forwarder = new Forwarder({
    configuration,
    log: (_level, event) => logged.push(event),
    observe: (outcome) => outcomes.push(outcome),
    pauseMs: 0,
    now: () => now,
  })
  return forwarder
}

function tokenOf(index: number): string {
  return String(edge.requests[index]?.headers[IDENTITY_HEADER.toLowerCase()])
}

describe('what reaches the edge', () => {
  it('is the body with the headers of the ASN.1 binding and a token bound to it', async () => {
    const answer = await start().forward(poll)

    expect({ ...answer, body: Buffer.from(answer.body).toString() }).toEqual({
      status: 200,
      body: 'answer',
      retryAfter: null,
    })
    const [request] = edge.requests
    expect(request?.path).toBe('/gsma/rsp2/asn1')
    expect(request?.body).toEqual(poll.body)
    expect(request?.headers['content-type']).toBe('application/x-gsma-rsp-asn1')
    expect(request?.headers['x-admin-protocol']).toBe('gsma/rsp/v2.1.0')
    const { payload, protectedHeader } = await jwtVerify(tokenOf(0), createPublicKey(tokenKey), {
      issuer: 'gw-1',
      audience: 'localhost',
      typ: 'edge-eim-device+jwt',
    })
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: 'gw-1-second' })
    expect(ForwardedClaims.parse(payload)).toMatchObject({
      method: 'POST',
      path: '/gsma/rsp2/asn1',
      bodyDigest: createHash('sha256').update(poll.body).digest('hex'),
      device,
    })
    expect(Number(payload.exp) - Number(payload.iat)).toBe(30)
  })

  it('is JSON on the paths of the JSON binding', async () => {
    await start().forward({ ...poll, path: '/gsma/rsp2/esipa/getEimPackage', body: Buffer.from('{}') })

    expect(edge.requests[0]?.headers['content-type']).toBe('application/json;charset=UTF-8')
  })

  it('comes over one connection, one request after the other', async () => {
    const forwarder = start()

    for (let count = 0; count < 5; count++) await forwarder.forward(poll)

    expect(edge.requests).toHaveLength(5)
    expect(edge.connections).toBe(1)
  })

  it('names the host of the eIM, in Host, SNI and token, when the URL only says where to connect', async () => {
    await edge.close()
    edge = await StandInEdge.start('eim.acme.example', 27_000)
    const forwarder = start({}, [
      { name: 'acme', origin: 'https://127.0.0.1:27000', host: 'eim.acme.example' },
    ])

    const answer = await forwarder.forward(poll)

    expect(answer.status).toBe(200)
    expect(edge.requests[0]?.headers.host).toBe('eim.acme.example')
    await jwtVerify(tokenOf(0), createPublicKey(tokenKey), { audience: 'eim.acme.example' })
  })
})

describe('an edge that fails', () => {
  it('is asked once more, with the same body and a new token, when the connection broke', async () => {
    edge.next(breakOff)

    const answer = await start().forward(poll)

    expect(answer.status).toBe(200)
    expect(edge.requests.map(({ body }) => body)).toEqual([poll.body, poll.body])
    const tokens = await Promise.all(
      [0, 1].map((index) => jwtVerify(tokenOf(index), createPublicKey(tokenKey))),
    )
    expect(new Set(tokens.map(({ payload }) => payload.jti)).size).toBe(2)
  })

  it('is asked once more, not twice', async () => {
    edge.always = breakOff

    const answer = await start().forward(poll)

    expect(answer.status).toBe(502)
    expect(edge.requests).toHaveLength(2)
    expect(outcomes).toEqual(['unreachable'])
    expect(logged).toEqual(['edge_unreachable'])
  })

  it.each([502, 503])('is asked once more after %i without a time', async (code) => {
    edge.next(status(code))

    expect((await start().forward(poll)).status).toBe(200)
    expect(edge.requests).toHaveLength(2)
  })

  it('is left alone for as long as it asks for', async () => {
    edge.next(status(503, { 'Retry-After': '17' }))

    expect(await start().forward(poll)).toMatchObject({ status: 503, retryAfter: 17 })
    expect(edge.requests).toHaveLength(1)
  })

  it.each([400, 401, 404, 409, 429, 500])('has its %i passed on, unrepeated', async (code) => {
    edge.next(status(code))

    expect((await start().forward(poll)).status).toBe(code)
    expect(edge.requests).toHaveLength(1)
  })

  it('is a bad gateway where nobody listens', async () => {
    const forwarder = start({}, [{ name: 'acme', origin: 'https://localhost:27001' }])

    expect((await forwarder.forward(poll)).status).toBe(502)
    expect(outcomes).toEqual(['unreachable'])
  })

  it('is a bad gateway, asked nothing, when its certificate is not of the configured CA', async () => {
    const stranger = new StandInEdge('localhost')

    const answer = await start({ certificateAuthorities: stranger.authority }).forward(poll)

    expect(answer.status).toBe(502)
    expect(edge.requests).toHaveLength(0)
    expect(edge.connections).toBe(1)
  })

  it('is a bad gateway when its certificate is for another host', async () => {
    const forwarder = start({}, [
      { name: 'acme', origin: 'https://localhost:27000', host: 'eim.acme.example' },
    ])

    expect((await forwarder.forward(poll)).status).toBe(502)
    expect(edge.requests).toHaveLength(0)
  })

  it('is a gateway timeout when it does not answer in time, and is not asked again', async () => {
    edge.always = keepSilent

    const answer = await start({ timeoutMs: 150 }).forward(poll)

    expect(answer.status).toBe(504)
    expect(edge.requests).toHaveLength(1)
    expect(outcomes).toEqual(['timed-out'])
  })

  it('is a gateway timeout when its answer never ends', async () => {
    edge.always = (response) => response.writeHead(200).write('the beginning')

    expect((await start({ timeoutMs: 150 }).forward(poll)).status).toBe(504)
  })

  it('is a bad gateway when it redirects: nobody goes there', async () => {
    const elsewhere = await StandInEdge.start('localhost', 27_002)
    edge.next(status(307, { Location: 'https://localhost:27002/gsma/rsp2/asn1' }))

    const answer = await start().forward(poll)

    expect(answer.status).toBe(502)
    expect(elsewhere.connections).toBe(0)
    expect(logged).toEqual(['edge_redirected'])
    await elsewhere.close()
  })

  it('is a bad gateway when its answer is larger than a mebibyte', async () => {
    edge.next((response) => response.end(Buffer.alloc(1024 * 1024 + 1)))
    const forwarder = start()

    expect((await forwarder.forward(poll)).status).toBe(502)
    expect((await forwarder.forward(poll)).status).toBe(200)
    expect(outcomes).toEqual(['too-large', 'answered'])
  })
})

describe('too much at once', () => {
  it('is refused at once when the queue of the tenant is full, and served when it is not', async () => {
    const held: (() => void)[] = []
    edge.next((response) => held.push(() => response.end('late')))
    const forwarder = start({ connections: 1, queueLimit: 1 })

    const first = forwarder.forward(poll)
    const second = forwarder.forward(poll)
    const third = await forwarder.forward(poll)
    while (held.length === 0) await new Promise(setImmediate)
    held.shift()?.()

    expect(third).toMatchObject({ status: 503, retryAfter: 5 })
    expect([(await first).status, (await second).status]).toEqual([200, 200])
    expect((await forwarder.forward(poll)).status).toBe(200)
  })

  it('does not touch another tenant', async () => {
    const other = await StandInEdge.start('localhost', 27_003)
    edge.always = keepSilent
    const forwarder = start({ connections: 1, queueLimit: 1, timeoutMs: 300 }, [
      { name: 'acme', origin: 'https://localhost:27000' },
      { name: 'other', origin: 'https://localhost:27003' },
    ])
    const waiting = [forwarder.forward(poll), forwarder.forward(poll)]

    const answer = await forwarder.forward({ ...poll, tenant: 'other' })

    // Its CA is another one: it was tried, while the first tenant's queue was full.
    expect(answer.status).toBe(502)
    expect(other.connections).toBe(1)
    expect((await Promise.all(waiting)).map((each) => each.status)).toEqual([504, 504])
    await other.close()
  })

  it('is a tenant that is gone since a reload: come again', async () => {
    expect(await start().forward({ ...poll, tenant: 'gone' })).toMatchObject({ status: 503, retryAfter: 5 })
  })
})

describe('an edge that keeps failing', () => {
  it('is spared, and asked again one request at a time', async () => {
    edge.always = status(504)
    const forwarder = start()
    for (let count = 0; count < 5; count++) await forwarder.forward(poll)

    const spared = await forwarder.forward(poll)
    now += 2_000
    edge.always = status(200)
    const [probe, beside] = await Promise.all([forwarder.forward(poll), forwarder.forward(poll)])
    const after = await forwarder.forward(poll)

    expect(spared).toMatchObject({ status: 503, retryAfter: 2 })
    expect([probe.status, beside.status, after.status]).toEqual([200, 503, 200])
    expect(edge.requests).toHaveLength(7)
  })
})
