/** The audit log seen from outside: what requests leave in it, what nobody asked for, and that an export proves itself. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditNamespace } from '../../../functions/audit/audit-stub.ts'
import { checkExport } from '../../../functions/audit/check-export.ts'
import { record, recordQueued } from '../../../functions/audit/index.ts'
import type { Message } from '../../../functions/events/event.ts'
import { announcement } from '../../../functions/events/index.ts'
import { toHex } from '../../../shared/octets.ts'
import {
  clientOf,
  EID,
  type Installation,
  install,
  newOperator,
  ORIGIN,
  OTHER_EID,
  settleCampaign,
} from './api-client.ts'

interface Entry {
  readonly sequence: number
  readonly id: string
  readonly actor: { readonly kind: string; readonly id: string; readonly name?: string }
  readonly action: string
  readonly target: string
  readonly from: string | null
  readonly outcome: { readonly status: number; readonly code?: string }
  readonly evidence: Readonly<Record<string, unknown>>
  readonly hash: string
}

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>
beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})

async function entries(query = ''): Promise<readonly Entry[]> {
  const reply = await operator.send('GET', `/v1/audit?${query}`)
  expect(reply.status).toBe(200)
  return reply.body.data
}

async function latest(): Promise<Entry | undefined> {
  return (await entries('limit=1'))[0]
}

async function sha256(text: string): Promise<string> {
  const octets = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return toHex(octets).toLowerCase()
}

const keyIdOf = (key: string) => key.replace(/_[0-9a-f]{64}$/, '')
const list = { eid: EID, type: 'profile.list' }

describe('a request', () => {
  it('that changes something is an entry: who, what, when, from where, how it ended, what proves it', async () => {
    const body = JSON.stringify(list)
    const headers = { 'CF-Connecting-IP': '192.0.2.7' }
    const reply = await operator.send('POST', '/v1/operations', { body, headers })

    expect(await latest()).toMatchObject({
      actor: { kind: 'key', id: keyIdOf(operator.key), name: 'first key' },
      action: 'createOperations',
      target: '/v1/operations',
      from: '192.0.2.7',
      outcome: { status: 202 },
      evidence: {
        requestId: reply.headers.get('X-Request-Id'),
        bodySha256: await sha256(body),
        operationIds: [reply.body.id],
      },
    })
  })

  it('that only reads is none', async () => {
    const before = await latest()

    await operator.send('GET', '/v1/euiccs')
    await operator.send('HEAD', '/v1/euiccs')
    await operator.send('POST', '/v1/decode', { body: { octets: 'BF2000' } })

    expect(await latest()).toEqual(before)
  })

  it.each([
    ['beyond the scopes', 403, 'insufficient-scope', 'POST', '/v1/operations', list],
    ['of what is not there', 404, 'not-found', 'POST', '/v1/operations', { ...list, eid: OTHER_EID }],
    ['that is wrong', 400, 'invalid-parameters', 'POST', '/v1/operations', { colour: 'red' }],
    ['without its condition', 428, 'precondition-required', 'PATCH', `/v1/euiccs/${EID}`, { group: 'a' }],
  ])('%s is an entry with the refusal', async (why, status, code, method, target, body) => {
    const role = why === 'beyond the scopes' ? 'viewer' : 'operator'
    const { body: made } = await operator.send('POST', '/v1/api-keys', { body: { name: role, role } })

    await clientOf(installation.environment, made.apiKey)(method, target, { body })

    expect(await latest()).toMatchObject({
      actor: { id: made.id, name: role },
      target,
      outcome: { status, code },
    })
  })

  it('by nobody we know, or braked, is none', async () => {
    const before = await latest()
    const braked = { ...installation.environment, TENANT_RATE: { limit: async () => ({ success: false }) } }

    const unknown = await installation.anonymous('POST', '/v1/operations', { body: list })
    const refused = await clientOf(braked, operator.key)('POST', '/v1/operations', { body: list })

    expect([unknown.status, refused.status]).toEqual([401, 429])
    expect(await latest()).toEqual(before)
  })

  it('names what it made, and no secret of it', async () => {
    const { body } = await operator.send('POST', '/v1/api-keys', { body: { name: 'secret', role: 'viewer' } })
    const endpoint = await operator.send('POST', '/v1/webhook-endpoints', {
      body: { url: 'https://hooks.example.com/?token=hidden' },
    })

    const [last, before] = await entries('limit=2')

    expect(last).toMatchObject({ action: 'createWebhookEndpoint', evidence: { id: endpoint.body.id } })
    expect(before).toMatchObject({ action: 'createApiKey', evidence: { id: body.id } })
    const exported = (await operator.send('GET', '/v1/audit/export')).text
    for (const secret of [body.apiKey, operator.key, endpoint.body.secret, 'hidden'])
      expect(exported).not.toContain(secret)
  })

  it('with many operations, or many rows, is one entry', async () => {
    const batch = await operator.send('POST', '/v1/operations', { body: { operations: [list, list] } })
    await operator.send('POST', '/v1/imports', {
      body: `eid\n${OTHER_EID}\n${EID}\n`,
      headers: { 'Content-Type': 'text/csv' },
    })

    const [imported, operations, before] = await entries('limit=3')

    const ids = batch.body.data.map(({ operation }: { operation: { id: string } }) => operation.id)
    expect(imported).toMatchObject({
      action: 'importEuiccs',
      evidence: { id: expect.stringMatching(/^imp_/) },
    })
    expect(operations).toMatchObject({ outcome: { status: 207 }, evidence: { operationIds: ids } })
    expect(before?.action).toBe('enrolEuiccs')
  })

  it('that is repeated says so', async () => {
    const ask = { body: list, headers: { 'Idempotency-Key': 'the-same' } }
    await operator.send('POST', '/v1/operations', ask)
    await operator.send('POST', '/v1/operations', ask)

    const [again, first] = await entries('limit=2')

    expect(again?.evidence).toMatchObject({ idempotencyKey: 'the-same', isReplay: true })
    expect(first?.evidence).toMatchObject({ idempotencyKey: 'the-same', operationIds: [expect.any(String)] })
    expect(first?.evidence).not.toHaveProperty('isReplay')
  })

  it('by a session says which, and whose key is behind it', async () => {
    const signedIn = await installation.anonymous('POST', '/v1/session', { body: { apiKey: operator.key } })
    const Cookie = (signedIn.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
    const page = (origin: string) =>
      installation.anonymous('POST', '/v1/operations', { body: list, headers: { Cookie, Origin: origin } })
    await page(ORIGIN)
    await page('https://evil.example')

    const [forged, done, opened] = await entries('limit=3')

    const sessionId = /ses_[0-9A-Z]{26}/.exec(Cookie)?.[0]
    const actor = { id: keyIdOf(operator.key), name: 'first key' }
    expect(opened).toMatchObject({
      action: 'createSession',
      actor: { kind: 'key', ...actor },
      evidence: { sessionId },
    })
    expect(done).toMatchObject({ actor: { kind: 'session', ...actor }, evidence: { sessionId } })
    expect(forged).toMatchObject({ outcome: { status: 403, code: 'cross-site' }, evidence: { sessionId } })
  })

  it('by the root key is in the log of the tenant it made', async () => {
    const [first] = (await entries('limit=1000')).toReversed()

    expect(first).toMatchObject({
      sequence: 1,
      actor: { kind: 'root' },
      action: 'createTenant',
      evidence: { id: operator.tenant },
    })
  })
})

describe('what nobody asked for', () => {
  const notice = (type: 'campaign.paused' | 'webhook_endpoint.disabled', subject: string, isAsked = false) =>
    announcement(
      { tenant: operator.tenant, type, subject, at: 1_795_000_000_000, data: { pause: { code: 'lost' } } },
      isAsked,
    )

  it('is an entry of the campaign, or of the eIM itself, once', async () => {
    const messages = [notice('campaign.paused', 'cmp_1'), notice('webhook_endpoint.disabled', 'whe_1')]
    await recordQueued(installation.environment, messages)
    await recordQueued(installation.environment, messages)

    const [disabled, paused, before] = await entries('limit=3')

    expect(paused).toMatchObject({
      actor: { kind: 'campaign', id: 'cmp_1' },
      action: 'campaign.paused',
      target: 'cmp_1',
      evidence: { pause: { code: 'lost' } },
    })
    expect(disabled).toMatchObject({
      actor: { kind: 'eim' },
      action: 'webhook_endpoint.disabled',
      target: 'whe_1',
    })
    expect(before?.action).toBe('enrolEuiccs')
  })

  it('is none where a request stands behind it, which is one already', async () => {
    const before = await latest()

    await recordQueued(installation.environment, [notice('campaign.paused', 'cmp_1', true)])

    expect(await latest()).toEqual(before)
  })

  it('is told by a campaign of what it does by itself, not of what it was told to do', async () => {
    const { body: campaign } = await operator.send('POST', '/v1/campaigns', {
      body: { name: 'a campaign', target: { filter: {} }, operation: { type: 'profile.list' } },
    })
    await settleCampaign(installation.environment, operator.tenant, campaign.id)
    await operator.send('POST', `/v1/campaigns/${campaign.id}/abort`)

    await vi.waitFor(async () => expect(await entries(`actor=${campaign.id}`)).toHaveLength(1), 10_000)

    const [byItself] = await entries(`actor=${campaign.id}`)
    expect(byItself).toMatchObject({ action: 'campaign.ready', target: campaign.id })
    const asked = await entries(`actor=${keyIdOf(operator.key)}&limit=2`)
    expect(asked.map(({ action }) => action)).toEqual(['abortCampaign', 'createCampaign'])
  })
})

describe('while the log cannot be reached', () => {
  function withoutLog() {
    const queued: Message[] = []
    const away = { append: () => Promise.reject(new Error('the object is moving')) }
    const environment = {
      ...installation.environment,
      AUDIT: { getByName: () => away } as unknown as AuditNamespace,
      CHANGES: { send: async (message: Message) => void queued.push(message) } as unknown as Queue<Message>,
    }
    return { environment, queued }
  }

  it('a request is answered all the same, and its entry comes by the queue, once', async () => {
    const { environment, queued } = withoutLog()
    const silenced = vi.spyOn(console, 'warn').mockImplementation(() => {})

    const reply = await clientOf(environment, operator.key)('POST', '/v1/operations', { body: list })
    const entry = queued.filter(({ kind }) => kind === 'audit')
    await recordQueued(installation.environment, entry)
    await recordQueued(installation.environment, entry)

    expect(reply.status).toBe(202)
    expect(silenced.mock.calls.join()).toContain('audit-deferred')
    silenced.mockRestore()
    const [last, before] = await entries('limit=2')
    expect(last).toMatchObject({ action: 'createOperations', evidence: { operationIds: [reply.body.id] } })
    expect(before?.action).toBe('enrolEuiccs')
  })

  it('and neither can the queue, the entry is in the Worker’s own log', async () => {
    const { environment } = withoutLog()
    const send = async () => {
      throw new Error('the queue is away')
    }
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const silenced = vi.spyOn(console, 'warn').mockImplementation(() => {})

    await record({ ...environment, CHANGES: { send } as unknown as Queue<Message> }, operator.tenant, {
      at: 1_795_000_000_000,
      actor: { kind: 'trigger', id: 'trg_1' },
      action: 'trigger.fired',
      target: 'trg_1',
      from: null,
      outcome: { status: 202 },
      evidence: {},
    })

    expect(logged.mock.calls.join()).toContain('"actor":{"kind":"trigger","id":"trg_1"}')
    logged.mockRestore()
    silenced.mockRestore()
  })
})

describe('reading the log', () => {
  it('needs the scope, which operators and viewers do not have', async () => {
    for (const role of ['viewer', 'operator']) {
      const { body } = await operator.send('POST', '/v1/api-keys', { body: { name: role, role } })
      const send = clientOf(installation.environment, body.apiKey)
      for (const path of ['', '/verify', '/export']) {
        expect((await send('GET', `/v1/audit${path}`)).status).toBe(403)
      }
    }
  })

  it('goes by actor, action and target, in pages, newest first', async () => {
    for (const group of ['a', 'b', 'c']) {
      await operator.send('PATCH', `/v1/euiccs/${EID}`, { body: { group }, headers: { 'If-Match': '*' } })
    }
    const query = `action=updateEuicc&target=/v1/euiccs/${EID}&actor=${keyIdOf(operator.key)}&limit=2`

    const first = await operator.send('GET', `/v1/audit?${query}`)
    const rest = await operator.send('GET', `/v1/audit?${query}&cursor=${first.body.nextCursor}`)

    const sequences = [...first.body.data, ...rest.body.data].map(({ sequence }: Entry) => sequence)
    expect(sequences).toHaveLength(3)
    expect(sequences).toEqual(sequences.toSorted((one, other) => other - one))
    expect(rest.body.nextCursor).toBeNull()
    expect(await entries('actor=key_unknown')).toEqual([])
  })

  it.each(['cursor=1', 'cursor=1-AB', `cursor=-1-${'0'.repeat(64)}`])('refuses verify?%s', async (query) => {
    expect((await operator.send('GET', `/v1/audit/verify?${query}`)).status).toBe(400)
  })

  it('finds it whole, and an export of it as well, by the code of the command', async () => {
    await operator.send('POST', '/v1/operations', { body: list })
    const { body: verdict } = await operator.send('GET', '/v1/audit/verify')
    const exported = await operator.send('GET', '/v1/audit/export')

    expect(exported.headers.get('Content-Type')).toBe('application/x-ndjson')
    const lines = exported.text.split('\n').slice(0, -1)
    const count = lines.length
    expect(verdict).toEqual({
      valid: true,
      entries: count,
      head: { sequence: count, hash: expect.any(String) },
      nextCursor: null,
    })
    expect(await checkExport(lines, verdict.head.hash)).toEqual({
      valid: true,
      text: `VALID: entries 1 to ${count}, head ${verdict.head.hash}`,
    })
    const forged = lines.map((line) => line.replace('createOperations', 'updateOperations'))
    expect(await checkExport(forged, null)).toEqual({
      valid: false,
      text: `BROKEN at entry ${count} (line ${count}): its hash does not fit its text`,
    })
  })

  it('goes on from where an export ended', async () => {
    const all = (await operator.send('GET', '/v1/audit/export')).text
    const first = (await operator.send('GET', '/v1/audit/export?limit=2')).text
    const rest = (await operator.send('GET', '/v1/audit/export?after=2')).text
    const none = await operator.send('GET', '/v1/audit/export?after=1000')

    expect(first.split('\n')).toHaveLength(3)
    expect(first + rest).toBe(all)
    expect(none).toMatchObject({ status: 200, text: '' })
  })

  it('takes a long log in pieces, each of which goes on where the last one ended', async () => {
    const { AUDIT } = installation.environment
    const entry = { actor: { kind: 'eim', id: 'eim' }, action: 'a', target: 't', from: null } as const
    const many = Array.from({ length: 2500 }, (_, id) => ({
      ...entry,
      id: `n${id}`,
      at: 1_795_000_000_000,
      outcome: { status: 200 },
      evidence: {},
    }))
    await AUDIT.getByName(operator.tenant).append(many)

    const entriesSoFar: number[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { entries: number; nextCursor: string | null; valid: boolean } } =
        await operator.send('GET', `/v1/audit/verify${cursor && `?cursor=${cursor}`}`)
      expect(body.valid).toBe(true)
      entriesSoFar.push(body.entries)
      cursor = body.nextCursor
    }
    const lines = (await operator.send('GET', '/v1/audit/export')).text.split('\n').slice(0, -1)

    expect(entriesSoFar).toEqual([1000, 2000, lines.length])
    expect(lines.length).toBeGreaterThan(2500)
    expect(await checkExport(lines, null)).toMatchObject({ valid: true })
  })
})
