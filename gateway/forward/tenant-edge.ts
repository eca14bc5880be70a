/**
 * The way of one tenant's requests to its edge: a bounded queue, a circuit, one repetition, one time limit. Tenants share
 * nothing, so that the trouble of one edge stays with its own devices.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Circuit } from './circuit.ts'
import type { EdgeAttempt, EdgeClient, EdgeRequest } from './edge-client.ts'

/** What became of a request; the last two never left. */
export type ForwardOutcome =
  | Exclude<EdgeAttempt, { kind: 'answered' }>
  | (Extract<EdgeAttempt, { kind: 'answered' }> & { readonly isRepeated: boolean })
  /** Too many of this tenant wait already. */
  | { readonly kind: 'queue-full' }
  /** The edge has failed too often of late. */
  | { readonly kind: 'suspended'; readonly forMs: number }

export interface TenantEdgeOptions {
  readonly client: EdgeClient
  /** Requests on their way and waiting. */
  readonly mostRequests: number
  /** Of one request, waiting and repetition included. */
  readonly timeoutMs: number
  /** Before the repetition. */
  readonly pauseMs: number
  /** Milliseconds, of a clock that does not jump. */
  readonly now: () => number
}

export class TenantEdge {
  readonly #options: TenantEdgeOptions
  readonly #circuit = new Circuit()
  #requests = 0

  constructor(options: TenantEdgeOptions) {
    this.#options = options
  }

  async ask(request: EdgeRequest): Promise<ForwardOutcome> {
    const { mostRequests, timeoutMs, now } = this.#options
    if (this.#requests >= mostRequests) return { kind: 'queue-full' }
    const forMs = this.#circuit.admit(now())
    if (forMs !== null) return { kind: 'suspended', forMs }
    this.#requests++
    try {
      const outcome = await this.#attemptTwice(request, AbortSignal.timeout(timeoutMs))
      if (isFailure(outcome)) this.#circuit.failed(now())
      else this.#circuit.succeeded()
      return outcome
    } finally {
      this.#requests--
    }
  }

  close(): Promise<void> {
    return this.#options.client.close()
  }

  /**
   * Repeated once, even when the edge may have taken the request in before the connection broke: ESipa messages are
   * idempotent there. A poll that was answered gets the same octets again, and a result or notification that was taken
   * in is acknowledged again; devices themselves repeat in just this way.
   */
  async #attemptTwice(request: EdgeRequest, signal: AbortSignal): Promise<ForwardOutcome> {
    const { client, pauseMs } = this.#options
    const first = await client.post(request, signal)
    if (isWorthRepeating(first)) {
      const isInTime = await sleep(pauseMs, true, { signal }).catch(() => false)
      if (isInTime) return withRepetition(await client.post(request, signal), true)
    }
    return withRepetition(first, false)
  }
}

function withRepetition(attempt: EdgeAttempt, isRepeated: boolean): ForwardOutcome {
  return attempt.kind === 'answered' ? { ...attempt, isRepeated } : attempt
}

/** An edge that says when to come again is not asked before. */
function isWorthRepeating(attempt: EdgeAttempt): boolean {
  if (attempt.kind === 'unreachable') return attempt.mayRecover
  return (
    attempt.kind === 'answered' &&
    (attempt.status === 502 || (attempt.status === 503 && attempt.retryAfter === null))
  )
}

/** Whether the edge has a trouble of its own: 500 is about one request; above it, about the edge. */
export function isFailure(outcome: ForwardOutcome): boolean {
  return outcome.kind === 'answered' ? outcome.status > 501 : outcome.kind !== 'too-large'
}
