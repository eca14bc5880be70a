/**
 * What a gateway node is to do, with the contents of every file it names: plain data that crosses to a worker thread by
 * structured clone. Files are read once, so that all workers have the same keys, and a reload takes effect as a whole.
 */
import type { BlockSize, Timing } from '../coap/index.ts'
import type { ClientTrust, NamedGroup } from '../dtls/index.ts'

export interface Configuration {
  readonly node: NodeConfiguration
  readonly edge: EdgeConfiguration
  readonly listeners: readonly ListenerConfiguration[]
  readonly tenants: readonly TenantConfiguration[]
  readonly coap: CoapConfiguration
  readonly sessions: SessionsConfiguration
  /** Where /metrics, /health and /ready are served; null for nowhere. */
  readonly admin: SocketAddress | null
  /** The files this was read from, to be watched: absolute paths. */
  readonly files: readonly string[]
  /** What works, but will not for long, or not for everybody: one sentence each. */
  readonly warnings: readonly string[]
}

export interface SocketAddress {
  readonly host: string
  readonly port: number
}

export interface NodeConfiguration {
  /** `iss` of the tokens; the edge knows the node's key under this name. */
  readonly name: string
  /** 0 to 255; in every Connection ID of this node. */
  readonly number: number
  readonly workers: number
  /** 32 octets: seals sessions, hides node numbers in Connection IDs, authenticates nodes to each other. */
  readonly clusterKey: Uint8Array
  /** Still open what was sealed under them. */
  readonly previousClusterKeys: readonly Uint8Array[]
  readonly handOver: HandOverConfiguration | null
}

export interface HandOverConfiguration {
  readonly address: SocketAddress
  readonly peers: readonly { readonly number: number; readonly address: SocketAddress }[]
}

/** One host name of the edge. */
export interface EdgeTarget {
  /** Where to connect: `https://eim.example.com`. */
  readonly origin: string
  /** The eIM's host name, for Host, SNI and the tokens; that of the origin unless the file says otherwise. */
  readonly host: string
}

export interface EdgeConfiguration {
  /** Where the gateway's own calls go (push channel, session store). */
  readonly target: EdgeTarget
  /** PEM certificates that are trusted in place of the public CAs; null for the public ones. */
  readonly certificateAuthorities: string | null
  /** Signs the identity tokens: P-256, PKCS#8, DER. */
  readonly tokenKey: Uint8Array
  /** Its `kid` at the edge. */
  readonly tokenKeyId: string
  /** The whole of one request, retries and waiting for a connection included. */
  readonly timeoutMs: number
  /** Connections of one worker to one origin. */
  readonly connections: number
  /** Requests of one tenant that wait for a connection, in one worker; more are refused. */
  readonly queueLimit: number
  /** Whether the edge may push packages to devices. */
  readonly hasPush: boolean
}

export interface ListenerConfiguration {
  readonly address: SocketAddress
  /** False for CoAP in the clear, which is for laboratories. */
  readonly isProtected: boolean
  readonly timing: Timing
  readonly blockSize: BlockSize
  /** DTLS: first retransmission. */
  readonly initialTimeoutMs: number
  /** DTLS: octets of one handshake datagram. */
  readonly datagramLimit: number
  /** Codes, the favourite first. */
  readonly suites: readonly number[]
  readonly groups: readonly NamedGroup[]
  /** Serves clients that name no server. */
  readonly defaultTenant: string | null
}

export interface TenantConfiguration {
  readonly name: string
  /** Lower case. */
  readonly serverNames: readonly string[]
  /** Where the requests of its devices go. */
  readonly target: EdgeTarget
  readonly credentials: readonly CredentialConfiguration[]
  readonly clientAuthentication: 'none' | 'optional' | 'required'
  readonly trust: ClientTrust
  /** By identity. */
  readonly preSharedKeys: ReadonlyMap<string, Uint8Array>
}

export interface CredentialConfiguration {
  /** DER, leaf first; empty for a bare public key. */
  readonly chain: readonly Uint8Array[]
  /** PKCS#8, DER. */
  readonly key: Uint8Array
  /** The curve of the key. */
  readonly group: NamedGroup
  /** When the first certificate of the chain ends, milliseconds since 1970; null for a bare public key. */
  readonly notAfter: number | null
}

export interface CoapConfiguration {
  /** From a short Uri-Path to the path at the edge. */
  readonly aliases: ReadonlyMap<string, string>
  readonly bodyCode: '2.04' | '2.05'
}

export interface SessionsConfiguration {
  readonly store: 'sqlite' | 'edge' | 'memory'
  /** Of the SQLite store; null for the others. */
  readonly file: string | null
  /** A session that was silent for so long is forgotten. */
  readonly idleMs: number
}
