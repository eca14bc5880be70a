/** The tenant's eIM identities: what is refused and where, their certificates, and keys that cannot be retired yet. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { readPem } from '../../../shared/pki/index.ts'
import { type Installation, install, newOperator } from './api-client.ts'

/** P-256, made for this test alone. */
const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguARCN0xgY6IrkaY9
UjTTdm9tkcBgYEHv4CLWN+Y7pumhRANCAAT/ObMhE9VcjLdtBWYsoVnDqZncAl6j
1m+ME+uH51a9GkdIHH2Vg/YBJWPJBRUu85KPJlY5y8AAPAKn+pebb/w5
-----END PRIVATE KEY-----`
/** Self-signed with PRIVATE_KEY. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBizCCATGgAwIBAgIUbfprD2s9iFbkO5Tr+kNrjjJ1IfYwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPZWltLmV4YW1wbGUuY29tMCAXDTI2MTEyNDA0MTI0OVoYDzIx
MjYxMDMxMDQxMjQ5WjAaMRgwFgYDVQQDDA9laW0uZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAT/ObMhE9VcjLdtBWYsoVnDqZncAl6j1m+ME+uH
51a9GkdIHH2Vg/YBJWPJBRUu85KPJlY5y8AAPAKn+pebb/w5o1MwUTAdBgNVHQ4E
FgQURLwq9YQorFAZv9yotGFn5htEIfcwHwYDVR0jBBgwFoAURLwq9YQorFAZv9yo
tGFn5htEIfcwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEArU4g
fh4I4IXSnnPQPj8R5MnL3cz9ZV+X838fDv3mlkwCIGNvisoEww7G3g9vt2HGgLjk
4yUAzZiGu/K6I25B7qAd
-----END CERTIFICATE-----`

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>
beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})

const pathOf = (id: string) => `/v1/eim-identities/${id}`

async function newIdentity(rest: object = {}) {
  const eimFqdn = `eim-${crypto.randomUUID()}.example.com`
  return operator.send('POST', '/v1/eim-identities', { body: { eimId: eimFqdn, eimFqdn, ...rest } })
}

async function patch(path: string, id: string, body: unknown) {
  const { headers } = await operator.send('GET', pathOf(id))
  return operator.send('PATCH', path, { body, headers: { 'If-Match': headers.get('ETag') ?? '' } })
}

describe('an eIM identity', () => {
  it.each([
    ['an eimId that is no OID', { eimId: '2.999.x', eimIdType: 'oid' }, '/eimId'],
    ['an eimId that is no host name', { eimId: 'not a host', eimIdType: 'fqdn' }, '/eimId'],
    ['a host name that is none', { eimFqdn: 'no host' }, '/eimFqdn'],
    ['a private key that is none', { privateKey: 'MIGH' }, '/privateKey'],
  ])('is refused with a pointer for %s', async (_, rest, pointer) => {
    const reply = await newIdentity(rest)

    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-parameters', errors: [{ pointer }] } })
  })

  it('is refused when the tenant has its eimId already', async () => {
    const reply = await newIdentity({ eimId: operator.eimId })

    expect(reply).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })

  it('keeps the key that it is brought', async () => {
    const { status, body } = await newIdentity({ privateKey: PRIVATE_KEY })

    expect(status).toBe(201)
    const [certificate] = readPem(CERTIFICATE)
    expect(toHex(certificate?.der ?? fromHex(''))).toContain(body.keys[0].publicKey)
  })

  it('says which trust anchor devices are to take, and is refused one that is none', async () => {
    const id = operator.identityId
    const trust = (value: string) => ({ transportTrust: { kind: 'certificate', value } })

    const set = await patch(pathOf(id), id, trust(CERTIFICATE))
    const refused = await patch(pathOf(id), id, trust('3000'))

    expect(set.body.transportTrust).toMatchObject({ kind: 'certificate', note: null })
    expect(refused.status).toBe(400)
    expect(refused.body.errors[0].pointer).toBe('/transportTrust/value')
  })
})

describe('a signing key', () => {
  it('is carried by its certificate until that is removed', async () => {
    const { body: made } = await newIdentity({ privateKey: PRIVATE_KEY })
    const path = `${pathOf(made.id)}/keys/${made.keys[0].id}`
    const initial = () => operator.send('GET', `${pathOf(made.id)}/add-initial-eim`)
    const bare = (await initial()).body.hex

    const set = await patch(path, made.id, { certificate: CERTIFICATE })
    const [certificate] = readPem(CERTIFICATE)
    const hex = toHex(certificate?.der ?? fromHex(''))
    const withoutTag = hex.slice(2)

    expect(set.body.keys[0].certificate).toBe(hex)
    expect((await initial()).body.hex).toContain(withoutTag)
    expect((await patch(path, made.id, { certificate: null })).body.keys[0].certificate).toBeNull()
    expect((await initial()).body.hex).toBe(bare)
  })

  it('is refused the certificate of another, and a change by who has not seen the last', async () => {
    const id = operator.identityId
    const key = (await operator.send('GET', pathOf(id))).body.keys[0].id
    const body = { certificate: CERTIFICATE }

    const foreign = await patch(`${pathOf(id)}/keys/${key}`, id, body)
    const blind = await operator.send('PATCH', `${pathOf(id)}/keys/${key}`, { body })

    expect(foreign).toMatchObject({ status: 400, body: { errors: [{ pointer: '/certificate' }] } })
    expect(blind).toMatchObject({ status: 428, body: { code: 'precondition-required' } })
  })

  it('is not retired while it is the only one, nor when there is none of this id', async () => {
    const id = operator.identityId
    const key = (await operator.send('GET', pathOf(id))).body.keys[0].id

    const only = await operator.send('DELETE', `${pathOf(id)}/keys/${key}`)
    const none = await operator.send('DELETE', `${pathOf(id)}/keys/key_none`)

    expect(only).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect(none).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })

  it('is retired once there is another', async () => {
    const id = operator.identityId
    const rotated = await operator.send('POST', `${pathOf(id)}/rotate`, { body: {} })
    const [first] = rotated.body.keys

    expect((await operator.send('DELETE', `${pathOf(id)}/keys/${first.id}`)).status).toBe(204)

    const { keys } = (await operator.send('GET', pathOf(id))).body
    expect(keys.find((each: { id: string }) => each.id === first.id).state).toBe('retired')
  })
})
