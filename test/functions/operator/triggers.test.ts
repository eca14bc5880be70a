/** Webhooks in: who is believed, what a call sets off, once however often it comes, and what is refused with which words. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { clientOf, EID, eidOf, type Installation, install, newOperator, OTHER_EID } from './api-client.ts'

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>

beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const LIST = { operation: { type: 'profile.list' }, target: { eid: { cel: 'body.eid' } } }
const LOST = { event: 'sim.lost', eid: EID }

interface Made {
  readonly id: string
  readonly secret: string
}

async function make(trigger: object = {}): Promise<Made> {
  const body = { name: 'a trigger', condition: 'body.event == "sim.lost"', action: LIST, ...trigger }
  const reply = await operator.send('POST', '/v1/triggers', { body })
  expect(reply.status, reply.text).toBe(201)
  return reply.body
}

function signed({ secret }: Made, body: unknown, id: string, at = Date.now()) {
  const text = JSON.stringify(body)
  return {
    body: text,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, new Date(at), text),
    },
  }
}

const call = (made: Made, body: unknown = LOST, id: string = crypto.randomUUID()) =>
  installation.anonymous('POST', `/v1/hooks/${made.id}`, signed(made, body, id))

async function operationsOf(eid = EID): Promise<readonly { readonly id: string; readonly type: string }[]> {
  const { body } = await operator.send('GET', `/v1/euiccs/${eid}/operations`)
  return body.data.filter(({ origin }: { origin: string }) => origin === 'operator')
}

describe('a signed call', () => {
  it('asks the eUICC it names, and says which operation that made', async () => {
    const reply = await call(await make())

    expect(reply).toMatchObject({ status: 202, body: { operations: [{ eid: EID }], duplicate: false } })
    expect(await operationsOf()).toMatchObject([
      { id: reply.body.operations[0].operationId, type: 'profile.list' },
    ])
  })

  it('does nothing again under the same id, and is answered as before', async () => {
    const made = await make()
    const first = await call(made, LOST, 'msg_1')
    const second = await call(made, LOST, 'msg_1')

    expect(second).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } })
    expect(await operationsOf()).toHaveLength(1)
    expect(await call(made, { ...LOST, more: 1 }, 'msg_1')).toMatchObject({
      status: 422,
      body: { code: 'idempotency-mismatch' },
    })
  })

  it('says so when nothing matches: condition, eUICC, or body', async () => {
    const made = await make()
    expect(await call(made, { event: 'other' })).toMatchObject({ status: 422, body: { code: 'not-matched' } })
    expect(await call(made, { nothing: 1 })).toMatchObject({ status: 422, body: { code: 'not-matched' } })
    expect(await call(made, { ...LOST, eid: OTHER_EID })).toMatchObject({ status: 409 })
    const label = { cel: '"site:" + body.site' }
    const byLabel = await make({ action: { ...LIST, target: { filter: { label } } } })
    expect(await call(byLabel, { ...LOST, site: 'Rome' })).toMatchObject({
      status: 422,
      body: { code: 'not-matched' },
    })
    expect(await call(byLabel, { ...LOST, site: 'Oslo' })).toMatchObject({
      status: 202,
      body: { operations: [{ eid: EID }] },
    })
  })

  it('reaches a group, up to the fan-out and no further', async () => {
    const eids = Array.from({ length: 4 }, (_, index) => eidOf(20 + index))
    await operator.send('POST', '/v1/euiccs', {
      body: { euiccs: eids.map((eid) => ({ eid, group: 'fan' })) },
    })
    const action = { ...LIST, target: { filter: { group: { cel: 'body.group' } } } }
    const wide = await make({ action, fanOut: 4 })
    const narrow = await make({ action, fanOut: 3 })

    expect((await call(wide, { ...LOST, group: 'fan' })).body.operations).toHaveLength(4)
    expect(await call(narrow, { ...LOST, group: 'fan' })).toMatchObject({
      status: 422,
      body: { code: 'too-many-targets' },
    })
    const fleet = await make({ action: { ...LIST, target: { filter: {} } } })
    expect(await call(fleet)).toMatchObject({ status: 422, body: { code: 'too-many-targets' } })
  })

  it('makes a campaign, the same one for each try', async () => {
    const campaign = {
      name: { cel: 'body.event' },
      target: { filter: { group: 'meters' } },
      operation: { type: 'profile.list' },
    }
    const made = await make({ action: { campaign } })
    const first = await call(made, LOST, 'msg_1')
    const second = await call(made, LOST, 'msg_1')

    expect(first.status).toBe(202)
    expect(second.body.campaignId).toBe(first.body.campaignId)
    const { body } = await operator.send('GET', `/v1/campaigns/${first.body.campaignId}`)
    expect(body).toMatchObject({ name: 'sim.lost', createdBy: made.id })
  })

  it.each([
    [
      'forged',
      (made: Made) => signed({ ...made, secret: `whsec_${btoa('another secret of 24 octets!')}` }, LOST, 'm'),
    ],
    ['of another body', (made: Made) => ({ ...signed(made, LOST, 'm'), body: '{}' })],
    ['six minutes old', (made: Made) => signed(made, LOST, 'm', Date.now() - 360_000)],
    ['six minutes ahead', (made: Made) => signed(made, LOST, 'm', Date.now() + 360_000)],
    ['without a signature', () => ({ body: JSON.stringify(LOST) })],
  ])('is not believed when it is %s', async (_, ask) => {
    const made = await make()
    const reply = await installation.anonymous('POST', `/v1/hooks/${made.id}`, ask(made))

    expect(reply).toMatchObject({ status: 401, body: { code: 'call-refused' } })
    expect(await operationsOf()).toEqual([])
    const unknown = await installation.anonymous('POST', '/v1/hooks/trg_unknown', ask(made))
    expect(unknown.body.detail).toBe(reply.body.detail)
  })

  it('is refused when it is too large, no JSON, or one too many', async () => {
    const made = await make({ callsPerMinute: 2 })
    const large = await call(made, { ...LOST, more: 'x'.repeat(64 * 1024) })
    expect(large).toMatchObject({ status: 413, body: { code: 'content-too-large' } })
    expect((await call(made)).status).toBe(202)
    const text = 'no JSON'
    const headers = { ...signed(made, LOST, 'm').headers, 'webhook-signature': '' }
    headers['webhook-signature'] = new Webhook(made.secret).sign('m', new Date(), text)
    const hook = `/v1/hooks/${made.id}`
    expect(await installation.anonymous('POST', hook, { body: text, headers })).toMatchObject({ status: 400 })
    const refused = await call(made)
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    expect(refused.headers.get('Retry-After')).toBe('60')
  })

  it('is believed under the secret before for a day after a rotation', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const before = await make()
    const { body } = await operator.send('POST', `/v1/triggers/${before.id}/rotate-secret`)

    expect((await call({ ...before, secret: body.secret })).status).toBe(202)
    expect((await call(before)).status).toBe(202)
    vi.setSystemTime(Date.now() + 25 * 3_600_000)
    expect((await call(before)).status).toBe(401)
    expect((await call({ ...before, secret: body.secret })).status).toBe(202)
  })
})

describe('a call with a bearer key', () => {
  it('is believed with the key of the trigger alone', async () => {
    const made = await make({ authentication: { kind: 'bearer' } })
    const other = await make({ authentication: { kind: 'bearer' } })
    const send = (secret: string) =>
      clientOf(installation.environment, secret)('POST', `/v1/hooks/${made.id}`, { body: LOST })

    expect((await send(made.secret)).status).toBe(202)
    expect((await send(other.secret)).status).toBe(401)
    expect((await send(operator.key)).status).toBe(401)
    expect((await installation.anonymous('POST', `/v1/hooks/${made.id}`, { body: LOST })).status).toBe(401)
  })
})

describe('a call with a token of the operator’s issuer', () => {
  const ISSUER = 'https://login.example.com'
  const claims = { iss: ISSUER, aud: 'eim', exp: Math.floor(Date.now() / 1000) + 300 }

  async function issuer() {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
    const jwksUrl = `https://login.example.com/${crypto.randomUUID()}`
    const fetches = vi
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => Response.json({ keys: [jwk] }))
    const made = await make({ authentication: { kind: 'jwt', issuer: ISSUER, audience: 'eim', jwksUrl } })
    const sign = (payload: object = {}) =>
      new SignJWT({ ...claims, ...payload }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey)
    const send = (token: string, body: object = LOST) =>
      clientOf(installation.environment, token)('POST', `/v1/hooks/${made.id}`, { body })
    return { sign, send, fetches }
  }

  it('is believed, and the keys are fetched once', async () => {
    const { sign, send, fetches } = await issuer()

    expect((await send(await sign())).status).toBe(202)
    expect((await send(await sign())).status).toBe(202)
    expect(fetches).toHaveBeenCalledTimes(1)
    expect(fetches.mock.calls[0]?.[1]?.redirect).toBe('manual')
  })

  it('does nothing again with the same body, and takes another', async () => {
    const { sign, send } = await issuer()
    const token = await sign()

    expect((await send(token)).body.duplicate).toBe(false)
    expect((await send(token)).body.duplicate).toBe(true)
    expect((await send(token, { ...LOST, more: 1 })).body.duplicate).toBe(false)
  })

  it.each([
    ['expired', { exp: Math.floor(Date.now() / 1000) - 300 }],
    ['of another issuer', { iss: 'https://evil.example.com' }],
    ['for somebody else', { aud: 'another' }],
    ['without an end', { exp: undefined }],
  ])('is not believed when it is %s', async (_, payload) => {
    const { sign, send } = await issuer()
    expect(await send(await sign(payload))).toMatchObject({ status: 401, body: { code: 'call-refused' } })
  })

  it('is not believed when it is unsigned or signed with a secret', async () => {
    const { send } = await issuer()
    const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '')
    expect((await send(`${part({ alg: 'none' })}.${part(claims)}.`)).status).toBe(401)
    const hs = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32))
    expect((await send(hs)).status).toBe(401)
  })

  it.each([
    ['in one piece', { 'Content-Length': `${2 ** 20}` }],
    ['without saying so', {}],
  ])('is not believed, and nothing more is read, when the keys are without end: %s', async (_, headers) => {
    const { sign, send, fetches } = await issuer()
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(64 * 1024))
      },
    })
    fetches.mockImplementation(async () => new Response(endless, { headers }))

    const reply = await send(await sign())

    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(pulled).toBeLessThan(8)
  })

  it.each(['http://login.example.com/keys', 'https://127.0.0.1/keys', 'https://keys.internal/'])(
    'cannot have its keys at %s',
    async (jwksUrl) => {
      const authentication = { kind: 'jwt', issuer: ISSUER, audience: 'eim', jwksUrl }
      const body = { name: 'x', action: LIST, authentication }
      expect(await operator.send('POST', '/v1/triggers', { body })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/authentication/jwksUrl' }] },
      })
    },
  )
})

describe('a trigger', () => {
  it.each([
    ['/condition', { condition: 'body.event ==' }],
    ['/condition', { condition: 'body.list.exists(x, body.text.contains(body.part))' }],
    ['/condition', { condition: 'body.text.split("").all(x, x == "a")' }],
    ['/condition', { condition: 'body.text.matches("(a+)+$")' }],
    ['/condition', { condition: 'body.list.all(x, body.list.all(y, x == y))' }],
    ['/condition', { condition: `${'('.repeat(200)}true${')'.repeat(200)}` }],
    [
      '/condition',
      { condition: `body.list.all(x, ${Array.from({ length: 30 }, () => 'body.text').join(' + ')} == x)` },
    ],
    ['/action', { action: { ...LIST, target: { eid: { cel: 'body.' } } } }],
    ['/action', { action: { ...LIST, target: { eids: Array(33).fill({ cel: 'body.eid' }) } } }],
    ['/action/operation', { action: { ...LIST, operation: { type: { cel: 'body.type' } } } }],
    [
      '/action/operation',
      { action: { ...LIST, operation: { type: 'profile.list', force: { cel: 'true' } } } },
    ],
    ['/action/operation', { action: { ...LIST, operation: { type: 'nothing' } } }],
  ])('is refused for its %s: %j', async (pointer, wrong) => {
    const body = { name: 'x', condition: 'true', action: LIST, ...wrong }
    const reply = await operator.send('POST', '/v1/triggers', { body })
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-parameters' } })
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  it('tells what a call would do, and does nothing', async () => {
    const made = await make()
    const dry = async (body: unknown) =>
      (await operator.send('POST', `/v1/triggers/${made.id}/dry-run`, { body: { body } })).body

    expect(await dry(LOST)).toMatchObject({
      condition: true,
      action: { operation: { type: 'profile.list' }, target: { eid: EID } },
      euiccs: { count: 1, eids: [EID] },
    })
    expect(await dry({ event: 'other' })).toMatchObject({ condition: false, action: null })
    expect(await dry({})).toMatchObject({ condition: null, problem: { code: 'not-matched' } })
    expect(await operationsOf()).toEqual([])
  })

  it('keeps its calls with their verdicts, and takes one again when asked', async () => {
    const made = await make()
    await call(made, { event: 'other', eid: EID }, 'msg_1')
    const list = async () => (await operator.send('GET', `/v1/triggers/${made.id}/calls`)).body.data
    expect(await list()).toMatchObject([{ messageId: 'msg_1', status: 422, answer: { code: 'not-matched' } }])
    const tag = (await operator.send('GET', `/v1/triggers/${made.id}`)).headers.get('ETag') ?? ''
    const change = { body: { condition: 'body.event == "other"' }, headers: { 'If-Match': tag } }
    expect((await operator.send('PATCH', `/v1/triggers/${made.id}`, change)).status).toBe(200)
    expect((await operator.send('PATCH', `/v1/triggers/${made.id}`, change)).status).toBe(412)

    const [{ id }] = await list()
    const replay = await operator.send('POST', `/v1/triggers/${made.id}/calls/${id}/replay`)

    expect(replay).toMatchObject({ status: 202, body: { operations: [{ eid: EID }] } })
    expect(await list()).toMatchObject([{ replayOf: id, status: 202 }, { id }])
  })

  it('is silent when switched off, and gone with its secret when deleted', async () => {
    const made = await make()
    await operator.send('PATCH', `/v1/triggers/${made.id}`, {
      body: { enabled: false },
      headers: { 'If-Match': '*' },
    })
    expect((await call(made)).status).toBe(409)
    expect((await operator.send('DELETE', `/v1/triggers/${made.id}`)).status).toBe(204)
    expect((await call(made)).status).toBe(401)
    const { FLEET } = installation.environment
    const left = await FLEET.prepare('SELECT count(*) AS n FROM secrets WHERE id = ?')
      .bind(made.id)
      .first('n')
    expect(left).toBe(0)
  })

  it('lends nobody rights that they do not have', async () => {
    const scopes = ['triggers:read', 'triggers:write']
    const { body } = await operator.send('POST', '/v1/api-keys', { body: { name: 'x', scopes } })
    const limited = clientOf(installation.environment, body.apiKey)
    const trigger = { name: 'x', action: LIST }
    expect(await limited('POST', '/v1/triggers', { body: trigger })).toMatchObject({
      status: 403,
      body: { code: 'insufficient-scope' },
    })
  })

  it('acts for its own tenant alone', async () => {
    const stranger = await newOperator(installation)
    await stranger.send('POST', '/v1/euiccs', { body: { eid: OTHER_EID } })
    const reply = await call(await make(), { ...LOST, eid: OTHER_EID })
    expect(reply).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })
})

describe('what must not come out of a trigger', () => {
  it('shows no activation code to a key that only reads', async () => {
    const code = 'LPA:1$smdp.example.com$SECRET-MATCHING-ID'
    const operation = { type: 'profile.download', params: { activationCode: code } }
    const made = await make({ action: { operation, target: { eid: { cel: 'body.eid' } } } })
    await call(made, { ...LOST, code })
    const key = await operator.send('POST', '/v1/api-keys', { body: { name: 'v', role: 'viewer' } })
    const viewer = clientOf(installation.environment, key.body.apiKey ?? key.body.secret)
    const paths = ['/v1/triggers', `/v1/triggers/${made.id}`, `/v1/triggers/${made.id}/calls`]
    const replies = await Promise.all(paths.map((path) => viewer('GET', path)))

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    const shown = paths.filter((_, index) => replies[index]?.text.includes('SECRET-MATCHING-ID'))
    expect(shown).toEqual([])
  })

  it.each([
    ['a list and a text, both long', { l: Array(400).fill(1), s: 'a'.repeat(50_000) }],
    ['a list of very many', { l: Array(501).fill(1), s: '' }],
    [
      'an object of very many',
      { l: Object.fromEntries(Array.from({ length: 501 }, (_, key) => [key, 1])), s: '' },
    ],
  ])('does not go through %s', async (_, body) => {
    const made = await make({ condition: 'body.l.exists(x, size(body.s) == 1)' })
    expect(await call(made, body)).toMatchObject({ status: 422, body: { code: 'not-matched' } })
  })

  it('answers 422, not 5xx, when CEL gives a time that does not exist', async () => {
    const made = await make({ condition: 'now + duration("9000000000000s")' })
    expect(await call(made)).toMatchObject({ status: 422, body: { code: 'not-matched' } })
  })
})
