import { feedOf } from '../../events/index.ts'
import { roleOf } from '../access.ts'
import { type Caller, keyOfSecret } from '../authenticate.ts'
import { refuseOtherSite } from '../cross-site.ts'
import { Problem } from '../problem.ts'
import { brakeFailures } from '../rate-limit.ts'
import { type Call, route } from '../route.ts'
import { NewSession } from '../schemas.ts'
import { endSession, NO_COOKIE, openSession } from '../session.ts'

function view({ key: { id, name, tenant, scopes, expiresAt }, session }: Caller) {
  return {
    key: { id, name, tenant, scopes, expiresAt },
    role: roleOf(scopes),
    expiresAt: session ? new Date(session.expiresAt).toISOString() : expiresAt,
  }
}

function callerOf({ key, session }: Call<unknown, unknown>): Caller {
  if (!key) throw new Problem('unauthenticated', 'there is no session')
  return { key, session }
}

export const sessionRoutes = [
  route({
    method: 'POST',
    path: '/v1/session',
    operationId: 'createSession',
    summary: 'Sign in: an API key for a session cookie',
    description:
      'For pages served by this very origin. The cookie is HttpOnly and stands for the key in every call; what changes something must then come from this origin. It ends after 12 hours, and with the key.',
    tag: 'API keys',
    access: 'none',
    body: NewSession,
    success: { status: 200, description: 'Whose session it is; the cookie is set' },
    examples: [{ summary: 'With a key', body: { apiKey: `key_${'0'.repeat(26)}_${'0'.repeat(64)}` } }],
    async handle({ environment: { FLEET }, request, body, now }) {
      refuseOtherSite(request)
      const address = request.headers.get('CF-Connecting-IP') ?? ''
      const key = await brakeFailures(address, now, () => keyOfSecret(FLEET, body.apiKey, now))
      const { session, cookie } = await openSession(FLEET, key, now)
      const actor = { kind: 'key', id: key.id, name: key.name } as const
      return {
        json: view({ key, session }),
        headers: { 'Set-Cookie': cookie },
        madeFor: { tenant: key.tenant, actor, sessionId: session.id },
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/session',
    operationId: 'getSession',
    summary: 'Who is signed in, and what they may do',
    tag: 'API keys',
    access: 'key',
    success: { status: 200, description: 'The key behind the session, or behind the call' },
    examples: [{ summary: 'When a page is opened' }],
    handle: async (call) => ({ json: view(callerOf(call)) }),
  }),
  route({
    method: 'DELETE',
    path: '/v1/session',
    operationId: 'deleteSession',
    summary: 'Sign out',
    tag: 'API keys',
    access: 'key',
    success: { status: 204, description: 'The session is over, and the cookie gone' },
    examples: [{ summary: 'At the end of the day' }],
    async handle({ environment, tenant, session }) {
      if (session) {
        const feed = feedOf(environment.EVENT_FEED, tenant)
        // First, since nobody could sign out again if it failed later; and once more for one that was just being opened.
        await feed.hangUp(session.id)
        await endSession(environment.FLEET, tenant, session.id)
        await feed.hangUp(session.id)
      }
      return { headers: { 'Set-Cookie': NO_COOKIE } }
    },
  }),
]
