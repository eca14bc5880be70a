/** One try to tell one event to one endpoint: a POST, signed as Standard Webhooks says. */
import { Webhook } from 'standardwebhooks'
import type { Outcome } from './delivery-queue.ts'
import type { Endpoint } from './endpoint.ts'
import { cloudEvent, standardPayload, type TenantEvent } from './event.ts'

const TIMEOUT_MS = 15_000
/** Answers of a receiver that is overrun, and how long it is left alone when it does not say. */
const OVERRUN = new Set([429, 502, 504])
const OVERRUN_PAUSE_MS = 10_000

/** Headers and body of the request. `secrets`: each gives a signature, the first is the newest. */
export function requestOf(
  { format }: Pick<Endpoint, 'format'>,
  event: TenantEvent,
  secrets: readonly string[],
  now: number,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = JSON.stringify(format === 'cloudevents' ? cloudEvent(event) : standardPayload(event))
  const at = new Date(now)
  return {
    headers: {
      'Content-Type': format === 'cloudevents' ? 'application/cloudevents+json' : 'application/json',
      'User-Agent': 'edge-eim-webhooks/1',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(event.id, at, body)).join(' '),
    },
    body,
  }
}

/** Never throws: whatever goes wrong is an outcome. */
export async function deliver(
  endpoint: Pick<Endpoint, 'url' | 'format'>,
  event: TenantEvent,
  secrets: readonly string[],
  now: number,
): Promise<Outcome> {
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      // One that redirects could send us, and the signature, anywhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...requestOf(endpoint, event, secrets, now),
    })
    await response.body?.cancel()
    return outcomeOf(response, now)
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return { kind: 'failed', answer: isLate ? `no answer in ${TIMEOUT_MS / 1000} s` : 'cannot be reached' }
  }
}

function outcomeOf({ status, ok, headers }: Response, now: number): Outcome {
  const answer = `HTTP ${status}`
  if (ok) return { kind: 'taken', answer }
  if (status === 410) return { kind: 'gone', answer }
  const asked = retryAfter(headers.get('Retry-After'), now)
  const waitMs = asked ?? (OVERRUN.has(status) ? OVERRUN_PAUSE_MS : null)
  return waitMs === null ? { kind: 'failed', answer } : { kind: 'failed', answer, waitMs }
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfter(text: string | null, now: number): number | null {
  if (text === null) return null
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}
