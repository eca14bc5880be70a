/** The Durable Object at the edge's end of one gateway's push channel. It sleeps while nothing is pushed. */
import { DurableObject } from 'cloudflare:workers'
import { PUSH_PING, PUSH_PONG, PushOutcome } from '../../shared/gateway/push-message.ts'
import { ulid } from '../euicc/operation-id.ts'
import type { Push, Pushed, PushInterface } from '../transport/push-stub.ts'

/** More than the device has, for the way. */
const GRACE_MS = 5000

interface WaitingPush {
  /** That it went over. */
  readonly channel: WebSocket
  readonly resolve: (pushed: Pushed) => void
}

export class PushObject extends DurableObject implements PushInterface {
  /** By id: pushes that wait for their outcome. What restarts in between leaves the package to the next poll. */
  readonly #waiting = new Map<string, WaitingPush>()

  constructor(state: DurableObjectState, environment: unknown) {
    super(state, environment as Cloudflare.Env)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PUSH_PING, PUSH_PONG))
  }

  /** The gateway opens its channel; one that it had before is over. */
  override async fetch(_request: Request): Promise<Response> {
    for (const before of this.ctx.getWebSockets()) before.close(1000, 'opened again')
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  async push(request: Push): Promise<Pushed> {
    const channel = this.ctx.getWebSockets().find(({ readyState }) => readyState === WebSocket.OPEN)
    if (!channel) return { outcome: 'away' }
    const id = ulid(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
    const pushed = new Promise<Pushed>((resolve) => this.#waiting.set(id, { channel, resolve }))
    channel.send(JSON.stringify({ type: 'transfer', id, ...request }))
    const timer = setTimeout(() => this.#settle(id, { outcome: 'unreachable' }), request.timeoutMs + GRACE_MS)
    try {
      return await pushed
    } finally {
      clearTimeout(timer)
    }
  }

  override async webSocketMessage(channel: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const outcome = readOutcome(message)
    if (!outcome) {
      channel.close(1007, 'this is no outcome of a push')
      return
    }
    const { id, type: _outcome, ...pushed } = outcome
    this.#settle(id, pushed)
  }

  /** What went over another channel of the gateway still has its way. */
  override async webSocketClose(closed: WebSocket): Promise<void> {
    closed.close()
    for (const [id, { channel }] of this.#waiting) {
      if (channel === closed) this.#settle(id, { outcome: 'unreachable' })
    }
  }

  #settle(id: string, pushed: Pushed): void {
    this.#waiting.get(id)?.resolve(pushed)
    this.#waiting.delete(id)
  }
}

function readOutcome(message: string | ArrayBuffer): PushOutcome | undefined {
  if (typeof message !== 'string') return undefined
  try {
    return PushOutcome.safeParse(JSON.parse(message)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
