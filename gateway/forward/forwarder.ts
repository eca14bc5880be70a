/** Takes complete requests of devices to the edge of their tenant, and always comes back with an answer for CoAP. */
import type { ForwardedClaims } from '../../shared/gateway/forwarded-request.ts'
import type { EdgeAnswer } from '../coap/index.ts'
import type { Configuration } from '../configuration/index.ts'
import type { Log } from '../telemetry/log.ts'
import { EdgeClient, type EdgeRequest } from './edge-client.ts'
import { createTokenSigner } from './identity-token.ts'
import { type ForwardOutcome, isFailure, TenantEdge } from './tenant-edge.ts'

export interface ForwardRequest {
  readonly tenant: string
  /** At the edge: `/gsma/rsp2/asn1` or `/gsma/rsp2/esipa/<function>`. */
  readonly path: string
  readonly body: Uint8Array
  readonly device: NonNullable<ForwardedClaims['device']>
}

export interface ForwarderOptions {
  readonly configuration: Pick<Configuration, 'node' | 'edge' | 'tenants'>
  readonly log: Log
  /** Called once for each request. */
  readonly observe: (outcome: ForwardOutcome['kind'], milliseconds: number) => void
  /** Before a repetition; 200 when left out. */
  readonly pauseMs?: number
  /** Milliseconds, of a clock that does not jump. */
  readonly now?: () => number
}

/** Fixed by SGP.32 §6.1 up to v1.2, and accepted since. CoAP has no form of this header. */
const ADMIN_PROTOCOL = 'gsma/rsp/v2.1.0'
const ASN1_PATH = '/gsma/rsp2/asn1'
const ASN1_TYPE = 'application/x-gsma-rsp-asn1'
const JSON_TYPE = 'application/json;charset=UTF-8'

const PAUSE_MS = 200
/** Seconds a device is asked to wait when the queue is full. */
const QUEUE_RETRY_SECONDS = 5

/** Instants, milliseconds since 1970; null for never. */
export interface EdgeContact {
  readonly lastAnswerAt: number | null
  readonly lastFailureAt: number | null
}

/** One for each worker. A reload makes another one, and closes this. */
export class Forwarder {
  readonly #edges: ReadonlyMap<string, TenantEdge>
  readonly #options: ForwarderOptions
  readonly #now: () => number
  #contact: EdgeContact = { lastAnswerAt: null, lastFailureAt: null }

  constructor(options: ForwarderOptions) {
    this.#options = options
    const now = options.now ?? (() => performance.now())
    this.#now = now
    const { node, edge, tenants } = options.configuration
    const sign = createTokenSigner(node.name, edge.tokenKey, edge.tokenKeyId)
    const { certificateAuthorities, connections, queueLimit, timeoutMs } = edge
    this.#edges = new Map(
      tenants.map(({ name, target }) => {
        // Half of the time, so that a second attempt has some.
        const connectTimeoutMs = timeoutMs / 2
        const client = new EdgeClient({ target, certificateAuthorities, connections, connectTimeoutMs, sign })
        const mostRequests = connections + queueLimit
        const pauseMs = options.pauseMs ?? PAUSE_MS
        return [name, new TenantEdge({ client, mostRequests, timeoutMs, pauseMs, now })]
      }),
    )
  }

  /** When any tenant's edge was there, and when one was not. */
  get contact(): EdgeContact {
    return this.#contact
  }

  /** Never rejects. At most one request of a device at a time: `CoapServer` sees to that. */
  async forward({ tenant, path, body, device }: ForwardRequest): Promise<EdgeAnswer> {
    const edge = this.#edges.get(tenant)
    // A reload has taken the tenant away while its devices keep their sessions.
    if (edge === undefined) return noAnswer(503, QUEUE_RETRY_SECONDS)
    const headers = {
      'Content-Type': path === ASN1_PATH ? ASN1_TYPE : JSON_TYPE,
      'X-Admin-Protocol': ADMIN_PROTOCOL,
    }
    const request: EdgeRequest = { path, headers, body, device }
    const from = this.#now()
    const outcome = await edge.ask(request)
    this.#options.observe(outcome.kind, this.#now() - from)
    this.#noteContact(outcome)
    return this.#answerOf(outcome, tenant)
  }

  /** Lets requests on their way end. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#edges.values(), (edge) => edge.close()))
  }

  #noteContact(outcome: ForwardOutcome): void {
    if (outcome.kind === 'queue-full' || outcome.kind === 'suspended') return
    const key = isFailure(outcome) ? 'lastFailureAt' : 'lastAnswerAt'
    this.#contact = { ...this.#contact, [key]: Date.now() }
  }

  #answerOf(outcome: ForwardOutcome, tenant: string): EdgeAnswer {
    const { log } = this.#options
    switch (outcome.kind) {
      case 'answered':
        if (outcome.status >= 300 && outcome.status < 400) {
          // A redirect could lead anywhere; the token is for the configured host only.
          log('error', 'edge_redirected', { tenant, status: outcome.status })
          return noAnswer(502)
        }
        // Its clock, or its key: the edge does not know this gateway, whatever the device.
        if (outcome.status === 401) log('error', 'edge_refused_token', { tenant })
        if (outcome.status > 501) log('warn', 'edge_failed', { tenant, status: outcome.status })
        return { status: outcome.status, body: outcome.body, retryAfter: outcome.retryAfter }
      case 'unreachable':
        log('error', 'edge_unreachable', { tenant, reason: outcome.reason })
        return noAnswer(502)
      case 'too-large':
        log('error', 'edge_answer_too_large', { tenant })
        return noAnswer(502)
      case 'timed-out':
        log('error', 'edge_timed_out', { tenant })
        return noAnswer(504)
      case 'queue-full':
        log('warn', 'edge_queue_full', { tenant })
        return noAnswer(503, QUEUE_RETRY_SECONDS)
      case 'suspended':
        return noAnswer(503, Math.ceil(outcome.forMs / 1000))
    }
  }
}

const NO_BODY = new Uint8Array()

function noAnswer(status: number, retryAfter: number | null = null): EdgeAnswer {
  return { status, body: NO_BODY, retryAfter }
}
