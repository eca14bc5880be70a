/** The HTTP door of ESipa (SGP.32 §6.1): headers and status codes are settled here, the rest behind. */
import { type Context, Hono } from 'hono'
import type { Octets } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import { eimHostOf } from '../keys/index.ts'
import { answeredAdminProtocol } from './admin-protocol.ts'
import { ASN1_BINDING, type Binding, jsonBindingOf } from './binding.ts'
import { runFunction } from './esipa-functions.ts'
import { UnreachedFault } from './esipa-request.ts'
import { logEvent } from './log.ts'
import { readMessage } from './request-body.ts'

type EsipaContext = Context<{ Bindings: Environment }>

const RETRY_AFTER_SECONDS = '30'

export const esipaApi = new Hono<{ Bindings: Environment }>()

esipaApi.all('/gsma/rsp2/asn1', (context) => serve(context, () => ASN1_BINDING))
esipaApi.all('/gsma/rsp2/esipa/:function', (context) =>
  serve(context, () => jsonBindingOf(context.req.param('function'))),
)

interface Trail {
  tenant: string
  eid: string | null
}

async function serve(context: EsipaContext, chooseBinding: () => Binding): Promise<Response> {
  const headers = new Headers({
    'X-Admin-Protocol': answeredAdminProtocol(context.req.raw.headers.get('X-Admin-Protocol')),
  })
  const trail: Trail = { tenant: '', eid: null }
  try {
    const binding = chooseBinding()
    if (context.req.method !== 'POST') {
      headers.set('Allow', 'POST')
      return new Response(null, { status: 405, headers })
    }
    const answer = await exchange(context, binding, trail)
    if (answer === null) return new Response(null, { status: 204, headers })
    headers.set('Content-Type', binding.contentType)
    return new Response(binding.toBody(answer), { headers })
  } catch (error) {
    return unreached(error, headers, trail)
  }
}

async function exchange(context: EsipaContext, binding: Binding, trail: Trail): Promise<Octets | null> {
  const environment = context.env
  const host = await eimHostOf(environment, new URL(context.req.url).hostname)
  if (!host) throw new UnreachedFault(404, 'there is no eIM at this host name')
  trail.tenant = host.tenant
  const body = await readMessage(context.req.raw, binding.mediaType)
  return runFunction({
    octets: binding.toMessage(body),
    transport: { binding: binding.name, via: 'https', deviceIdentity: null },
    host,
    environment,
    trail,
    waitUntil: (work) => context.executionCtx.waitUntil(work),
  })
}

/** The IPA reads any such status as "not delivered" and comes again; it would take an error in a message as final. */
function unreached(error: unknown, headers: Headers, trail: Trail): Response {
  const known = error instanceof UnreachedFault ? error : null
  const status = known?.status ?? 503
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
  logEvent(status === 503 ? 'esipa-failed' : 'esipa-refused', { ...trail, reason })
  if (status === 503) headers.set('Retry-After', RETRY_AFTER_SECONDS)
  headers.set('Content-Type', 'text/plain;charset=UTF-8')
  return new Response(known ? `${known.message}\n` : 'the eIM cannot answer now\n', { status, headers })
}
