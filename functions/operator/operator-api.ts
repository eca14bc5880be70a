/** The door of the operator's API: finds the route, lets in who may, reads what the schemas allow, answers or explains. */
import { type Context, Hono } from 'hono'
import * as z from 'zod/mini'
import { type Octets, toHex } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import { audit, newTrail, type Trail } from './audit-trail.ts'
import { authenticateRoot, type Caller, credentialIn, identify, requireOwnCall } from './authenticate.ts'
import { documentation, problemPage } from './docs-page.ts'
import { openEventStream } from './event-stream.ts'
import { answerOnce, type Handled } from './idempotency.ts'
import { logFailure } from './log.ts'
import openApiDocument from './openapi/openapi.json' with { type: 'json' }
import { Problem, problemOf } from './problem.ts'
import { brakeTenant, takeToken } from './rate-limit.ts'
import type { Answer, Call, Route } from './route.ts'
import { ROUTES } from './routes/index.ts'
import { mediaTypeOf, parseJson, readOctets, readQuery, validate } from './validation.ts'

type ApiContext = Context<{ Bindings: Environment }>

const NO_KEY = { 'Cache-Control': 'no-store' } as const

export const operatorApi = new Hono<{ Bindings: Environment }>()

operatorApi.get('/docs', () => documentation(openApiDocument))
operatorApi.get('/docs/problems', () => problemPage())
operatorApi.get('/v1/openapi.json', () => Response.json(openApiDocument))

operatorApi.get('/v1/events/stream', async (context) => {
  try {
    return await openEventStream(context.env, context.req.raw)
  } catch (error) {
    return explain(context, error, newRequestId())
  }
})
for (const path of new Set(ROUTES.map((route) => route.path))) {
  const here = ROUTES.filter((route) => route.path === path)
  operatorApi.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) => serve(context, here))
}
operatorApi.all('*', (context) =>
  explain(
    context,
    new Problem('not-found', `there is no ${new URL(context.req.url).pathname}`),
    newRequestId(),
  ),
)

function newRequestId(): string {
  return `req_${toHex(crypto.getRandomValues(new Uint8Array(8))).toLowerCase()}`
}

async function serve(context: ApiContext, here: readonly Route[]): Promise<Response> {
  const requestId = newRequestId()
  try {
    const response = await runAudited(context, routeFor(context, here), requestId)
    response.headers.set('X-Request-Id', requestId)
    return response
  } catch (error) {
    return explain(context, error, requestId)
  }
}

/** @throws {Problem} method-not-allowed */
function routeFor(context: ApiContext, here: readonly Route[]): Route {
  // The router leaves the body out of what HEAD is answered.
  const wanted = context.req.method === 'HEAD' ? 'GET' : context.req.method
  const route = here.find(({ method }) => method === wanted)
  if (route) return route
  const allowed = here.map(({ method }) => method).join(', ')
  throw new Problem('method-not-allowed', `allowed here: ${allowed}`, { headers: { Allow: allowed } })
}

/** The one place where requests come into the audit log: after their effect, before their answer. */
async function runAudited(context: ApiContext, route: Route, requestId: string): Promise<Response> {
  const trail = newTrail()
  const answered = run(context, route, requestId, trail).catch((error: unknown) => {
    trail.refusal = problemOf(error).code
    return explain(context, error, requestId)
  })
  const response = await answered
  await audit(context.env, route, context.req.raw, requestId, trail, response.status)
  return response
}

/** The problem document of anything thrown. */
function explain(context: ApiContext, error: unknown, requestId: string): Response {
  const { pathname } = new URL(context.req.url)
  const problem = problemOf(error)
  if (problem !== error) logFailure({ requestId, request: context.req.raw }, error)
  const response = problem.toResponse(pathname, requestId)
  response.headers.set('X-Request-Id', requestId)
  return response
}

async function run(context: ApiContext, route: Route, requestId: string, trail: Trail): Promise<Response> {
  const {
    req: { raw: request },
    env: environment,
  } = context
  const now = Date.now()
  const caller = await admit(environment, route, request, now, trail)
  const key = caller?.key ?? null
  const tenant = key?.tenant ?? ''
  const limits = key ? takeToken(key.id, now) : {}
  if (key) await brakeTenant(environment.TENANT_RATE, key.tenant)
  trail.body = route.body || route.bodyTypes ? await readBody(route, request) : null
  const text = new TextDecoder().decode(trail.body ?? undefined)
  const handle = async () => {
    const call: Call<unknown, unknown> = {
      environment,
      tenant,
      key,
      session: caller?.session ?? null,
      params: context.req.param(),
      query: validate(route.query ?? NOTHING, readQuery(new URL(request.url))),
      body: route.body ? validate(route.body, parseJson(text)) : text,
      request,
      requestId,
      now,
      waitUntil: (work) => context.executionCtx.waitUntil(work),
    }
    const answer = await route.handle(call)
    trail.answer = answer
    return { response: toResponse(route, answer), lasting: answer.lasting ?? true }
  }
  const response = await onceOnly(environment, route, request, text, tenant, now, handle)
  for (const [name, value] of Object.entries({ ...NO_KEY, ...limits })) response.headers.set(name, value)
  return response
}

/** Routes without a query take none. */
const NOTHING = z.strictObject({})

async function admit(
  environment: Environment,
  route: Route,
  request: Request,
  now: number,
  trail: Trail,
): Promise<Caller | null> {
  if (route.access === 'none') return null
  if (route.access === 'root') {
    await authenticateRoot(environment.ROOT_API_KEY, request)
    return null
  }
  const caller = await identify(environment.FLEET, request, now)
  trail.caller = caller
  requireOwnCall(caller, request)
  if (route.access !== 'key' && !caller.key.scopes.includes(route.access)) {
    throw new Problem('insufficient-scope', `this needs the scope ${route.access}`)
  }
  return caller
}

async function readBody(route: Route, request: Request): Promise<Octets> {
  const types = route.bodyTypes ?? ['application/json']
  if (!types.includes(mediaTypeOf(request))) {
    throw new Problem('unsupported-media-type', `the body must be ${types.join(' or ')}`, {
      headers: { Accept: types.join(', ') },
    })
  }
  return readOctets(request, route.largestBody)
}

async function onceOnly(
  environment: Environment,
  route: Route,
  request: Request,
  body: string,
  tenant: string,
  now: number,
  handle: () => Promise<Handled>,
): Promise<Response> {
  const idempotencyKey = route.idempotent ? request.headers.get('Idempotency-Key') : null
  if (idempotencyKey === null) return (await handle()).response
  const { pathname, search } = new URL(request.url)
  return answerOnce(
    {
      db: environment.FLEET,
      tenant,
      key: idempotencyKey,
      method: route.method,
      path: pathname + search,
      body,
      now,
      bearer: route.showsSecret ? credentialIn(request) : null,
    },
    handle,
  )
}

function toResponse(
  route: Route,
  { status = route.success.status, headers = {}, json, raw }: Answer,
): Response {
  if (raw) return new Response(raw.body, { status, headers: { ...headers, 'Content-Type': raw.contentType } })
  return json === undefined
    ? new Response(null, { status, headers })
    : Response.json(json, { status, headers })
}
