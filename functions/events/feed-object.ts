/** The Durable Object behind a tenant's live stream: its listeners stay connected while it sleeps. */
import { DurableObject } from 'cloudflare:workers'
import { cloudEvent, matches, type TenantEvent } from './event.ts'
import { type FeedInterface, LISTENER_HEADER, type Listener } from './feed-stub.ts'

/** What a listener wants, and until when it may have it. */
interface Wanted {
  readonly types: readonly string[]
  readonly subject: string | null
  readonly until: number | null
}

export const PING = 'ping'
const PONG = 'pong'
const MOST_LISTENERS = 1000
/** Close codes (RFC 6455 §7.4.1, and IANA's registry). */
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008
const TRY_AGAIN_LATER = 1013

export class FeedObject extends DurableObject implements FeedInterface {
  constructor(state: DurableObjectState, environment: unknown) {
    super(state, environment as Cloudflare.Env)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
  }

  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const types = searchParams.get('types')?.split(',') ?? ['*']
    const { ids, until } = JSON.parse(request.headers.get(LISTENER_HEADER) ?? '') as Listener
    const wanted: Wanted = { types, subject: searchParams.get('subject'), until }
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server, [...ids])
    server.serializeAttachment(wanted)
    if (this.ctx.getWebSockets().length > MOST_LISTENERS) server.close(TRY_AGAIN_LATER, 'too many listeners')
    return new Response(null, { status: 101, webSocket: client })
  }

  async publish(events: readonly TenantEvent[]): Promise<void> {
    for (const listener of this.ctx.getWebSockets()) {
      if (listener.readyState !== WebSocket.OPEN) continue
      const { types, subject, until } = listener.deserializeAttachment() as Wanted
      if (until !== null && until <= Date.now()) {
        listener.close(POLICY_VIOLATION, 'the key or session has expired')
        continue
      }
      for (const event of events) {
        const isWanted = matches(types, event.type) && (subject === null || subject === event.subject)
        if (isWanted) listener.send(JSON.stringify(cloudEvent(event)))
      }
    }
  }

  async hangUp(id: string): Promise<void> {
    for (const listener of this.ctx.getWebSockets(id)) {
      listener.close(POLICY_VIOLATION, 'the key or session has ended')
    }
  }

  /** The stream goes one way. */
  override async webSocketMessage(listener: WebSocket): Promise<void> {
    listener.close(UNSUPPORTED_DATA, 'nothing is taken here')
  }

  override async webSocketClose(listener: WebSocket): Promise<void> {
    listener.close()
  }
}
