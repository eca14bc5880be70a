/** `GET /v1/events/stream`: the live stream, a WebSocket. It stands beside the routes, for its answer is no JSON. */

import type { Environment } from '../environment.ts'
import { feedOf } from '../events/index.ts'
import { authenticate } from './authenticate.ts'
import { Problem } from './problem.ts'

/** @throws {Problem} unauthenticated, cross-site, insufficient-scope, bad-request */
export async function openEventStream(environment: Environment, request: Request): Promise<Response> {
  const { key } = await authenticate(environment.FLEET, request, Date.now())
  if (!key.scopes.includes('events:read')) {
    throw new Problem('insufficient-scope', 'this needs the scope events:read')
  }
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
    throw new Problem('bad-request', 'open it as a WebSocket', { headers: { Upgrade: 'websocket' } })
  }
  return feedOf(environment.EVENT_FEED, key.tenant).fetch(request)
}
