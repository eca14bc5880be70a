/** The store of gateways' sessions and the push channel, as gateways call them. */
import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import { gatewayApi } from '../../../functions/gateway/index.ts'
import type { PushObject } from '../../../functions/gateway/push-object.ts'
import { PUSH_PATH } from '../../../shared/gateway/push-message.ts'
import { SESSION_STORE_PATHS as PATHS } from '../../../shared/gateway/session-store-message.ts'
import { prepareEnvironment } from '../test-environment.ts'
import { newGateway, type TestGateway } from './gateway-token.ts'

let environment: Environment
let one: TestGateway
let two: TestGateway

beforeAll(async () => {
  ;[one, two] = await Promise.all([newGateway('gw-1'), newGateway('gw-2')])
  environment = await prepareEnvironment({ GATEWAY_KEYS: JSON.stringify({ keys: [one.jwk, two.jwk] }) })
})

/** An answer's members, each where its kind of answer has it. */
interface StoreAnswer {
  readonly kind: string
  readonly generation: number
  readonly sessions: readonly { readonly kind: string }[]
}

const fetch = async (request: Request) => gatewayApi.fetch(request, environment, createExecutionContext())
async function post(gateway: TestGateway, path: string, body: unknown) {
  const response = await fetch(await gateway.request('POST', path, body))
  return { status: response.status, body: await response.json<StoreAnswer>() }
}

let names = 0
const newName = () =>
  `${(names++ % 256).toString(16).padStart(2, '0')}${crypto.randomUUID().replaceAll('-', '').slice(2)}`
const sealed = btoa('sealed')
const expiresAt = Date.now() + 86_400_000
const save = (gateway: TestGateway, name: string, generation: number | null, text = sealed) =>
  post(gateway, PATHS.save, { sessions: [{ kind: 'state', name, generation, sealed: text, expiresAt }] })

describe('the session store', () => {
  it('keeps a session and gives it to whoever claims it, once more each time', async () => {
    const name = newName()
    expect((await save(one, name, null)).body).toEqual({ sessions: [{ kind: 'saved', generation: 1 }] })
    expect((await post(two, PATHS.claim, { name })).body).toEqual({
      kind: 'claimed',
      generation: 2,
      sealed,
      progress: null,
    })
    expect((await post(one, PATHS.claim, { name })).body).toMatchObject({ generation: 3 })
    expect((await post(one, PATHS.claim, { name: newName() })).body).toEqual({ kind: 'unknown' })
  })

  it('refuses the one whose session another has claimed', async () => {
    const name = newName()
    await save(one, name, null)
    await post(two, PATHS.claim, { name })
    expect((await save(one, name, 1, btoa('old'))).body).toEqual({ sessions: [{ kind: 'fenced' }] })
    expect((await save(one, name, null)).body).toEqual({ sessions: [{ kind: 'fenced' }] })
    expect((await save(two, name, 2, btoa('new'))).body).toEqual({
      sessions: [{ kind: 'saved', generation: 2 }],
    })
    expect((await post(one, PATHS.claim, { name })).body).toMatchObject({ sealed: btoa('new') })
  })

  it('lets one of two that claim at once own it', async () => {
    const name = newName()
    await save(one, name, null)
    const claims = await Promise.all([post(one, PATHS.claim, { name }), post(two, PATHS.claim, { name })])
    expect(claims.map(({ body }) => body.generation).sort()).toEqual([2, 3])
    const saves = await Promise.all(claims.map(({ body }) => save(one, name, body.generation)))
    expect(saves.map(({ body }) => body.sessions[0]?.kind).sort()).toEqual(['fenced', 'saved'])
  })

  it('takes many sessions at once, and answers in their order', async () => {
    const sessions = Array.from({ length: 100 }, () => ({
      kind: 'state',
      name: newName(),
      generation: null,
      sealed,
      expiresAt,
    }))
    const known = sessions[7]
    if (!known) throw new Error('a hundred')
    await save(one, known.name, null)
    const { body } = await post(one, PATHS.save, { sessions })
    const kinds = body.sessions.map(({ kind }) => kind)
    expect(kinds).toHaveLength(100)
    expect(kinds.indexOf('fenced')).toBe(7)
    expect(kinds.lastIndexOf('fenced')).toBe(7)
  })

  it('takes the saves of gateways that know nothing of progress', async () => {
    const name = newName()
    const { body } = await post(one, PATHS.save, {
      sessions: [{ name, generation: null, sealed, expiresAt }],
    })
    expect(body).toEqual({ sessions: [{ kind: 'saved', generation: 1 }] })
    expect((await post(one, PATHS.claim, { name })).body).toMatchObject({ sealed, progress: null })
  })

  it.each([
    ['a number beyond the last record', { readEdge: 2 ** 48 - 1 }],
    ['a number before the first record', { readEdge: -2 }],
    ['a window of more than 64 bits', { windowLow: 2 ** 32 }],
    ['an instant before 1970', { lastSeen: -1 }],
    ['an instant of more than 48 bits', { lastSeen: 2 ** 48 }],
    ['no number', { windowHigh: null }],
  ])('refuses progress with %s: its owner could not seal the session any more', async (_what, wrong) => {
    const name = newName()
    await save(one, name, null)
    const progress = { readEdge: 5, windowLow: 1, windowHigh: 0, lastSeen: 1, ...wrong }
    const sessions = [{ kind: 'progress', name, generation: 1, progress, expiresAt }]
    expect((await post(one, PATHS.save, { sessions })).status).toBe(400)
  })

  it('forgets what is removed by its owner, and what has expired', async () => {
    const name = newName()
    await save(one, name, null)
    await post(one, PATHS.remove, { sessions: [{ name, generation: 9 }] })
    expect((await post(one, PATHS.claim, { name })).body.kind).toBe('claimed')
    await post(one, PATHS.remove, { sessions: [{ name, generation: 2 }] })
    expect((await post(one, PATHS.claim, { name })).body.kind).toBe('unknown')
    const old = newName()
    await post(one, PATHS.save, {
      sessions: [{ kind: 'state', name: old, generation: null, sealed, expiresAt: Date.now() - 1 }],
    })
    expect((await post(one, PATHS.claim, { name: old })).body.kind).toBe('unknown')
    const group = env.GATEWAY_SESSIONS.getByName(`eim.example.com:${old.slice(0, 2)}`)
    expect(await runDurableObjectAlarm(group)).toBe(true)
  })

  it('does not take a call twice: an old save would set numbers back', async () => {
    const name = newName()
    const body = { sessions: [{ kind: 'state', name, generation: null, sealed, expiresAt }] }
    const request = await one.request('POST', PATHS.save, body)
    expect((await fetch(request.clone())).status).toBe(200)
    expect((await fetch(request)).status).toBe(401)
  })

  it('is for gateways that speak for themselves', async () => {
    const claim = { name: newName() }
    const device = {
      identity: { kind: 'anonymous' },
      session: 's',
      address: '192.0.2.1:1',
      isProtected: true,
    } as const
    const forwarded = await one.request('POST', PATHS.claim, claim, { device })
    const stranger = await (await newGateway('gw-3')).request('POST', PATHS.claim, claim)
    const bare = new Request(`https://eim.example.com${PATHS.claim}`, { method: 'POST', body: '{}' })
    for (const request of [forwarded, stranger, bare]) expect((await fetch(request)).status).toBe(401)
    expect((await post(one, PATHS.claim, { name: 'short' })).status).toBe(400)
  })
})

describe('the push channel', () => {
  async function open(gateway: TestGateway): Promise<WebSocket> {
    const { webSocket } = await fetch(await gateway.request('GET', PUSH_PATH))
    if (!webSocket) throw new Error('no WebSocket')
    webSocket.accept()
    return webSocket
  }
  const push = { session: 's1', path: '/gsma/rsp2/asn1', octets: btoa('package'), timeoutMs: 1000 }

  it('takes a request to the gateway, and its outcome back', async () => {
    const channel = await open(one)
    channel.addEventListener('message', ({ data }) => {
      const { id, session } = JSON.parse(String(data))
      channel.send(JSON.stringify({ type: 'outcome', id, outcome: 'answered', octets: btoa(session) }))
    })
    const pushed = await environment.GATEWAY_PUSH.getByName('gw-1').push(push)
    expect(pushed).toEqual({ outcome: 'answered', octets: btoa('s1') })
  })

  it('says so when there is none', async () => {
    expect(await environment.GATEWAY_PUSH.getByName('gw-9').push(push)).toEqual({ outcome: 'away' })
  })

  it('keeps what is on its way over the new channel when the one before is gone', async () => {
    const channel = await open(one)
    const asked = new Promise<string>((resolve) =>
      channel.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data)).id)),
    )
    const object = env.GATEWAY_PUSH.getByName('gw-1')
    const pushed = object.push(push)
    const id = await asked
    await runInDurableObject(object, async (instance: PushObject) => {
      const { 0: before } = new WebSocketPair()
      before.accept()
      await instance.webSocketClose(before)
    })
    channel.send(JSON.stringify({ type: 'outcome', id, outcome: 'answered', octets: btoa('s1') }))
    expect(await pushed).toEqual({ outcome: 'answered', octets: btoa('s1') })
  })

  it('ends when it breaks while a push is on its way', async () => {
    const channel = await open(two)
    channel.addEventListener('message', () => channel.close())
    expect(await environment.GATEWAY_PUSH.getByName('gw-2').push(push)).toEqual({ outcome: 'unreachable' })
  })

  it('is closed to a gateway that talks nonsense', async () => {
    const channel = await open(one)
    const closed = vi.fn()
    channel.addEventListener('close', closed)
    channel.send('{"type":"outcome"}')
    await vi.waitFor(() => expect(closed).toHaveBeenCalled())
  })

  it('is opened with a token only', async () => {
    const bare = new Request(`https://eim.example.com${PUSH_PATH}`, { headers: { Upgrade: 'websocket' } })
    expect((await fetch(bare)).status).toBe(401)
  })
})
