/** What the simulated client is to offer, and what it remembers of a session to resume it. */
import type { KeyObject } from 'node:crypto'
import type { RandomSource } from '../../../gateway/dtls/named-group.ts'

export interface ClientOptions {
  readonly random: RandomSource
  readonly suites: readonly number[]
  readonly groups?: readonly number[]
  readonly psk?: { readonly identity: Buffer; readonly key: Buffer }
  readonly certificate?: { readonly chain: readonly Buffer[]; readonly key: KeyObject }
  readonly usesRawPublicKeys?: boolean
  /** The Connection ID to receive; empty to send them only. */
  readonly cid?: Buffer | undefined
  readonly checksRoutability?: boolean
  readonly serverName?: string
  /** Whether the server may be who it shows: a leaf certificate or, with raw public keys, a SubjectPublicKeyInfo, DER. */
  readonly trustsServer?: (credential: Buffer) => boolean
  readonly protocol?: string
  readonly takesTickets?: boolean
  readonly resume?: ClientSession
  /** Further extensions, or others in place of the usual ones. */
  readonly extensions?: ReadonlyMap<number, Buffer>
  readonly datagramLimit?: number
}

export interface ClientSession {
  readonly sessionId: Buffer
  readonly ticket: Buffer | undefined
  readonly master: Buffer
}
