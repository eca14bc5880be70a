/** What an operator may choose about the CoAP side, and how much it may hold. */
import type { PathAliases } from './device-request.ts'

export interface CoapServerOptions {
  /** Numbers from 0 to below 1. */
  readonly random: () => number
  /** Octets that cannot be guessed, for Echo. */
  readonly randomOctets: (length: number) => Uint8Array
  readonly aliases: PathAliases
  /** 2.04 Changed, or 2.05 Content for clients that expect it whenever there is a body. */
  readonly bodyCode: '2.04' | '2.05'
  /** Octets of one request body. */
  readonly longestBody: number
  /** Octets of unfinished request bodies, of response bodies being fetched, and of replies kept for repetitions. */
  readonly mostBodyOctets: number
  readonly mostResponseOctets: number
  readonly mostReplyOctets: number
  /** Milliseconds without a question after which a response body is forgotten. */
  readonly responseLifetimeMs: number
  /** Milliseconds of silence after which an unfinished request body is forgotten: EXCHANGE_LIFETIME. */
  readonly bodyLifetimeMs: number
  /** Requests at the edge at one time. */
  readonly mostForwarded: number
  /** Milliseconds the edge may take before a device is answered 5.04. */
  readonly edgeTimeoutMs: number
}

export const DEFAULT_COAP_OPTIONS = {
  aliases: new Map<string, string>(),
  bodyCode: '2.04',
  longestBody: 256 * 1024,
  mostBodyOctets: 32 * 1024 * 1024,
  mostResponseOctets: 64 * 1024 * 1024,
  mostReplyOctets: 32 * 1024 * 1024,
  responseLifetimeMs: 247_000,
  bodyLifetimeMs: 247_000,
  mostForwarded: 1000,
  edgeTimeoutMs: 20_000,
} as const satisfies Partial<CoapServerOptions>
