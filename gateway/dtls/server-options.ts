/** Everything a port is configured with. Keys, names and randomness come from here; nothing is read from outside. */
import type { ClientTrust } from './client-trust.ts'
import type { CookieOffice } from './cookie.ts'
import type { NamedGroup, RandomSource } from './named-group.ts'
import type { PeerIdentity } from './peer-identity.ts'
import type { ResumptionStore } from './resumption.ts'
import type { ServerCredential } from './server-credential.ts'

export interface TenantPolicy {
  readonly tenant: string
  /** Host names (lower case) that lead here; a name in this list is acknowledged (RFC 6066 §3). */
  readonly serverNames: readonly string[]
  /** In order of preference; empty for a tenant with pre-shared keys only. */
  readonly credentials: readonly ServerCredential[]
  readonly clientAuthentication: 'none' | 'optional' | 'required'
  readonly trust: ClientTrust
  readonly hasPreSharedKeys: boolean
}

export interface ServerOptions {
  readonly random: RandomSource
  readonly cookies: CookieOffice
  /** The policy for a host name, or for clients that send none; `undefined` refuses the name. */
  tenantFor(serverName: string | undefined): TenantPolicy | undefined
  /**
   * Whether a tenant, by its present configuration, believes a peer that has proven its identity before. Asked at the
   * end of each handshake, of tickets, of saved sessions, and by `evictUntrusted` of all live ones.
   */
  trusts(tenant: string, identity: PeerIdentity): boolean
  /** Suites by code, the favourite first. */
  readonly suites: readonly number[]
  readonly groups: readonly NamedGroup[]
  /** Octets of every Connection ID of this port: one length, or records could not be delimited (RFC 9146 §3). */
  readonly cidLength: number
  /** A Connection ID nobody has; it may carry the number of node and worker. */
  newCid(): Buffer
  /** ALPN names, the favourite first. */
  readonly applicationProtocols: readonly string[]
  readonly resumption?: ResumptionStore
  /** First retransmission, milliseconds: 2 s, or 9 s for constrained networks (RFC 7925 §11). */
  readonly initialTimeoutMs: number
  /** Octets of one handshake datagram. */
  readonly datagramLimit: number
  /** Zeros up to a multiple of this in records with a Connection ID; 0 for none. */
  readonly paddingMultiple: number
  /** Handshakes in progress at once. */
  readonly handshakeLimit: number
}

export const DEFAULT_DATAGRAM_LIMIT = 1232
export const DEFAULT_INITIAL_TIMEOUT_MS = 2000
export const CONSTRAINED_INITIAL_TIMEOUT_MS = 9000
export const DEFAULT_CID_LENGTH = 8
