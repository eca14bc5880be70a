/** The HTTP door of ESipa (SGP.32 §6.1): headers and status codes are settled here, the rest behind. */
import { type Context, Hono } from 'hono'
import { identityText } from '../../shared/gateway/forwarded-request.ts'
import type { Octets } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import type { Transport } from '../euicc/euicc-interface.ts'
import { eimHostOf } from '../keys/index.ts'
import { TokenFault, tokenOf, usedToken, verifyToken } from '../transport/identity-token.ts'
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
    transport: await transportOf(context, binding, body),
    host,
    environment,
    trail,
    waitUntil: (work) => context.executionCtx.waitUntil(work),
  })
}

/** Who sent it: a gateway says so in its token; TLS itself says so where devices have certificates of their own. */
async function transportOf(
  { req: { raw: request }, env: environment }: EsipaContext,
  { name: binding }: Binding,
  body: Octets,
): Promise<Transport> {
  const token = tokenOf(request)
  if (token === null) return { binding, via: 'https', deviceIdentity: certificateOf(request) }
  const claims = await verifyToken(environment, token, request, body).catch(refuseToken)
  const { device, iss } = claims
  if (!device) throw new UnreachedFault(401, 'the token names no device')
  return {
    binding,
    via: 'coap',
    deviceIdentity: device.isProtected ? identityText(device.identity) : null,
    token: {
      ...usedToken(claims),
      request: crypto.randomUUID(),
      gateway: iss,
      session: device.session,
    },
  }
}

function refuseToken(error: unknown): never {
  if (!(error instanceof TokenFault)) throw error
  throw new UnreachedFault(401, `the gateway’s token is refused: ${error.message}`, { cause: error })
}

/** A client certificate that the platform has verified. */
function certificateOf({ cf }: Request): string | null {
  const presented = (cf as IncomingRequestCfProperties | undefined)?.tlsClientAuth
  if (presented?.certVerified !== 'SUCCESS' || presented.certRevoked === '1') return null
  return identityText({ kind: 'certificate', thumbprint: presented.certFingerprintSHA256.toLowerCase() })
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
