/** What an endpoint asks its shell to do, and what it counts instead of telling. */
import type { PeerAddress } from './peer-address.ts'
import type { ServerHandshake } from './server-handshake.ts'
import type { Session } from './session.ts'

export type CloseReason =
  | 'close-notify'
  | 'peer-alert'
  | 'forgeries'
  /** Another handshake from the same address succeeded, and neither had a Connection ID. */
  | 'displaced'
  | 'idle'
  /** The tenant, or its trust in the peer, was removed from the configuration. */
  | 'untrusted'
  | 'local'

export type UnsentReason =
  /** More than three times what an unproven address has sent (RFC 9146 §6). */
  | 'unproven-address'
  /** No sequence number is left, or none reserved. */
  | 'no-sequence-number'
  | 'too-long'
  | 'unknown-session'

export type Effect =
  | { readonly kind: 'send'; readonly datagram: Buffer; readonly to: PeerAddress }
  | {
      readonly kind: 'established'
      readonly session: Session
      readonly serverName: string | undefined
      readonly protocol: string | undefined
      readonly isResumed: boolean
    }
  | {
      readonly kind: 'data'
      readonly session: Session
      readonly octets: Buffer
      /** Answer to this address, whatever the session's own is. */
      readonly from: PeerAddress
      /** Newer than all before: only such a record may move the peer's address. */
      readonly isNewest: boolean
    }
  | { readonly kind: 'closed'; readonly session: Session; readonly reason: CloseReason }
  /** To be answered with `providePsk(handshake, …)`. */
  | {
      readonly kind: 'psk-wanted'
      readonly handshake: ServerHandshake
      readonly tenant: string
      readonly identity: string
    }
  | { readonly kind: 'handshake-failed'; readonly peer: PeerAddress; readonly reason: string }
  | { readonly kind: 'address-changed'; readonly session: Session; readonly from: PeerAddress }
  /** Save the session again before its reserved sequence numbers run out. */
  | { readonly kind: 'reservation-low'; readonly session: Session }
  | { readonly kind: 'unsent'; readonly session: Session; readonly reason: UnsentReason }

/** Why records were dropped: counted, because a line for each would be a gift to whoever sends them. */
export type DropReason =
  | 'malformed'
  | 'unknown-connection-id'
  | 'unexpected-epoch'
  | 'unexpected-type'
  | 'unverified-or-replayed'
  | 'no-handshake'
  | 'hello-refused'
  | 'early'
  | 'plaintext-alert'

export type DropCounters = Record<DropReason, number>

export function createDropCounters(): DropCounters {
  return {
    malformed: 0,
    'unknown-connection-id': 0,
    'unexpected-epoch': 0,
    'unexpected-type': 0,
    'unverified-or-replayed': 0,
    'no-handshake': 0,
    'hello-refused': 0,
    early: 0,
    'plaintext-alert': 0,
  }
}
