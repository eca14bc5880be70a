/** What holds for every route: one form of errors, keys, scopes, limits, idempotency, entity tags, cursors. */
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { takeToken } from '../../../functions/operator/rate-limit.ts'
import {
  clientOf,
  EID,
  eidOf,
  type Installation,
  install,
  newOperator,
  OTHER_EID,
  type Send,
} from './api-client.ts'
import { claimUnanswered } from './claim.ts'

let installation: Installation
let send: Send

beforeAll(async () => {
  installation = await install()
  send = (await newOperator(installation)).send
})

const WELL_FORMED_KEY = `key_${'0'.repeat(26)}_${'0'.repeat(64)}`
const list = { eid: EID, type: 'profile.list' }

describe('an error', () => {
  const cases: readonly [string, number, string, (send: Send) => ReturnType<Send>][] = [
    ['an unknown path', 404, 'not-found', (send) => send('GET', '/v1/nowhere')],
    ['an unknown eUICC', 404, 'not-found', (send) => send('GET', `/v1/euiccs/${OTHER_EID}`)],
    ['another method', 405, 'method-not-allowed', (send) => send('PUT', '/v1/euiccs')],
    ['a body that is no JSON', 400, 'bad-request', (send) => send('POST', '/v1/operations', { body: '{' })],
    ['an unknown query field', 400, 'invalid-parameters', (send) => send('GET', '/v1/euiccs?colour=red')],
    [
      'an unknown member',
      400,
      'invalid-parameters',
      (send) => send('POST', '/v1/operations', { body: { ...list, x: 1 } }),
    ],
    [
      'another media type',
      415,
      'unsupported-media-type',
      (send) => send('POST', '/v1/operations', { body: 'a', headers: { 'Content-Type': 'text/plain' } }),
    ],
    [
      'a body that is too large',
      413,
      'content-too-large',
      (send) => send('POST', '/v1/operations', { body: `"${'x'.repeat(1024 * 1024)}"` }),
    ],
  ]

  it.each(cases)('is a problem document for %s', async (_, status, code, provoke) => {
    const reply = await provoke(send)

    expect(reply.status).toBe(status)
    expect(reply.headers.get('Content-Type')).toBe('application/problem+json')
    expect(reply.body).toMatchObject({
      status,
      code,
      instance: expect.any(String),
      title: expect.any(String),
    })
    expect(reply.body.requestId).toBe(reply.headers.get('X-Request-Id'))
    expect(reply.body.type).toBe(`/docs/problems#${code}`)
  })

  it('leads to a page that explains its code', async () => {
    const page = await installation.anonymous('GET', '/docs/problems')

    expect(page.status).toBe(200)
    expect(page.text).toContain('id="not-found"')
  })

  it('names the methods that are allowed', async () => {
    const reply = await send('PUT', `/v1/euiccs/${EID}`)

    expect(reply.headers.get('Allow')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'PATCH'])
  })

  it('points at each wrong member', async () => {
    const operations = [list, { eid: '1', type: 'profile.list' }, { ...list, colour: 'red' }]

    const reply = await send('POST', '/v1/operations', { body: { operations } })

    const pointers = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers).toEqual(['/operations/1/eid', '/operations/2/colour'])
  })

  it('points into the parameters of an operation', async () => {
    const reply = await send('POST', '/v1/operations', {
      body: { eid: EID, type: 'profile.enable', params: { iccid: '12', sure: true } },
    })

    const pointers = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers.sort()).toEqual(['/params/iccid', '/params/sure'])
  })

  it('of our own tells nothing but the id of the request', async () => {
    const prepare = () => {
      throw new TypeError('the innermost secret')
    }
    const broken = { ...installation.environment, FLEET: { prepare } as unknown as D1Database }
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => {})

    const reply = await clientOf(broken, WELL_FORMED_KEY)('GET', '/v1/eim-identities')

    expect(reply).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(reply.text).not.toContain('secret')
    expect(silenced.mock.calls[0]?.[0]).toContain(reply.body.requestId)
    silenced.mockRestore()
  })
})

describe('access', () => {
  it('is refused without a key, and with a wrong one', async () => {
    const replies = [
      await installation.anonymous('GET', '/v1/euiccs'),
      await clientOf(installation.environment, WELL_FORMED_KEY)('GET', '/v1/euiccs'),
    ]

    expect(replies.map(({ status }) => status)).toEqual([401, 401])
    expect(replies[0]?.headers.get('WWW-Authenticate')).toBe('Bearer')
  })

  it('is refused beyond the scopes of the key', async () => {
    const made = await send('POST', '/v1/api-keys', { body: { name: 'dashboard', role: 'viewer' } })
    const viewer = clientOf(installation.environment, made.body.apiKey)

    expect((await viewer('GET', '/v1/euiccs')).status).toBe(200)
    const refused = await viewer('POST', '/v1/operations', { body: list })
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } })
  })

  it('ends with the key', async () => {
    const made = await send('POST', '/v1/api-keys', { body: { name: 'gone soon', role: 'viewer' } })
    const viewer = clientOf(installation.environment, made.body.apiKey)
    expect((await viewer('GET', '/v1/euiccs')).status).toBe(200)

    expect((await send('DELETE', `/v1/api-keys/${made.body.id}`)).status).toBe(204)

    expect((await viewer('GET', '/v1/euiccs')).status).toBe(401)
  })

  it('to tenants is for the root key alone', async () => {
    expect((await send('GET', '/v1/tenants')).status).toBe(401)
    expect((await installation.root('GET', '/v1/tenants')).status).toBe(200)
    const { ROOT_API_KEY: _unset, ...without } = installation.environment
    expect((await clientOf(without, 'undefined')('GET', '/v1/tenants')).status).toBe(401)
  })

  it('is slowed down when a key calls too often, and only that key', async () => {
    // A token comes back every 20 ms: time must not pass between taking the last one and asking.
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const hurried = await installation.newTenant()
    const keyId = hurried.key.replace(/_[0-9a-f]+$/, '')
    const admitted = await hurried.send('GET', '/v1/api-keys')
    expect(() => {
      for (;;) takeToken(keyId, Date.now())
    }).toThrow()

    const refused = await hurried.send('GET', '/v1/api-keys')

    expect(admitted.headers.get('RateLimit-Policy')).toMatch(/;q=\d+;w=\d+/)
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    expect(refused.headers.get('Retry-After')).toBe('1')
    expect(refused.headers.get('RateLimit')).toContain('r=0')
    expect((await send('GET', '/v1/api-keys')).status).toBe(200)
  })
})

describe('an Idempotency-Key', () => {
  const withKey = (key: string, body: unknown = list) => ({ body, headers: { 'Idempotency-Key': key } })

  it('gives the same answer to the same request, and does the work once', async () => {
    const first = await send('POST', '/v1/operations', withKey('once'))
    const second = await send('POST', '/v1/operations', withKey('once'))

    expect(first.status).toBe(202)
    expect(second).toMatchObject({ status: 202, text: first.text })
    expect(second.headers.get('Location')).toBe(first.headers.get('Location'))
    const third = await send('POST', '/v1/operations', withKey('another'))
    expect(third.body.id).not.toBe(first.body.id)
  })

  it('is refused with another body', async () => {
    await send('POST', '/v1/operations', withKey('used'))

    const reply = await send('POST', '/v1/operations', withKey('used', { eid: EID, type: 'eim.list' }))

    expect(reply).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } })
  })

  it('is refused while the first request runs, until that must have died', async () => {
    const claimed = { installation, send, key: 'running', ...withKey('running') }
    await claimUnanswered(claimed, 1000)
    const during = await send('POST', '/v1/operations', withKey('running'))
    expect(during).toMatchObject({ status: 409, body: { code: 'idempotency-in-progress' } })

    await claimUnanswered(claimed, 61_000)
    const after = await send('POST', '/v1/operations', withKey('running'))

    expect(after.status).toBe(202)
  })

  it('may come again after a refusal', async () => {
    const orphan = { eid: OTHER_EID, type: 'profile.list' }
    expect((await send('POST', '/v1/operations', withKey('early', orphan))).status).toBe(404)

    await send('POST', '/v1/euiccs', { body: { eid: OTHER_EID } })

    expect((await send('POST', '/v1/operations', withKey('early', orphan))).status).toBe(202)
  })
})

describe('an entity tag', () => {
  it('is needed for a change, and must be the latest', async () => {
    const path = `/v1/euiccs/${EID}`
    const tag = (await send('GET', path)).headers.get('ETag') ?? ''
    const patch = (group: string, headers: Record<string, string>) =>
      send('PATCH', path, { body: { group }, headers })

    expect((await patch('a', {})).status).toBe(428)
    const changed = await patch('b', { 'If-Match': tag })
    expect(changed).toMatchObject({ status: 200, body: { group: 'b' } })
    expect(changed.headers.get('ETag')).not.toBe(tag)
    expect((await patch('c', { 'If-Match': tag })).status).toBe(412)
    expect((await send('GET', path)).body.group).toBe('b')
  })
})

describe('a list', () => {
  it('comes in pages that hold every element once', async () => {
    const { send } = await newOperator(installation)
    const euiccs = Array.from({ length: 24 }, (_, index) => ({ eid: eidOf(index + 10) }))
    await send('POST', '/v1/euiccs', { body: { euiccs } })

    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body }: { body: { data: { eid: string }[]; nextCursor: string | null } } = await send(
        'GET',
        `/v1/euiccs?limit=10${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      )
      seen.push(...body.data.map(({ eid }) => eid))
      cursor = body.nextCursor
    }

    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
  })

  it.each(['0', '1001', 'many'])('refuses limit=%s', async (limit) => {
    expect((await send('GET', `/v1/euiccs?limit=${limit}`)).status).toBe(400)
  })
})
