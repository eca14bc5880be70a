/** Operations in the API: taken one by one or in batches, read, waited for, cancelled, made again. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromBase64, toHex } from '../../../shared/octets.ts'
import { clientOf, EID, eidOf, type Installation, install, newOperator, OTHER_EID } from './api-client.ts'

const ICCID = '89880000000000000002'
const DAY_MS = 86_400_000
const PUBLIC_KEY =
  '3059301306072A8648CE3D020106082A8648CE3D030107034200046C5DBAA2A23AACCFFBED417D454363795B26096C2E6B4244F12D85B1C9E2902A25961282461A52BB5AA3FFD6A749B62B976CFED85407A6471734E8586CF194EF'

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>

beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})

const create = (operation: object) =>
  operator.send('POST', '/v1/operations', { body: { eid: EID, ...operation } })
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

describe('an operation', () => {
  it('is accepted, and found where Location says', async () => {
    const created = await create({
      type: 'profile.enable',
      params: { iccid: ICCID, rollback: true },
      priority: 5,
    })

    expect(created).toMatchObject({
      status: 202,
      body: {
        eid: EID,
        type: 'profile.enable',
        params: { iccid: ICCID, rollback: true },
        status: 'queued',
        priority: 5,
      },
    })
    expect(created.body.waiting).toMatchObject({ for: 'contact' })
    const found = await operator.send('GET', created.headers.get('Location') ?? '')
    expect(found.body).toEqual(created.body)
  })

  it('has 30 days unless told otherwise', async () => {
    const before = Date.now()
    const { body } = await create({ type: 'eim.list' })

    expect(Date.parse(body.deadline) - before).toBeGreaterThanOrEqual(30 * DAY_MS)
    expect(Date.parse(body.deadline) - Date.now()).toBeLessThanOrEqual(30 * DAY_MS)
  })

  it('carries the traceparent of its request', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const body = { eid: EID, type: 'eim.list' }

    const created = await operator.send('POST', '/v1/operations', { body, headers: { traceparent } })

    expect(created.body.traceparent).toBe(traceparent)
  })

  it('brings the object of an eUICC into being that was never in contact', async () => {
    await operator.send('POST', '/v1/euiccs', { body: { eid: OTHER_EID, labels: { site: 'Bergen' } } })

    const { body } = await create({ eid: OTHER_EID, type: 'eim.list' })

    expect(body.eimId).toBe(operator.eimId)
    const { body: euicc } = await operator.send('GET', `/v1/euiccs/${OTHER_EID}`)
    expect(euicc).toMatchObject({ openOperations: 1, labels: { site: 'Bergen' } })
  })

  it('waits for its predecessor, which must be of the same eUICC', async () => {
    const first = await create({ type: 'profile.enable', params: { iccid: ICCID } })

    const second = await create({ type: 'profile.list', after: first.body.id })
    await operator.send('POST', '/v1/euiccs', { body: { eid: OTHER_EID } })
    const stranger = await create({ eid: OTHER_EID, type: 'profile.list', after: first.body.id })

    expect(second.body).toMatchObject({ status: 'held', waiting: { for: 'predecessor' } })
    expect(stranger).toMatchObject({ status: 400, body: { errors: [{ pointer: '/after' }] } })
  })

  it.each([
    ['would-disconnect', { type: 'profile.disable', params: { iccid: ICCID } }],
    ['last-eim', { type: 'eim.delete', params: { eimId: '$own' } }],
  ])('that is dangerous is refused as %s, unless forced', async (code, operation) => {
    const request = JSON.parse(JSON.stringify(operation).replace('$own', operator.eimId))

    expect(await create(request)).toMatchObject({ status: 409, body: { code } })
    expect((await create({ ...request, force: true })).status).toBe(202)
  })

  it.each([
    ['an ICCID that is too short', { type: 'profile.enable', params: { iccid: '8988' } }, '/params/iccid'],
    ['an activation code of another form', download('1$smdp.example.com$X'), '/params/activationCode'],
    [
      'a host name with a space',
      { type: 'default-dp.set', params: { address: 'smdp example' } },
      '/params/address',
    ],
    ['an odd number of digits', { type: 'euicc.read', params: { tags: ['BF2'] } }, '/params/tags/0'],
    ['a deadline in the past', { type: 'eim.list', deadline: '2020-01-01T00:00:00Z' }, '/deadline'],
    ['a deadline beyond 400 days', { type: 'eim.list', deadline: inDays(401) }, '/deadline'],
    [
      'a beginning after the end',
      { type: 'eim.list', notBefore: inDays(3), deadline: inDays(2) },
      '/notBefore',
    ],
    ['a type that does not exist', { type: 'profile.admire' }, '/type'],
    ['a priority beyond 100', { type: 'eim.list', priority: 101 }, '/priority'],
    ['an eIM of someone else', { type: 'eim.list', eimId: 'stranger.example.com' }, '/eimId'],
    ['a package without steps', { type: 'package', params: { steps: [] } }, '/params/steps'],
    [
      'a step that is wrong',
      { type: 'package', params: { steps: [{ type: 'fallback.set', params: { iccid: 'x' } }] } },
      '/params/steps/0/params/iccid',
    ],
    [
      'a key that is none',
      { type: 'eim.add', params: { eim: { eimId: 'a', publicKey: 'FF' } } },
      '/params/eim/publicKey',
    ],
    [
      'an identity that is not there',
      { type: 'eim.add', params: { identity: 'eim_none' } },
      '/params/identity',
    ],
  ])('is refused for %s', async (_, operation, pointer) => {
    const { status, body } = await create(operation)

    expect(status).toBe(400)
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  it.each([
    'LPA:1$smdp.example.com$',
    'LPA:1$smdp.example.com$MATCHING-ID',
    'LPA:1$smdp.example.com$MATCHING-ID$2.999.1$1',
    'LPA:1$smdp.example.com$MATCHING-ID$$1',
  ])('downloads by %s', async (activationCode) => {
    expect((await create(download(activationCode))).status).toBe(202)
  })
})

function download(activationCode: string) {
  return { type: 'profile.download', params: { activationCode } }
}

describe('an eIM to be added', () => {
  const configurationOf = async (params: object) => {
    const { status, body } = await create({ type: 'eim.add', params })
    expect(status).toBe(202)
    return body.params.eimConfigurationData
  }

  it('is given in words, and its key as hexadecimal or PEM', async () => {
    const pem = `-----BEGIN PUBLIC KEY-----\n${btoa(
      String.fromCharCode(...(PUBLIC_KEY.match(/../g) ?? []).map((octet) => Number.parseInt(octet, 16))),
    )}\n-----END PUBLIC KEY-----`
    const eim = { eimId: 'eim2.example.com', eimIdType: 'fqdn', counterValue: 7, associationToken: -1 }

    const byHex = await configurationOf({ eim: { ...eim, publicKey: PUBLIC_KEY } })
    const byPem = await configurationOf({ eim: { ...eim, publicKey: pem } })

    expect(byPem).toEqual(byHex)
    expect(byHex).toMatchObject({ eimId: 'eim2.example.com', counterValue: 7, associationToken: -1 })
    expect(JSON.stringify(byHex)).toContain(PUBLIC_KEY)
  })

  it('may be one of our own, with its newest key', async () => {
    const rotated = await operator.send('POST', `/v1/eim-identities/${operator.identityId}/rotate`, {
      body: {},
    })

    const configuration = await configurationOf({ identity: operator.identityId })

    const newest = rotated.body.keys.at(-1)
    expect(JSON.stringify(configuration)).toContain(newest.publicKey ?? newest.subjectPublicKeyInfo)
  })
})

describe('a batch', () => {
  it('tells what became of each', async () => {
    const operations = [
      { eid: EID, type: 'profile.list' },
      { eid: OTHER_EID, type: 'profile.list' },
      { eid: EID, type: 'profile.disable', params: { iccid: ICCID } },
    ]

    const { status, body } = await operator.send('POST', '/v1/operations', { body: { operations } })

    expect(status).toBe(207)
    expect(body.data.map((item: { status: number }) => item.status)).toEqual([202, 404, 409])
    expect(body.data[2].problem.code).toBe('would-disconnect')
  })

  it('keeps the order of each eUICC', async () => {
    const types = ['profile.list', 'eim.list', 'rat.get', 'profile.list', 'eim.list', 'rat.get']
    const operations = types.map((type) => ({ eid: EID, type }))

    const { body } = await operator.send('POST', '/v1/operations', { body: { operations } })

    const listed = await operator.send('GET', `/v1/euiccs/${EID}/operations`)
    const created = body.data.map((item: { operation: { id: string } }) => item.operation.id)
    expect(new Set(created)).toEqual(new Set(listed.body.data.map(({ id }: { id: string }) => id)))
    const times = body.data.map((item: { operation: { createdAt: string } }) => item.operation.createdAt)
    expect(times).toEqual(times.toSorted())
  })

  it('reaches many eUICCs, and again does nothing twice', async () => {
    const eids = Array.from({ length: 150 }, (_, index) => eidOf(index))
    await operator.send('POST', '/v1/euiccs', { body: { euiccs: eids.map((eid) => ({ eid })) } })
    const ask = {
      body: { operations: eids.map((eid) => ({ eid, type: 'profile.list' })) },
      headers: { 'Idempotency-Key': 'all-of-them' },
    }

    const first = await operator.send('POST', '/v1/operations', ask)
    const again = await operator.send('POST', '/v1/operations', ask)

    expect(first.body.data.every((item: { status: number }) => item.status === 202)).toBe(true)
    expect(again.text).toBe(first.text)
  }, 60_000)

  it('is refused as a whole when it is malformed', async () => {
    const operations = [{ eid: EID, type: 'profile.list' }, { eid: EID }]

    const { status, body } = await operator.send('POST', '/v1/operations', { body: { operations } })

    expect(status).toBe(400)
    expect(body.errors[0].pointer).toBe('/operations/1/type')
  })
})

describe('cancelling and making again', () => {
  it('ends an operation that has not left, once', async () => {
    const { body } = await create({ type: 'eim.list' })

    const cancelled = await operator.send('POST', `/v1/operations/${body.id}/cancel`)
    const again = await operator.send('POST', `/v1/operations/${body.id}/cancel`)

    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', outcome: 'notExecuted' } })
    expect(again).toMatchObject({ status: 409, body: { code: 'too-late' } })
  })

  it('makes another like one that ended badly', async () => {
    const { body: first } = await create({ type: 'rat.get', labels: { ticket: '7' } })
    expect((await operator.send('POST', `/v1/operations/${first.id}/retry`)).status).toBe(409)
    await operator.send('POST', `/v1/operations/${first.id}/cancel`)

    const { status, body } = await operator.send('POST', `/v1/operations/${first.id}/retry`)

    expect(status).toBe(202)
    expect(body).toMatchObject({
      type: 'rat.get',
      retryOf: first.id,
      labels: { ticket: '7' },
      status: 'queued',
    })
  })

  it('asks the guards again', async () => {
    const { body } = await create({ type: 'profile.disable', params: { iccid: ICCID }, force: true })
    await operator.send('POST', `/v1/operations/${body.id}/cancel`)

    const again = await operator.send('POST', `/v1/operations/${body.id}/retry`)

    expect(again).toMatchObject({ status: 409, body: { code: 'would-disconnect' } })
    expect((await operator.send('POST', `/v1/operations/${body.id}/retry?force=true`)).status).toBe(202)
  })
})

describe('waiting', () => {
  it('ends at once for an operation that has ended', async () => {
    const { body } = await create({ type: 'eim.list' })
    await operator.send('POST', `/v1/operations/${body.id}/cancel`)

    const reply = await operator.send('GET', `/v1/operations/${body.id}`, { headers: { Prefer: 'wait=30' } })

    expect(reply.body.status).toBe('cancelled')
    expect(reply.headers.get('Preference-Applied')).toBe('wait=30')
  })

  it('gives the answer when the operation ends meanwhile', async () => {
    const { body } = await create({ type: 'eim.list' })

    const [reply] = await Promise.all([
      operator.send('GET', `/v1/operations/${body.id}`, { headers: { Prefer: 'respond-async, wait=20' } }),
      operator.send('POST', `/v1/operations/${body.id}/cancel`),
    ])

    expect(reply.body.status).toBe('cancelled')
  })

  it('ends after the time asked for', async () => {
    const { body } = await create({ type: 'eim.list' })

    const reply = await operator.send('GET', `/v1/operations/${body.id}`, { headers: { Prefer: 'wait=1' } })

    expect(reply.body.status).toBe('queued')
  })
})

describe('an eIM identity', () => {
  it('gives what the production line needs, as text and as octets', async () => {
    const path = `/v1/eim-identities/${operator.identityId}/add-initial-eim`

    const { body } = await operator.send('GET', path)
    const der = await operator.send('GET', `${path}?format=der`)

    expect(body.hex).toMatch(/^BF57/)
    expect(toHex(fromBase64(body.base64))).toBe(body.hex)
    expect(der.headers.get('Content-Type')).toBe('application/octet-stream')
  })

  it('never shows a private key', async () => {
    const made = await operator.send('POST', `/v1/eim-identities/${operator.identityId}/rotate`, { body: {} })

    expect(made.status).toBe(201)
    expect(made.body.keys).toHaveLength(2)
    expect(made.text.toLowerCase()).not.toContain('private')
  })

  it('belongs to a host name that no other tenant can take', async () => {
    const { send } = await installation.newTenant()

    const taken = await send('POST', '/v1/eim-identities', {
      body: { eimId: operator.eimId, eimFqdn: operator.eimId },
    })

    expect(taken.status).toBe(409)
  })
})

describe('an activation code', () => {
  it('is hidden from keys that may only read', async () => {
    const { body } = await create(download('LPA:1$smdp.example.com$VERY-SECRET'))
    const made = await operator.send('POST', '/v1/api-keys', { body: { name: 'viewer', role: 'viewer' } })
    const viewer = clientOf(installation.environment, made.body.apiKey)

    const replies = [
      await viewer('GET', `/v1/operations/${body.id}`),
      await viewer('GET', `/v1/euiccs/${EID}/operations`),
    ]

    for (const reply of replies) {
      expect(reply.status).toBe(200)
      expect(reply.text).toContain('LPA:1$smdp.example.com$')
      expect(reply.text).not.toContain('VERY-SECRET')
    }
  })
})
