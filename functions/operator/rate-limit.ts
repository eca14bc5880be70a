/**
 * A brake, not a quota: a token bucket a key in each isolate, so that one runaway script cannot drown the others, and the
 * platform's own counter for a tenant. Exact limits over all isolates would cost every call a round trip.
 */
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import { Problem } from './problem.ts'

const CALLS_A_SECOND = 50
const BURST = 500
/** Of those who fail to sign in from one address. */
const FAILURES_A_SECOND = 0.1
const MOST_FAILURES = 20
const BUCKETS = 4096
/** The platform counts by the minute. */
const TENANT_PAUSE_SECONDS = 10

class TokenBuckets {
  readonly #buckets = new BoundedCache<{ readonly tokens: number; readonly at: number }>(BUCKETS)
  readonly #perSecond: number
  readonly #burst: number

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond
    this.#burst = burst
  }

  left(name: string, now: number): number {
    const { tokens, at } = this.#buckets.get(name) ?? { tokens: this.#burst, at: now }
    return Math.min(this.#burst, tokens + (Math.max(0, now - at) / 1000) * this.#perSecond)
  }

  take(name: string, now: number): void {
    this.#buckets.set(name, { tokens: Math.max(0, this.left(name, now) - 1), at: now })
  }
}

const calls = new TokenBuckets(CALLS_A_SECOND, BURST)
const failures = new TokenBuckets(FAILURES_A_SECOND, MOST_FAILURES)

/** Takes one token and gives the fields to show. @throws {Problem} too-many-requests */
export function takeToken(keyId: string, now: number): Readonly<Record<string, string>> {
  const policy = { 'RateLimit-Policy': `"calls";q=${BURST};w=${BURST / CALLS_A_SECOND}` }
  if (calls.left(keyId, now) < 1) {
    throw new Problem('too-many-requests', `at most ${CALLS_A_SECOND} calls a second, ${BURST} at once`, {
      headers: { ...policy, RateLimit: '"calls";r=0;t=1', 'Retry-After': '1' },
    })
  }
  calls.take(keyId, now)
  const left = Math.floor(calls.left(keyId, now))
  return { ...policy, RateLimit: `"calls";r=${left};t=${BURST / CALLS_A_SECOND}` }
}

/** Lets `signIn` run unless its address has failed too often. @throws {Problem} too-many-requests, and what it throws */
export async function brakeFailures<T>(address: string, now: number, signIn: () => Promise<T>): Promise<T> {
  if (failures.left(address, now) < 1) {
    const headers = { 'Retry-After': String(1 / FAILURES_A_SECOND) }
    throw new Problem('too-many-requests', 'too many attempts have failed; wait a little', { headers })
  }
  try {
    return await signIn()
  } catch (error) {
    if (error instanceof Problem) failures.take(address, now)
    throw error
  }
}

/** The platform's counter, which says yes or no and nothing else. @throws {Problem} too-many-requests */
export async function brakeTenant(counter: RateLimit | undefined, tenant: string): Promise<void> {
  const { success } = (await counter?.limit({ key: tenant })) ?? { success: true }
  if (success) return
  const headers = { 'Retry-After': String(TENANT_PAUSE_SECONDS) }
  throw new Problem('too-many-requests', 'the calls of all your keys together are too many', { headers })
}
