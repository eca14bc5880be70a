/** Requests that a gateway forwards: its word for the device is believed if it is signed, fresh, and about this very request. */
import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type EuiccNamespace, euiccOf } from '../../../functions/euicc/euicc-stub.ts'
import {
  type ForwardedClaims,
  IDENTITY_HEADER,
  TOKEN_TYPE,
} from '../../../shared/gateway/forwarded-request.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { ASN1_TYPE, EID, type Eim, send, startEim, urlOf } from './device.ts'

const PATH = '/gsma/rsp2/asn1'
const POLL = fromHex(`BF4F125A10${EID}`)
const POLLED = { delivery: 'retrieval', devicePath: PATH } as const
const METER = { kind: 'psk', identity: 'meter-7' } as const
const OTHER = { kind: 'psk', identity: 'meter-8' } as const

let keys: CryptoKeyPair
let strangers: CryptoKeyPair
let eim: Eim

const euicc = () => euiccOf(eim.environment.EUICC, eim.identity.tenant, EID)

beforeAll(async () => {
  keys = await generateKeyPair('ES256', { extractable: true })
  strangers = await generateKeyPair('ES256', { extractable: true })
})
const jwkOfGateway = async () => ({ ...(await exportJWK(keys.publicKey)), kid: 'gw-1', iss: 'gw-1' })

beforeEach(async () => {
  const jwk = await jwkOfGateway()
  eim = await startEim({
    EUICC: env.EUICC as unknown as EuiccNamespace,
    GATEWAY_KEYS: JSON.stringify({ keys: [jwk] }),
  })
  await euicc().enrol({
    tenant: eim.identity.tenant,
    eid: EID,
    eimId: eim.identity.eimId,
    labels: {},
    group: null,
    expectedPollSeconds: null,
    timeZone: null,
  })
})

type Changes = Partial<ForwardedClaims>

async function tokenFor({
  changes = {},
  body = POLL,
  key = keys.privateKey,
  header = { kid: 'gw-1' },
}: {
  changes?: Changes
  body?: Uint8Array<ArrayBuffer>
  key?: CryptoKey
  header?: { readonly kid?: string }
} = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const digest = await crypto.subtle.digest('SHA-256', body)
  const claims: ForwardedClaims = {
    iss: 'gw-1',
    aud: eim.identity.eimFqdn,
    iat,
    exp: iat + 30,
    jti: crypto.randomUUID(),
    method: 'POST',
    path: PATH,
    bodyDigest: toHex(new Uint8Array(digest)).toLowerCase(),
    device: { identity: METER, session: 's1', address: '192.0.2.1:5684', isProtected: true },
    ...changes,
  }
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: TOKEN_TYPE, ...header }).sign(key)
}

const poll = (token: string | null, body = POLL) =>
  send(eim, urlOf(eim, PATH), {
    method: 'POST',
    body,
    headers: { 'Content-Type': ASN1_TYPE, ...(token === null ? {} : { [IDENTITY_HEADER]: token }) },
  })

const device = (identity: typeof METER | typeof OTHER | { kind: 'anonymous' }) => ({
  device: { identity, session: 's1', address: '192.0.2.1:5684', isProtected: true },
})

describe('a forwarded request', () => {
  it('is answered, and known to come over CoAP from this device', async () => {
    const response = await poll(await tokenFor())
    expect(response.status).toBe(200)
    const [exchange] = (await euicc().traceEntries({ limit: 1, cursor: null }))?.data ?? []
    expect(exchange?.transport).toMatchObject({ via: 'coap', deviceIdentity: 'psk:meter-7' })
  })

  it.each([
    ['another host', { aud: 'other.example.com' }],
    ['another path', { path: '/gsma/rsp2/esipa/getEimPackage' }],
    ['another method', { method: 'GET' }],
    ['another body', { bodyDigest: '00'.repeat(32) }],
    ['another gateway', { iss: 'gw-2' }],
    ['the past', { iat: 1_700_000_000, exp: 1_700_000_030 }],
    ['the future', { iat: 4_000_000_000, exp: 4_000_000_030 }],
    ['ever', { exp: 4_000_000_000 }],
    ['no device', { device: undefined }],
  ] satisfies [string, Changes][])('is refused when its token was made for %s', async (_what, changes) => {
    const response = await poll(await tokenFor({ changes }))
    expect(response.status).toBe(401)
    expect(await euicc().traceEntries({ limit: 5, cursor: null })).toMatchObject({ data: [] })
  })

  it('is refused when a stranger signed it, or when it is no token at all', async () => {
    expect((await poll(await tokenFor({ key: strangers.privateKey }))).status).toBe(401)
    expect((await poll('eyJhbGciOiJub25lIn0.e30.')).status).toBe(401)
    expect((await poll('')).status).toBe(401)
  })

  it('is refused where no gateways are known', async () => {
    const { GATEWAY_KEYS: _none, ...environment } = eim.environment
    const token = await tokenFor()
    eim = { ...eim, environment }
    expect((await poll(token)).status).toBe(401)
  })

  it('is taken once: its token opens nothing a second time', async () => {
    const token = await tokenFor()
    expect((await poll(token)).status).toBe(200)
    expect((await poll(token)).status).toBe(401)
  })

  it('is taken once even where the clocks differ, after its token has run out', async () => {
    const now = Math.floor(Date.now() / 1000)
    const token = await tokenFor({ changes: { iat: now - 32, exp: now - 2 } })
    expect((await poll(token)).status).toBe(200)
    expect((await poll(token)).status).toBe(401)
  })

  it('is refused when its token does not say which key made it: what the key may do is not known', async () => {
    expect((await poll(await tokenFor({ header: {} }))).status).toBe(401)
  })

  it('is refused for the default eIM everywhere but on the local machine', async () => {
    const limited = { ...(await jwkOfGateway()), eim_fqdns: ['dev.example.com'] }
    const GATEWAY_KEYS = JSON.stringify({ keys: [limited] })
    eim = { ...eim, environment: { ...eim.environment, GATEWAY_KEYS, DEFAULT_EIM_FQDN: 'dev.example.com' } }
    expect((await poll(await tokenFor({ changes: { aud: 'dev.example.com' } }))).status).toBe(401)
  })

  it.each([
    ['no JSON', 'not json'],
    ['a key without a name', '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}'],
  ])('waits for whoever runs the installation when the keys are %s', async (_what, GATEWAY_KEYS) => {
    eim = { ...eim, environment: { ...eim.environment, GATEWAY_KEYS } }
    expect((await poll(await tokenFor())).status).toBe(503)
  })
})

describe('an eUICC bound to its device', () => {
  it('is bound to the first that authenticates, and refuses all others', async () => {
    await euicc().setTransportTrust({ policy: 'first-use', identities: [], ...POLLED })
    expect((await poll(await tokenFor({ changes: device({ kind: 'anonymous' }) }))).status).toBe(200)
    expect((await poll(await tokenFor())).status).toBe(200)
    expect((await poll(await tokenFor({ changes: device(OTHER) }))).status).toBe(403)
    expect((await poll(await tokenFor({ changes: device({ kind: 'anonymous' }) }))).status).toBe(403)
    expect((await poll(null)).status).toBe(403)
    expect((await poll(await tokenFor())).status).toBe(200)
    const timeline = (await euicc().timeline({ limit: 10, cursor: null }))?.data ?? []
    expect(timeline.filter(({ event }) => event === 'transport.refused')).toHaveLength(1)
    expect(timeline.find(({ event }) => event === 'transport.bound')).toBeDefined()
  })

  it('lets nobody else report, nor notify', async () => {
    await euicc().setTransportTrust({ policy: 'registered', identities: ['psk:meter-7'], ...POLLED })
    const result = fromHex(`BF50175A10${EID}A003800101`)
    const response = await poll(await tokenFor({ changes: device(OTHER), body: result }), result)
    expect(response.status).toBe(403)
    expect((await euicc().evidences({ limit: 5, cursor: null }))?.data).toEqual([])
  })

  it('takes a new device when the operator says so', async () => {
    await euicc().setTransportTrust({ policy: 'registered', identities: ['psk:meter-7'], ...POLLED })
    expect((await poll(await tokenFor({ changes: device(OTHER) }))).status).toBe(403)
    await euicc().setTransportTrust({ policy: 'registered', identities: ['psk:meter-8'], ...POLLED })
    expect((await poll(await tokenFor({ changes: device(OTHER) }))).status).toBe(200)
    expect((await poll(await tokenFor())).status).toBe(403)
  })
})
