/** Whether a call comes from whom the trigger was made for. */
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { toBase64, toHex } from '../../../shared/octets.ts'
import { BoundedCache } from '../../../shared/pki/bounded-cache.ts'
import type { Environment } from '../../environment.ts'
import { refusalOfTarget } from '../../events/index.ts'
import { type KeepingEnvironment, keepSecret, readSecret } from '../../keys/index.ts'
import { hashOfCredential } from '../credential.ts'
import { Problem } from '../problem.ts'
import { readOctets } from '../validation.ts'
import type { Authentication, Trigger } from './trigger.ts'

/** The newest first; the one before is good until a rotation is through. */
interface Secrets {
  readonly current: string
  readonly previous: string | null
  /** Milliseconds since the epoch. */
  readonly previousUntil: number
}

type CallerEnvironment = KeepingEnvironment & Pick<Environment, 'ALLOW_LOCAL_TARGETS'>

/** How long the secret before is taken besides, after a rotation. */
export const ROTATION_MS = 24 * 3_600_000
const SECRET_OCTETS = 32
const CLOCK_SKEW_SECONDS = 60
/** Signatures that only somebody with a private key can make. */
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256']

/** Key sets by their address: jose fetches them when needed, and again when a key is missing. */
const keySets = new BoundedCache<ReturnType<typeof createRemoteJWKSet>>(256)

/** Octets. A key takes some hundred, and issuers have few. */
const LARGEST_KEY_SET = 256 * 1024

/**
 * A redirect could lead anywhere, and what an address gives could be without end: tenants say where.
 *
 * @throws {Problem} unavailable
 */
async function fetchKeys(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'manual' })
  if (response.status !== 200) return response
  try {
    return new Response(await readOctets(response, LARGEST_KEY_SET), response)
  } catch (error) {
    // jose knows it by its name.
    if (error instanceof Error && error.name === 'TimeoutError') throw error
    if (!(error instanceof Problem))
      throw new Problem('unavailable', 'the keys of the issuer cannot be read', { cause: error })
    await response.body?.cancel()
    throw new Problem('unavailable', 'the keys of the issuer are more than fit', { cause: error })
  }
}

function refused(why: string): Problem {
  return new Problem('call-refused', why)
}

/** A secret of the kind that callers of `kind` sign with, or send. */
function newSecret(kind: Authentication['kind']): string {
  const octets = crypto.getRandomValues(new Uint8Array(SECRET_OCTETS))
  return kind === 'bearer' ? `trgkey_${toHex(octets).toLowerCase()}` : `whsec_${toBase64(octets)}`
}

/** Makes a secret and keeps it sealed; null for callers who need none of ours. */
export async function makeSecret(
  environment: KeepingEnvironment,
  { tenant, id, authentication: { kind } }: Pick<Trigger, 'tenant' | 'id' | 'authentication'>,
  now: number,
): Promise<string | null> {
  if (kind === 'jwt') return null
  const text = await readSecret(environment, tenant, id)
  const before = text === null ? null : (JSON.parse(text) as Secrets).current
  const current = newSecret(kind)
  const secrets: Secrets = { current, previous: before, previousUntil: now + ROTATION_MS }
  await keepSecret(environment, tenant, id, JSON.stringify(secrets))
  return current
}

async function validSecrets(
  environment: KeepingEnvironment,
  { tenant, id }: Trigger,
  now: number,
): Promise<string[]> {
  const text = await readSecret(environment, tenant, id)
  if (text === null) throw new Error(`the trigger ${id} has no secret`)
  const { current, previous, previousUntil } = JSON.parse(text) as Secrets
  return previous !== null && previousUntil > now ? [current, previous] : [current]
}

/** @throws {Problem} call-refused, unavailable */
export async function authenticateCaller(
  environment: CallerEnvironment,
  trigger: Trigger,
  request: Request,
  text: string,
  now: number,
): Promise<void> {
  const { authentication } = trigger
  switch (authentication.kind) {
    case 'standard-webhooks':
      return checkSignature(await validSecrets(environment, trigger, now), request, text)
    case 'bearer':
      return checkBearer(await validSecrets(environment, trigger, now), bearerOf(request))
    case 'jwt':
      return checkToken(environment, authentication, bearerOf(request), now)
  }
}

function checkSignature(secrets: readonly string[], { headers }: Request, text: string): void {
  const given = Object.fromEntries(headers)
  const faults = secrets.map((secret) => {
    try {
      new Webhook(secret).verify(text, given)
      return null
    } catch (error) {
      // The body is read as JSON by the library: whether it is, is for the caller of this to say.
      if (error instanceof SyntaxError) return null
      if (error instanceof WebhookVerificationError) return error.message
      throw error
    }
  })
  const [fault] = faults
  if (fault !== undefined && fault !== null && !faults.includes(null)) throw refused(fault)
}

function bearerOf(request: Request): string {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1]
  if (bearer === undefined) throw refused('send Authorization: Bearer …')
  return bearer
}

async function checkBearer(secrets: readonly string[], bearer: string): Promise<void> {
  const [given, ...known] = await Promise.all([bearer, ...secrets].map(hashOfCredential))
  if (given === undefined || !known.includes(given)) throw refused('the key is not the one of this trigger')
}

async function checkToken(
  { ALLOW_LOCAL_TARGETS }: CallerEnvironment,
  { issuer, audience, jwksUrl }: Extract<Authentication, { kind: 'jwt' }>,
  token: string,
  now: number,
): Promise<void> {
  const refusal = refusalOfTarget(jwksUrl, ALLOW_LOCAL_TARGETS === 'true')
  if (refusal !== null) throw new Problem('conflict', `the address of the issuer's keys ${refusal}`)
  const keys = keySets.get(jwksUrl) ?? createRemoteJWKSet(new URL(jwksUrl), { [customFetch]: fetchKeys })
  keySets.set(jwksUrl, keys)
  try {
    await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(now),
    })
  } catch (error) {
    if (error instanceof errors.JWKSTimeout || isUnreachable(error)) {
      throw new Problem('unavailable', 'the keys of the issuer cannot be fetched', { cause: error })
    }
    if (error instanceof errors.JOSEError) throw refused(`the token is not valid: ${error.message}`)
    throw error
  }
}

/** What jose says of an answer that is no key set, and fetch of no answer. */
function isUnreachable(error: unknown): boolean {
  return (
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC') ||
    (error instanceof TypeError && /fetch|network/i.test(error.message))
  )
}
