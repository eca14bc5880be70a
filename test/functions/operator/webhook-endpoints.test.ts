/** Events out: what changes is in the log, told to endpoints with signatures that verify, and shown live. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EndpointObject } from '../../../functions/events/endpoint-object.ts'
import type { Message } from '../../../functions/events/event.ts'
import { publish } from '../../../functions/events/index.ts'
import { clientOf, EID, type Installation, install, newOperator } from './api-client.ts'

const URL_OF_HOOK = 'https://hooks.example.com/eim'

interface Received {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly redirect: string | undefined
}

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>
let received: Received[]
let answer: () => Response | Promise<Response>

beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
  received = []
  answer = () => new Response(null, { status: 204 })
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers))
    received.push({ url: `${url}`, headers, body: `${init?.body}`, redirect: init?.redirect })
    return answer()
  })
})
afterEach(() => vi.restoreAllMocks())

const changeOf = (sequence: number, tenant = operator.tenant): Message => ({
  kind: 'operation',
  tenant,
  eid: EID,
  sequence,
  at: Date.now(),
  operation: {
    id: `op_${sequence}` as never,
    type: 'profile.list',
    status: 'succeeded',
    outcome: 'done',
    reason: { code: 'done', detail: 'done' },
    origin: 'operator',
    createdAt: Date.now(),
  },
})

async function newEndpoint(body: object = {}) {
  const reply = await operator.send('POST', '/v1/webhook-endpoints', { body: { url: URL_OF_HOOK, ...body } })
  expect(reply.status).toBe(201)
  return reply.body as { readonly id: string; readonly secret: string }
}

function objectOf(id: string): DurableObjectStub<EndpointObject> {
  const { WEBHOOK_ENDPOINT } = installation.environment
  return (WEBHOOK_ENDPOINT as DurableObjectNamespace<EndpointObject>).getByName(`${operator.tenant}:${id}`)
}

/** Does what the endpoint's alarm would do now. */
function runAlarm(id: string): Promise<boolean> {
  return runDurableObjectAlarm(objectOf(id))
}

/** Lets the order of a new eUICC settle, then sends. */
async function send(id: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await runAlarm(id)
      const { body } = await operator.send('GET', `/v1/webhook-endpoints/${id}`)
      if (body.deliveries.delivered + body.deliveries.dead === 0 && received.length === 0)
        throw new Error('not yet')
    },
    { timeout: 8000, interval: 500 },
  )
}

describe('a webhook endpoint', () => {
  it('is told what it asked for, signed so that the reference implementation believes it', async () => {
    const endpoint = await newEndpoint({ types: ['operation.*'] })
    await publish(installation.environment, [changeOf(1), changeOf(1), changeOf(2)])
    await send(endpoint.id)
    await runAlarm(endpoint.id)
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([`evt_${EID}_1`, `evt_${EID}_2`])
    const [first] = received
    expect(first).toMatchObject({ url: URL_OF_HOOK, redirect: 'manual' })
    expect(new Webhook(endpoint.secret).verify(first?.body ?? '', first?.headers ?? {})).toMatchObject({
      specversion: '1.0',
      type: 'operation.succeeded',
      subject: EID,
      sequence: 1,
      data: { operationId: 'op_1', outcome: 'done' },
    })
    expect(() => new Webhook(endpoint.secret).verify(`${first?.body} `, first?.headers ?? {})).toThrow()
    const { body } = await operator.send('GET', `/v1/webhook-endpoints/${endpoint.id}/deliveries`)
    expect(body.data).toMatchObject([
      { state: 'delivered', attempts: 1, lastAnswer: 'HTTP 204', event: { sequence: 2 } },
      { state: 'delivered', event: { sequence: 1 } },
    ])
  }, 20_000)

  it('leaves nothing behind when it is removed while it is being told', async () => {
    const { id } = await newEndpoint()
    const failures = vi.spyOn(console, 'error')
    answer = async () => {
      await operator.send('DELETE', `/v1/webhook-endpoints/${id}`)
      return new Response(null, { status: 204 })
    }
    await publish(installation.environment, [changeOf(1)])
    await vi.waitFor(
      async () => {
        await runAlarm(id)
        expect(received).toHaveLength(1)
      },
      { timeout: 8000, interval: 500 },
    )

    const left = await runInDurableObject(objectOf(id), async (_, { storage }) => [
      await storage.getAlarm(),
      ...(await storage.list()),
      ...storage.sql.exec("SELECT name FROM sqlite_schema WHERE name NOT LIKE '_cf%'"),
    ])
    expect(left).toEqual([null])
    expect(failures).not.toHaveBeenCalled()
  }, 10_000)

  it('gets two signatures for a day after its secret was changed', async () => {
    const { id, secret } = await newEndpoint({ format: 'standard' })
    const rotated = await operator.send('POST', `/v1/webhook-endpoints/${id}/rotate-secret`)
    expect(rotated.status).toBe(200)
    expect((await operator.send('POST', `/v1/webhook-endpoints/${id}/test`)).status).toBe(202)
    await send(id)
    const { body, headers } = received[0] ?? { body: '', headers: {} }
    for (const each of [secret, rotated.body.secret]) {
      expect(new Webhook(each).verify(body, headers)).toMatchObject({ type: 'webhook_endpoint.test' })
    }
  })

  it('is told again what it did not take, and disabled when it is gone', async () => {
    const { id } = await newEndpoint()
    answer = () => new Response(null, { status: 500 })
    await operator.send('POST', `/v1/webhook-endpoints/${id}/test`)
    await send(id)
    const failing = await operator.send('GET', `/v1/webhook-endpoints/${id}`)
    expect(failing.body).toMatchObject({
      deliveries: { waiting: 1, dead: 0 },
      failingSince: expect.any(String),
    })
    answer = () => new Response(null, { status: 410 })
    await vi.waitFor(
      async () => {
        await runAlarm(id)
        expect(received.length).toBeGreaterThan(1)
      },
      { timeout: 15_000, interval: 500 },
    )
    const gone = await operator.send('GET', `/v1/webhook-endpoints/${id}`)
    expect(gone.body).toMatchObject({ disabled: expect.stringContaining('410'), deliveries: { dead: 1 } })
    const refused = await operator.send('POST', `/v1/webhook-endpoints/${id}/test`)
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } })
    answer = () => new Response(null, { status: 200 })
    await operator.send('PATCH', `/v1/webhook-endpoints/${id}`, { body: { enabled: true } })
    const dead = await operator.send('GET', `/v1/webhook-endpoints/${id}/deliveries?state=dead`)
    const eventId = dead.body.data[0].event.id
    const again = await operator.send('POST', `/v1/webhook-endpoints/${id}/deliveries/${eventId}/redeliver`)
    expect(again.status).toBe(202)
    await runAlarm(id)
    const { body } = await operator.send('GET', `/v1/webhook-endpoints/${id}`)
    expect(body).toMatchObject({ disabled: null, deliveries: { delivered: 1, dead: 0 } })
  }, 30_000)

  it('is sent a time again on request', async () => {
    const { id } = await newEndpoint({ types: ['key.rotated'] })
    await publish(installation.environment, [changeOf(1), changeOf(2)])
    const from = new Date(Date.now() - 60_000).toISOString()
    const reply = await operator.send('POST', `/v1/webhook-endpoints/${id}/replay`, {
      body: { from, types: ['operation.succeeded'] },
    })
    expect(reply).toMatchObject({ status: 202, body: { events: 2, next: null } })
    await runAlarm(id)
    await runAlarm(id)
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([`evt_${EID}_1`, `evt_${EID}_2`])
  })

  it.each([
    ['http://hooks.example.com/', 'https'],
    ['https://169.254.169.254/latest', 'public'],
    ['https://localhost/', 'public'],
    ['https://[::ffff:10.0.0.1]/', 'public'],
  ])('is not taken at %s', async (url, why) => {
    const reply = await operator.send('POST', '/v1/webhook-endpoints', { body: { url } })
    expect(reply).toMatchObject({
      status: 400,
      body: { code: 'invalid-parameters', errors: [{ pointer: '/url' }] },
    })
    expect(reply.body.errors[0].detail).toContain(why)
    const { id } = await newEndpoint()
    const changed = await operator.send('PATCH', `/v1/webhook-endpoints/${id}`, { body: { url } })
    expect(changed.status).toBe(400)
  })

  it('needs the scope, and types that exist', async () => {
    const { body: viewer } = await operator.send('POST', '/v1/api-keys', {
      body: { name: 'v', role: 'viewer' },
    })
    const asViewer = clientOf(installation.environment, viewer.apiKey)
    const refused = await asViewer('POST', '/v1/webhook-endpoints', { body: { url: URL_OF_HOOK } })
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } })
    expect((await asViewer('GET', '/v1/webhook-endpoints')).status).toBe(200)
    const body = { url: URL_OF_HOOK, types: ['operation.exploded'] }
    expect((await operator.send('POST', '/v1/webhook-endpoints', { body })).status).toBe(400)
  })
})

describe('the feed', () => {
  it('goes on from any point, without gap or repeat', async () => {
    await publish(installation.environment, [changeOf(1), changeOf(2)])
    await publish(installation.environment, [changeOf(2), changeOf(3)])
    const first = await operator.send('GET', '/v1/events?limit=2&type=operation.*')
    expect(first.body.data.map(({ sequence }: { sequence: number }) => sequence)).toEqual([1, 2])
    const rest = await operator.send('GET', `/v1/events?after=${first.body.nextCursor}&subject=${EID}`)
    expect(rest.body.data.map(({ sequence }: { sequence: number }) => sequence)).toEqual([3])
    const end = await operator.send('GET', `/v1/events?after=${rest.body.nextCursor}`)
    expect(end.body).toEqual({ data: [], nextCursor: rest.body.nextCursor })
  })

  it('goes back from the newest, page by page, to the first', async () => {
    await publish(installation.environment, [changeOf(1), changeOf(2), changeOf(3)])

    const latest = await operator.send('GET', '/v1/events?order=newest&limit=2&type=operation.*')
    const before = await operator.send(
      'GET',
      `/v1/events?order=newest&limit=2&before=${latest.body.nextCursor}&subject=${EID}`,
    )

    const sequences = ({ body }: typeof latest) =>
      body.data.map(({ sequence }: { sequence: number }) => sequence)
    expect([sequences(latest), sequences(before)]).toEqual([[3, 2], [1]])
    expect(before.body.nextCursor).toBeNull()
  })

  it('tells a listener at once, and only what is its tenant’s and what it asked for', async () => {
    const { operatorApi } = await import('../../../functions/operator/index.ts')
    const headers = { Authorization: `Bearer ${operator.key}`, Upgrade: 'websocket' }
    const address = 'https://eim.example.com/v1/events/stream?types=operation.*'
    const response = await operatorApi.fetch(new Request(address, { headers }), installation.environment)
    expect(response.status).toBe(101)
    const socket = response.webSocket
    const heard: { readonly sequence: number }[] = []
    socket?.addEventListener('message', ({ data }) => heard.push(JSON.parse(`${data}`)))
    socket?.accept()
    const other = await newOperator(installation)
    await publish(installation.environment, [
      changeOf(7, other.tenant),
      { kind: 'seen', tenant: operator.tenant, eid: EID, sequence: 8, at: 1 },
      changeOf(9),
    ])
    await vi.waitFor(() => expect(heard.map(({ sequence }) => sequence)).toEqual([9]))
    socket?.close()
  })

  it('opens to nobody without a key, and to nothing but a WebSocket', async () => {
    expect((await installation.anonymous('GET', '/v1/events/stream')).status).toBe(401)
    expect((await operator.send('GET', '/v1/events/stream')).status).toBe(400)
  })
})
