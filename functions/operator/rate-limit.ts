/**
 * A brake, not a quota: a token bucket a key in each isolate, so that one runaway script cannot drown the others, and the
 * platform's own counter for a tenant. Exact limits over all isolates would cost every call a round trip.
 */
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import { Problem } from './problem.ts'

const CALLS_A_SECOND = 50
const BURST = 500
const KEYS = 4096
/** The platform counts by the minute. */
const TENANT_PAUSE_SECONDS = 10

interface Bucket {
  tokens: number
  filledAt: number
}

const buckets = new BoundedCache<Bucket>(KEYS)

/** Takes one token and gives the fields to show. @throws {Problem} too-many-requests */
export function takeToken(keyId: string, now: number): Readonly<Record<string, string>> {
  const bucket = buckets.get(keyId) ?? { tokens: BURST, filledAt: now }
  bucket.tokens = Math.min(BURST, bucket.tokens + ((now - bucket.filledAt) / 1000) * CALLS_A_SECOND)
  bucket.filledAt = now
  buckets.set(keyId, bucket)
  const policy = { 'RateLimit-Policy': `"calls";q=${BURST};w=${BURST / CALLS_A_SECOND}` }
  if (bucket.tokens < 1) {
    throw new Problem('too-many-requests', `at most ${CALLS_A_SECOND} calls a second, ${BURST} at once`, {
      headers: { ...policy, RateLimit: '"calls";r=0;t=1', 'Retry-After': '1' },
    })
  }
  bucket.tokens -= 1
  return { ...policy, RateLimit: `"calls";r=${Math.floor(bucket.tokens)};t=${BURST / CALLS_A_SECOND}` }
}

/** The platform's counter, which says yes or no and nothing else. @throws {Problem} too-many-requests */
export async function brakeTenant(counter: RateLimit | undefined, tenant: string): Promise<void> {
  const { success } = (await counter?.limit({ key: tenant })) ?? { success: true }
  if (success) return
  const headers = { 'Retry-After': String(TENANT_PAUSE_SECONDS) }
  throw new Problem('too-many-requests', 'the calls of all your keys together are too many', { headers })
}
