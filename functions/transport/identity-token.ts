/**
 * Who a request comes from when a gateway has forwarded it (`shared/gateway/forwarded-request.ts`): the token is verified
 * against the keys this installation knows, and against the very request it came with.
 */
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { Fault } from '../../shared/fault.ts'
import {
  ForwardedClaims,
  IDENTITY_HEADER,
  TOKEN_ALGORITHM,
  TOKEN_LIFETIME_SECONDS,
  TOKEN_TYPE,
} from '../../shared/gateway/forwarded-request.ts'
import { type Octets, toHex } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import type { UsedToken } from './used-token.ts'

/** The token is not believed; the message says why, and nothing of its content. */
export class TokenFault extends Fault {
  readonly code = 'identity-token'
}

/** A key of GATEWAY_KEYS: a JWK with, besides, what it may speak for. */
const GatewayKey = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string().min(1),
  /** The one gateway it belongs to; any when left out. */
  iss: z.string().optional(),
  /** eIM host names; all when left out. */
  eim_fqdns: z.array(z.string()).optional(),
})
type GatewayKey = z.infer<typeof GatewayKey>
const GatewayKeys = z.object({ keys: z.array(GatewayKey) })

interface KnownKeys {
  readonly text: string
  readonly find: ReturnType<typeof createLocalJWKSet>
  readonly byId: ReadonlyMap<string, GatewayKey>
}

const CLOCK_SKEW_SECONDS = 5
/** The clock of the object that remembers a token may be ahead of the one that verified it. */
const MARGIN_SECONDS = 60
const LOCAL_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Reading them costs more than one verification. */
let known: KnownKeys | undefined

/** @throws {TypeError} when they are no keys: whoever runs the installation has to mend that */
function knownKeys(text: string): KnownKeys {
  if (known?.text === text) return known
  const set = readKeys(text)
  const byId = new Map(set?.keys.map((key) => [key.kid, key]))
  if (!set || byId.size < set.keys.length) {
    throw new TypeError('GATEWAY_KEYS is no JWKS of P-256 keys, each with a kid of its own')
  }
  known = { text, find: createLocalJWKSet(set), byId }
  return known
}

function readKeys(text: string): z.infer<typeof GatewayKeys> | undefined {
  try {
    return GatewayKeys.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function usedToken({ iss, jti, exp }: ForwardedClaims): UsedToken {
  return { id: `${iss}:${jti}`, expiresAt: (exp + CLOCK_SKEW_SECONDS + MARGIN_SECONDS) * 1000 }
}

/** Null for a request that came by itself. */
export function tokenOf(request: Request): string | null {
  return request.headers.get(IDENTITY_HEADER)
}

/**
 * The claims of a request's token, made for the host name that was called.
 * @throws {TokenFault}
 */
export async function verifyToken(
  { GATEWAY_KEYS, DEFAULT_EIM_FQDN }: Pick<Environment, 'GATEWAY_KEYS' | 'DEFAULT_EIM_FQDN'>,
  token: string,
  request: Request,
  body: Octets,
  now = Date.now(),
): Promise<ForwardedClaims> {
  if (!GATEWAY_KEYS) throw new TokenFault('this installation knows no gateways')
  const { find, byId } = knownKeys(GATEWAY_KEYS)
  const { hostname, pathname, search } = new URL(request.url)
  // Only local: elsewhere a gateway that may speak for the one could speak for every other host name.
  const isDefault = DEFAULT_EIM_FQDN !== undefined && LOCAL_HOSTS.has(hostname)
  const hosts = isDefault ? [hostname, DEFAULT_EIM_FQDN] : [hostname]
  const { claims, kid } = await verified(token, find, hosts, now)
  const key = kid === undefined ? undefined : byId.get(kid)
  if (!key) throw new TokenFault('it names no key')
  if (key.iss !== undefined && key.iss !== claims.iss) throw new TokenFault('the key is another gateway’s')
  if (key.eim_fqdns && !key.eim_fqdns.includes(claims.aud)) {
    throw new TokenFault('the gateway may not speak for this eIM')
  }
  if (claims.exp - claims.iat > TOKEN_LIFETIME_SECONDS) throw new TokenFault('it is valid for too long')
  if (claims.method !== request.method || claims.path !== pathname + search) {
    throw new TokenFault('it was made for another request')
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
  if (claims.bodyDigest !== toHex(digest).toLowerCase()) throw new TokenFault('it was made for another body')
  return claims
}

async function verified(
  token: string,
  find: KnownKeys['find'],
  hosts: string[],
  now: number,
): Promise<{ claims: ForwardedClaims; kid: string | undefined }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, find, {
      algorithms: [TOKEN_ALGORITHM],
      typ: TOKEN_TYPE,
      audience: hosts,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now),
    })
    const claims = ForwardedClaims.safeParse(payload)
    if (!claims.success) throw new TokenFault('its claims are not those of a gateway')
    if (claims.data.iat > now / 1000 + CLOCK_SKEW_SECONDS) throw new TokenFault('it is not valid yet')
    return { claims: claims.data, kid: protectedHeader.kid }
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new TokenFault(reasonOf(error))
    throw error
  }
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed) return `its ${error.claim} is wrong`
  if (error instanceof errors.JWKSNoMatchingKey) return 'it was signed by nobody this installation knows'
  return 'its signature does not verify'
}
