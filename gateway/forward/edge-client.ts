/** Asks the edge once: a POST over connections that stay open, with a token of its own, and what came of it. */
import { Pool } from 'undici'
import { type ForwardedClaims, IDENTITY_HEADER } from '../../shared/gateway/forwarded-request.ts'
import type { EdgeTarget } from '../configuration/index.ts'
import type { SignToken } from './identity-token.ts'
import { readRetryAfter } from './retry-after.ts'

export interface EdgeClientOptions {
  readonly target: EdgeTarget
  /** PEM; null for the public ones. */
  readonly certificateAuthorities: string | null
  readonly connections: number
  /** Milliseconds for one connection to stand. */
  readonly connectTimeoutMs: number
  readonly sign: SignToken
}

export interface EdgeRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Left out when the gateway speaks for itself. */
  readonly device?: ForwardedClaims['device']
}

export type EdgeAttempt =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly body: Uint8Array
      /** Seconds. */
      readonly retryAfter: number | null
    }
  /** No connection, or one that broke. `mayRecover` is false when the edge's certificate is not trusted. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly mayRecover: boolean }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'too-large' }

/** Octets of an answer at most. */
const LONGEST_ANSWER = 1024 * 1024
const KEEP_ALIVE_MS = 60_000

export class EdgeClient {
  /** Requests that can be on their way at a time; more wait for these. */
  readonly connections: number
  readonly #pool: Pool
  readonly #host: string
  readonly #hostHeader: Readonly<Record<string, string>>
  readonly #sign: SignToken

  constructor({ target, certificateAuthorities, connections, connectTimeoutMs, sign }: EdgeClientOptions) {
    this.connections = connections
    this.#sign = sign
    this.#host = target.host
    // SNI follows it. Otherwise it is the origin's, with its port.
    this.#hostHeader = target.host === new URL(target.origin).hostname ? {} : { Host: target.host }
    this.#pool = new Pool(target.origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxResponseSize: LONGEST_ANSWER,
      connect: {
        timeout: connectTimeoutMs,
        ...(certificateAuthorities === null ? {} : { ca: certificateAuthorities }),
      },
      // The caller's signal bounds the whole request.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** Never rejects. Redirects are answers like others. */
  async post({ path, headers, body, device }: EdgeRequest, signal: AbortSignal): Promise<EdgeAttempt> {
    try {
      const token = await this.#sign({ audience: this.#host, method: 'POST', path, body, device })
      const response = await this.#pool.request({
        method: 'POST',
        path,
        headers: { ...headers, ...this.#hostHeader, [IDENTITY_HEADER]: token },
        body,
        signal,
      })
      const retryAfter = readRetryAfter(single(response.headers['retry-after']), Date.now())
      return {
        kind: 'answered',
        status: response.statusCode,
        body: new Uint8Array(await response.body.arrayBuffer()),
        retryAfter,
      }
    } catch (error) {
      return classify(error, signal)
    }
  }

  /** Lets requests on their way end. */
  async close(): Promise<void> {
    await this.#pool.close()
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

/** How OpenSSL and Node call a certificate that is not believed. */
const DISTRUST = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH)/

function classify(error: unknown, signal: AbortSignal): EdgeAttempt {
  if (signal.aborted) return { kind: 'timed-out' }
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (reason === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return { kind: 'too-large' }
  return { kind: 'unreachable', reason, mayRecover: !DISTRUST.test(reason) }
}
