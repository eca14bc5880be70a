/** Signing in to the console: what a session opens, what ends it, and what another site cannot do with it. */
import { createScheduledController } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import worker from '../../../functions/worker.ts'
import {
  clientOf,
  type Installation,
  install,
  newOperator,
  ORIGIN,
  type Reply,
  type Send,
} from './api-client.ts'

const HOUR_MS = 3_600_000
const OWN = { Origin: ORIGIN }

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>

beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function passTime(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}

function signIn(apiKey: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return installation.anonymous('POST', '/v1/session', { body: { apiKey }, headers })
}

function cookieOf(reply: Reply): string {
  expect(reply.status).toBe(200)
  return (reply.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
}

/** A browser with the cookie, on a page of `headers.Origin`. */
function browser(cookie: string, own: Readonly<Record<string, string>> = OWN): Send {
  return (method, path, { headers = {}, ...ask } = {}) =>
    installation.anonymous(method, path, { ...ask, headers: { Cookie: cookie, ...own, ...headers } })
}

async function newKey(wanted: object) {
  const { body } = await operator.send('POST', '/v1/api-keys', { body: { name: 'a key', ...wanted } })
  return body as { readonly id: string; readonly apiKey: string }
}

describe('signing in', () => {
  it('gives a cookie that no script and no other site can use, and says who it is', async () => {
    const reply = await signIn(operator.key, OWN)

    expect(reply).toMatchObject({
      status: 200,
      body: { key: { name: 'first key', tenant: operator.tenant, expiresAt: null }, role: 'admin' },
    })
    expect(reply.headers.get('Set-Cookie')).toMatch(
      /^__Host-eim-session=ses_\w{26}_[0-9a-f]{64}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    )
    expect(reply.text).not.toMatch(/[0-9a-f]{64}/)
  })

  it.each([
    [{ role: 'viewer' }, 'viewer'],
    [{ role: 'operator' }, 'operator'],
    [{ role: 'admin' }, 'admin'],
    [{ scopes: ['euiccs:read', 'operations:write'] }, 'custom'],
  ])('with a key of %j is being %s', async (wanted, role) => {
    expect((await signIn((await newKey(wanted)).apiKey)).body.role).toBe(role)
  })

  it.each([
    ['no key at all', 'open sesame'],
    ['an unknown key', `key_${'0'.repeat(26)}_${'0'.repeat(64)}`],
  ])('is refused with %s, which is not shown again', async (_, apiKey) => {
    const reply = await signIn(apiKey)

    expect(reply).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect(reply.headers.get('Set-Cookie')).toBeNull()
    expect(reply.text).not.toContain(apiKey)
  })

  it('is refused with the right id and another secret, and with an expired key', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString()
    const { apiKey } = await newKey({ role: 'viewer', expiresAt })
    const other = operator.key.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
    expect((await signIn(other)).status).toBe(401)

    passTime(2 * HOUR_MS)

    expect((await signIn(apiKey)).status).toBe(401)
  })

  it.each([
    [{ Origin: 'https://evil.example' }],
    [{ Origin: 'null' }],
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'same-site' }],
  ])('is refused to a page with %j', async (headers) => {
    const reply = await signIn(operator.key, headers)

    expect(reply).toMatchObject({ status: 403, body: { code: 'cross-site' } })
    expect(reply.headers.get('Set-Cookie')).toBeNull()
  })

  it('is braked where it fails again and again, and nowhere else', async () => {
    const from = (address: string) => ({ 'CF-Connecting-IP': address })
    for (let attempt = 0; attempt < 20; attempt++) await signIn('wrong', from('192.0.2.1'))

    const braked = await signIn(operator.key, from('192.0.2.1'))

    expect(braked).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    expect(Number(braked.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await signIn(operator.key, from('192.0.2.2'))).status).toBe(200)
    passTime(10_000)
    expect((await signIn(operator.key, from('192.0.2.1'))).status).toBe(200)
  })
})

describe('a session', () => {
  let cookie: string
  let page: Send
  beforeEach(async () => {
    cookie = cookieOf(await signIn(operator.key))
    page = browser(cookie)
  })

  it('stands for the key, in reading and in changing', async () => {
    const listed = await page('GET', '/v1/euiccs')
    const made = await page('POST', '/v1/api-keys', { body: { name: 'by page', role: 'viewer' } })
    const shown = await page('GET', '/v1/session')

    expect(listed.text).toBe((await operator.send('GET', '/v1/euiccs')).text)
    expect(made.status).toBe(201)
    expect(shown).toMatchObject({ status: 200, body: { role: 'admin', key: { tenant: operator.tenant } } })
  })

  it('may do what the key may, no more', async () => {
    const viewer = browser(cookieOf(await signIn((await newKey({ role: 'viewer' })).apiKey)))

    expect((await viewer('GET', '/v1/euiccs')).status).toBe(200)
    const refused = await viewer('POST', '/v1/api-keys', { body: { name: 'x', role: 'viewer' } })
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } })
  })

  it('sees nothing of another tenant', async () => {
    const other = await newOperator(installation)
    const strange = browser(cookieOf(await signIn(other.key)))
    const { id } = await newKey({ role: 'viewer' })

    expect((await strange('GET', `/v1/api-keys/${id}`)).status).toBe(404)
    expect((await strange('GET', '/v1/api-keys')).text).not.toContain(id)
    await strange('DELETE', '/v1/session')
    expect((await page('GET', '/v1/session')).status).toBe(200)
  })

  it('ends after twelve hours', async () => {
    passTime(12 * HOUR_MS - 1000)
    expect((await page('GET', '/v1/session')).status).toBe(200)

    passTime(2000)

    expect(await page('GET', '/v1/session')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  })

  it('ends when its key expires', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS).toISOString()
    const reply = await signIn((await newKey({ role: 'viewer', expiresAt })).apiKey)
    expect(reply.body.expiresAt).toBe(expiresAt)

    passTime(HOUR_MS)

    expect((await browser(cookieOf(reply))('GET', '/v1/euiccs')).status).toBe(401)
  })

  it('ends when its key is deleted', async () => {
    const { id, apiKey } = await newKey({ role: 'viewer' })
    const viewer = browser(cookieOf(await signIn(apiKey)))
    expect((await viewer('GET', '/v1/euiccs')).status).toBe(200)

    await page('DELETE', `/v1/api-keys/${id}`)

    expect((await viewer('GET', '/v1/euiccs')).status).toBe(401)
  })

  it('ends by signing out, and no other of the same key with it', async () => {
    const elsewhere = browser(cookieOf(await signIn(operator.key)))

    const out = await page('DELETE', '/v1/session')

    expect(out.status).toBe(204)
    expect(out.headers.get('Set-Cookie')).toMatch(/^__Host-eim-session=; .*Max-Age=0$/)
    expect((await page('GET', '/v1/session')).status).toBe(401)
    expect((await elsewhere('GET', '/v1/session')).status).toBe(200)
  })

  it.each([
    ['another secret', (token: string) => token.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))],
    ['no token', () => '__Host-eim-session=abc'],
    ['the key itself', () => `__Host-eim-session=${operator.key}`],
    ['a cookie of another name', (token: string) => token.replace('__Host-eim', 'eim')],
  ])('is not opened by %s', async (_, forge) => {
    const reply = await browser(forge(cookie))('GET', '/v1/euiccs')

    expect(reply.status).toBe(401)
    expect(reply.text).not.toContain(cookie.slice(-64))
  })

  it('gives way to a key that is sent beside it, right or wrong', async () => {
    const { apiKey } = await newKey({ role: 'viewer' })
    const both = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

    expect((await page('GET', '/v1/session', both(apiKey))).body.role).toBe('viewer')
    expect((await page('GET', '/v1/session', both('wrong'))).status).toBe(401)
  })

  it('is kept as a hash only', async () => {
    const { results } = await installation.environment.FLEET.prepare('SELECT * FROM sessions').all()

    expect(results.length).toBeGreaterThan(0)
    expect(JSON.stringify(results)).not.toContain(cookie.slice(-64))
  })

  it('seals the secrets it was shown, for a repetition by itself alone', async () => {
    const ask = { body: { name: 'once', role: 'viewer' }, headers: { 'Idempotency-Key': 'from a page' } }

    const first = await page('POST', '/v1/api-keys', ask)
    const again = await page('POST', '/v1/api-keys', ask)
    const elsewhere = await operator.send('POST', '/v1/api-keys', ask)

    expect(again).toMatchObject({ status: 201, text: first.text })
    expect(elsewhere.body.code).toBe('idempotency-mismatch')
    const { results } = await installation.environment.FLEET.prepare('SELECT body FROM idempotency').all()
    expect(JSON.stringify(results)).not.toContain(first.body.apiKey)
  })

  it('is swept away once it has expired', async () => {
    const count = () =>
      installation.environment.FLEET.prepare('SELECT count(*) AS n FROM sessions').first('n')
    expect(await count()).toBeGreaterThan(0)
    passTime(13 * HOUR_MS)
    const young = browser(cookieOf(await signIn(operator.key)))

    await worker.scheduled(createScheduledController(), installation.environment)

    expect(await count()).toBe(1)
    expect((await young('GET', '/v1/session')).status).toBe(200)
  })
})

describe('a call by cookie', () => {
  const OTHER = { Origin: 'https://evil.example' }
  const cases: readonly [string, string, Readonly<Record<string, string>>, number][] = [
    ['POST', 'from our own origin', OWN, 201],
    ['POST', 'that the browser calls same-origin', { 'Sec-Fetch-Site': 'same-origin' }, 201],
    ['POST', 'that says nothing', {}, 403],
    ['POST', 'from another origin', OTHER, 403],
    ['POST', 'from a page without origin', { Origin: 'null' }, 403],
    ['POST', 'from our host without TLS', { Origin: ORIGIN.replace('https', 'http') }, 403],
    ['POST', 'from another port', { Origin: `${ORIGIN}:8443` }, 403],
    [
      'POST',
      'from a subdomain',
      { Origin: ORIGIN.replace('//', '//a.'), 'Sec-Fetch-Site': 'same-site' },
      403,
    ],
    ['POST', 'whose two fields disagree', { ...OWN, 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['POST', 'from another origin, called ours', { ...OTHER, 'Sec-Fetch-Site': 'same-origin' }, 403],
    ['GET', 'that says nothing', {}, 200],
    ['HEAD', 'that says nothing', {}, 200],
  ]

  it.each(cases)('%s %s', async (method, _, headers, status) => {
    const page = browser(cookieOf(await signIn(operator.key)), headers)
    const body = method === 'POST' ? { body: { name: 'x', role: 'viewer' } } : {}

    const reply = await page(method, '/v1/api-keys', body)

    expect(reply.status).toBe(status)
    if (status === 403) expect(reply.body.code).toBe('cross-site')
  })

  it.each([
    ['PATCH', '/v1/euiccs/1'],
    ['DELETE', '/v1/session'],
  ])('%s %s from another origin is refused before anything is done', async (method, path) => {
    const cookie = cookieOf(await signIn(operator.key))

    const reply = await browser(cookie, OTHER)(method, path, method === 'PATCH' ? { body: {} } : {})

    expect(reply).toMatchObject({ status: 403, body: { code: 'cross-site' } })
    expect((await browser(cookie)('GET', '/v1/session')).status).toBe(200)
  })

  it('is told apart from a call with the key, which no browser sends by itself', async () => {
    const reply = await operator.send('POST', '/v1/api-keys', {
      body: { name: 'x', role: 'viewer' },
      headers: OTHER,
    })

    expect(reply.status).toBe(201)
  })
})

describe('what is logged', () => {
  it('holds neither key nor session, even when the database fails', async () => {
    const cookie = cookieOf(await signIn(operator.key))
    const prepare = () => {
      throw new TypeError('the database is away')
    }
    const broken = clientOf(
      { ...installation.environment, FLEET: { prepare } as unknown as D1Database },
      null,
    )
    const logged: unknown[] = []
    for (const level of ['log', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((line) => void logged.push(line))
    }

    const replies = [
      await broken('POST', '/v1/session', { body: { apiKey: operator.key } }),
      await broken('GET', '/v1/session', { headers: { Cookie: cookie } }),
    ]

    expect(replies.map(({ status }) => status)).toEqual([500, 500])
    expect(logged).toHaveLength(2)
    const written = `${logged.join()}${replies.map(({ text }) => text).join()}`
    for (const secret of [operator.key, cookie]) expect(written).not.toContain(secret.slice(-64))
  })
})
