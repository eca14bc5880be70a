/** The live stream: whom it opens to, and what ends it. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { feedOf } from '../../../functions/events/index.ts'
import { operatorApi } from '../../../functions/operator/index.ts'
import { type Installation, install, newOperator, ORIGIN } from './api-client.ts'

const LIFE_OF_A_SESSION_MS = 12 * 3_600_000
const OWN = { Origin: ORIGIN }
const POLICY_VIOLATION = 1008

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
})

type Headers = Readonly<Record<string, string>>

function bearer(apiKey: string): Headers {
  return { Authorization: `Bearer ${apiKey}` }
}

async function newViewer(): Promise<{ readonly id: string; readonly apiKey: string }> {
  const { body } = await operator.send('POST', '/v1/api-keys', { body: { name: 'a key', role: 'viewer' } })
  return body
}

/** As a page of our own has it. */
async function cookie(apiKey: string): Promise<Headers> {
  const { headers } = await installation.anonymous('POST', '/v1/session', { body: { apiKey } })
  return { Cookie: (headers.get('Set-Cookie') ?? '').split(';')[0] ?? '', ...OWN }
}

function askFor(headers: Headers, environment = installation.environment): Response | Promise<Response> {
  const request = new Request(`${ORIGIN}/v1/events/stream`, { headers: { Upgrade: 'websocket', ...headers } })
  return operatorApi.fetch(request, environment)
}

interface Stream {
  /** Undefined while it is open. */
  closedWith: number | undefined
}

function follow(socket: WebSocket | null): Stream {
  if (!socket) throw new Error('no WebSocket')
  const stream: Stream = { closedWith: undefined }
  socket.addEventListener('close', ({ code }) => {
    stream.closedWith = code
  })
  socket.accept()
  return stream
}

async function listen(headers: Headers): Promise<Stream> {
  const { status, webSocket } = await askFor(headers)
  expect(status).toBe(101)
  return follow(webSocket)
}

async function expectRefused(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ code })
}

describe('the live stream opens', () => {
  it('by cookie, to a page of our own only', async () => {
    const { Cookie = '', ...own } = await cookie((await newViewer()).apiKey)

    await listen({ Cookie, ...own })

    await expectRefused(await askFor({ Cookie }), 403, 'cross-site')
    await expectRefused(await askFor({ Cookie, Origin: 'https://evil.example' }), 403, 'cross-site')
  })

  it('not once the session has ended', async () => {
    const headers = await cookie(operator.key)
    await installation.anonymous('DELETE', '/v1/session', { headers })
    await expectRefused(await askFor(headers), 401, 'unauthenticated')
  })

  it('to nobody whose key ended while it was opened', async () => {
    const { id, apiKey } = await newViewer()
    const feed = feedOf(installation.environment.EVENT_FEED, operator.tenant)
    const streams: Stream[] = []
    const slow: typeof feed = {
      publish: (events) => feed.publish(events),
      hangUp: (each) => feed.hangUp(each),
      fetch: async (request) => {
        await operator.send('DELETE', `/v1/api-keys/${id}`)
        const response = await feed.fetch(request)
        streams.push(follow(response.webSocket))
        return response
      },
    }

    const environment = { ...installation.environment, EVENT_FEED: { getByName: () => slow } }
    await expectRefused(await askFor(bearer(apiKey), environment), 401, 'unauthenticated')

    await vi.waitFor(() => expect(streams).toEqual([{ closedWith: POLICY_VIOLATION }]))
  })
})

describe('the live stream ends', () => {
  it('with its key, also when it came by a session, and with no other', async () => {
    const viewer = await newViewer()
    const other = await listen(bearer((await newViewer()).apiKey))
    const theirs = [await listen(bearer(viewer.apiKey)), await listen(await cookie(viewer.apiKey))]

    await operator.send('DELETE', `/v1/api-keys/${viewer.id}`)

    const closed = { closedWith: POLICY_VIOLATION }
    await vi.waitFor(() => expect(theirs).toEqual([closed, closed]))
    expect(other).toEqual({ closedWith: undefined })
  })

  it('with its session, and not with another one of the same key', async () => {
    const headers = await cookie(operator.key)
    const signedOut = await listen(headers)
    const other = await listen(await cookie(operator.key))

    await installation.anonymous('DELETE', '/v1/session', { headers })

    await vi.waitFor(() => expect(signedOut).toEqual({ closedWith: POLICY_VIOLATION }))
    expect(other).toEqual({ closedWith: undefined })
  })

  it('before it tells anything after its session has expired', async () => {
    const stream = await listen(await cookie(operator.key))
    const feed = feedOf(installation.environment.EVENT_FEED, operator.tenant)
    await feed.publish([])
    expect(stream).toEqual({ closedWith: undefined })

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + LIFE_OF_A_SESSION_MS })
    await feed.publish([])

    await vi.waitFor(() => expect(stream).toEqual({ closedWith: POLICY_VIOLATION }))
  })

  it('with its key, whatever the caller said of itself', async () => {
    const { id, apiKey } = await newViewer()
    const forged = JSON.stringify({ ids: ['somebody'], until: null })
    const stream = await listen({ ...bearer(apiKey), 'Edge-Eim-Listener': forged })

    await operator.send('DELETE', `/v1/api-keys/${id}`)

    await vi.waitFor(() => expect(stream).toEqual({ closedWith: POLICY_VIOLATION }))
  })

  it('when the key had been deleted, but the stream could not be reached then', async () => {
    const { id, apiKey } = await newViewer()
    const stream = await listen(bearer(apiKey))
    await installation.environment.FLEET.prepare('DELETE FROM api_keys WHERE id = ?').bind(id).run()

    const { status } = await operator.send('DELETE', `/v1/api-keys/${id}`)

    expect(status).toBe(404)
    await vi.waitFor(() => expect(stream).toEqual({ closedWith: POLICY_VIOLATION }))
  })
})
