/** Answers that show a secret once: given again to whoever asked, to nobody else, and not readable in the database. */
import { beforeAll, describe, expect, it } from 'vitest'
import { openAnswer, sealAnswer } from '../../../functions/operator/sealed-answer.ts'
import { clientOf, type Installation, install } from './api-client.ts'

let installation: Installation
beforeAll(async () => {
  installation = await install()
})

const withKey = (key: string, body: unknown) => ({ body, headers: { 'Idempotency-Key': key } })
const VIEWER = { name: 'dashboard', role: 'viewer' }

describe('a sealed answer', () => {
  it('opens for the token it was sealed for', async () => {
    expect(await openAnswer(await sealAnswer('the answer', 'Bearer a'), 'Bearer a')).toBe('the answer')
  })

  it('opens for no other, and never looks the same', async () => {
    const sealed = await sealAnswer('the answer', 'Bearer a')

    await expect(openAnswer(sealed, 'Bearer b')).rejects.toThrow()
    expect(await sealAnswer('the answer', 'Bearer a')).not.toBe(sealed)
  })
})

describe('a new API key', () => {
  it('is given again under its Idempotency-Key, and made once', async () => {
    const { send } = await installation.newTenant()

    const first = await send('POST', '/v1/api-keys', withKey('once', VIEWER))
    const second = await send('POST', '/v1/api-keys', withKey('once', VIEWER))

    expect(first.status).toBe(201)
    expect(second).toMatchObject({ status: 201, text: first.text })
    expect((await send('GET', '/v1/api-keys')).body.data).toHaveLength(2)
  })

  it('is not given to another key of the tenant', async () => {
    const { send } = await installation.newTenant()
    const made = await send('POST', '/v1/api-keys', { body: { name: 'colleague', role: 'admin' } })
    const colleague = clientOf(installation.environment, made.body.apiKey)
    await send('POST', '/v1/api-keys', withKey('mine', VIEWER))

    const reply = await colleague('POST', '/v1/api-keys', withKey('mine', VIEWER))

    expect(reply).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } })
  })

  it('stands nowhere in the database', async () => {
    const { send } = await installation.newTenant()
    const { body } = await send('POST', '/v1/api-keys', withKey('hidden', VIEWER))

    const kept = await installation.environment.FLEET.prepare('SELECT * FROM idempotency').all()
    const keys = await installation.environment.FLEET.prepare('SELECT * FROM api_keys').all()

    expect(kept.results.length).toBeGreaterThan(0)
    const secret = body.apiKey.split('_')[2]
    expect(JSON.stringify([kept.results, keys.results])).not.toContain(secret)
  })
})

describe('a new tenant', () => {
  it('is made once under its Idempotency-Key', async () => {
    const first = await installation.root('POST', '/v1/tenants', withKey('tenant', { name: 'Nordic' }))
    const second = await installation.root('POST', '/v1/tenants', withKey('tenant', { name: 'Nordic' }))

    expect(first.status).toBe(201)
    expect(second.text).toBe(first.text)
  })
})
