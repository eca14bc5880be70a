/**
 * A brake, not a quota: a token bucket a key in each isolate, so that one runaway script cannot drown the others. Exact
 * limits over all isolates would cost every call a round trip.
 */
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import { Problem } from './problem.ts'

const CALLS_A_SECOND = 50
const BURST = 500
const KEYS = 4096

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
