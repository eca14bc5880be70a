/** The push channel against a real WebSocket server. */

import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { createTokenSigner } from '../../../gateway/forward/index.ts'
import { PushChannel } from '../../../gateway/push/push-channel.ts'
import { IDENTITY_HEADER } from '../../../shared/gateway/forwarded-request.ts'
import { PUSH_PATH, type PushOutcome, type PushRequest } from '../../../shared/gateway/push-message.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sign = createTokenSigner('gw', privateKey.export({ format: 'der', type: 'pkcs8' }))

let server: ReturnType<typeof createServer>
let sockets: WebSocketServer
let channel: PushChannel | undefined
const opened: { readonly socket: WebSocket; readonly url: string; readonly token: string }[] = []

beforeEach(async () => {
  opened.length = 0
  server = createServer()
  sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, request) => {
    opened.push({
      socket,
      url: request.url ?? '',
      token: String(request.headers[IDENTITY_HEADER.toLowerCase()]),
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  vi.useRealTimers()
  await channel?.close()
  for (const socket of sockets.clients) socket.terminate()
  sockets.close()
  await new Promise((resolve) => server.close(resolve))
})

function open(transfer: (request: PushRequest) => Promise<PushOutcome>): void {
  const { port } = server.address() as AddressInfo
  channel = new PushChannel({
    target: { origin: `http://127.0.0.1:${port}`, host: '127.0.0.1' },
    certificateAuthorities: null,
    sign,
    transfer,
    log: () => undefined,
    random: () => 0,
  })
}

async function socketNumber(count: number): Promise<WebSocket> {
  await vi.waitFor(() => expect(opened.length).toBeGreaterThanOrEqual(count), { timeout: 5000 })
  const { socket } = opened[count - 1] ?? {}
  if (!socket) throw new Error('not opened')
  return socket
}

const request: PushRequest = {
  type: 'transfer',
  id: 'p1',
  session: 's1',
  path: '/gsma/rsp2/asn1',
  octets: 'AAAA',
  timeoutMs: 1000,
}
const unreachable = async ({ id }: PushRequest): Promise<PushOutcome> => ({
  type: 'outcome',
  id,
  outcome: 'unreachable',
})

describe('the push channel', () => {
  it('opens with a token of the gateway, and answers each request once', async () => {
    const asked: PushRequest[] = []
    open(async (each) => {
      asked.push(each)
      return { type: 'outcome', id: each.id, outcome: 'answered', octets: 'BBBB' }
    })
    const socket = await socketNumber(1)
    const heard: string[] = []
    socket.on('message', (message) => heard.push(String(message)))
    socket.send(JSON.stringify(request))
    await vi.waitFor(() => expect(heard).toHaveLength(1))
    expect(JSON.parse(heard[0] ?? '')).toEqual({
      type: 'outcome',
      id: 'p1',
      outcome: 'answered',
      octets: 'BBBB',
    })
    expect(asked).toEqual([request])
    expect(opened[0]).toMatchObject({ url: PUSH_PATH })
    expect(opened[0]?.token.split('.')).toHaveLength(3)
  })

  it('opens again when it was closed, with another token', async () => {
    open(unreachable)
    const first = await socketNumber(1)
    first.terminate()
    await socketNumber(2)
    expect(opened[1]?.token).not.toBe(opened[0]?.token)
  })

  it('keeps the connection that took the place of a silent one, when that ends at last', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    open(unreachable)
    const silent = await socketNumber(1)
    await vi.waitFor(() => expect(channel?.isOpen).toBe(true))
    // Neither a pong nor an answer to the closing handshake comes from it any more.
    silent.pause()
    vi.advanceTimersByTime(60_000)
    const second = await socketNumber(2)
    await vi.waitFor(() => expect(channel?.isOpen).toBe(true))

    silent.terminate()
    // What the second says afterwards is answered: nobody has given it up.
    await new Promise((resolve) => silent.once('close', resolve))
    const heard = new Promise((resolve) => second.once('message', resolve))
    second.send(JSON.stringify(request))
    await heard

    expect(channel?.isOpen).toBe(true)
    expect(opened).toHaveLength(2)
  })

  it('does not mind what it cannot read', async () => {
    open(unreachable)
    const socket = await socketNumber(1)
    const heard: string[] = []
    socket.on('message', (message) => heard.push(String(message)))
    for (const nonsense of ['{', '[]', '{"type":"transfer"}', '{"type":"transfer","id":7}'])
      socket.send(nonsense)
    socket.send(Buffer.from([1, 2, 3]))
    socket.send(JSON.stringify(request))
    await vi.waitFor(() => expect(heard).toHaveLength(1))
    expect(JSON.parse(heard[0] ?? '')).toMatchObject({ id: 'p1', outcome: 'unreachable' })
  })

  it('ends when it is told to', async () => {
    open(unreachable)
    const socket = await socketNumber(1)
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await channel?.close()
    await closed
    expect(channel?.isOpen).toBe(false)
  })
})
