/** `GET /v1/events/stream`: the live stream, a WebSocket. It stands beside the routes, for its answer is no JSON. */

import type { Environment } from '../environment.ts'
import { feedOf, LISTENER_HEADER, type Listener } from '../events/index.ts'
import { authenticate, type Caller } from './authenticate.ts'
import { Problem } from './problem.ts'

/** @throws {Problem} unauthenticated, cross-site, insufficient-scope, bad-request */
export async function openEventStream(environment: Environment, request: Request): Promise<Response> {
  const caller = await authenticate(environment.FLEET, request, Date.now())
  if (!caller.key.scopes.includes('events:read')) {
    throw new Problem('insufficient-scope', 'this needs the scope events:read')
  }
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
    throw new Problem('bad-request', 'open it as a WebSocket', { headers: { Upgrade: 'websocket' } })
  }
  const feed = feedOf(environment.EVENT_FEED, caller.key.tenant)
  const forwarded = new Request(request)
  const streamId = crypto.randomUUID()
  forwarded.headers.set(LISTENER_HEADER, JSON.stringify(listenerOf(caller, streamId)))
  const response = await feed.fetch(forwarded)
  try {
    // Whoever ended the key meanwhile has found no stream to end.
    await authenticate(environment.FLEET, request, Date.now())
  } catch (error) {
    await feed.hangUp(streamId)
    throw error
  }
  return response
}

function listenerOf({ key, session }: Caller, streamId: string): Listener {
  if (session) return { ids: [streamId, key.id, session.id], until: session.expiresAt }
  return { ids: [streamId, key.id], until: key.expiresAt === null ? null : Date.parse(key.expiresAt) }
}
