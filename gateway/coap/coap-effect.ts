/** What goes into the CoAP core and comes out of it, and what it counts instead of telling. */
import type { BlockSize } from './block.ts'
import type { Noted } from './message-layer.ts'
import type { Timing } from './timing.ts'
import type { TransferOutcome } from './transfer.ts'

/** The security context a device speaks through. Its id must not be used again for another one. */
export interface DeviceSession {
  readonly id: number
  /** Octets of the longest message, from what both sides negotiated and the path allows. */
  readonly longestMessage: number
  /** The size of blocks wherever the client leaves the choice and the messages have room: 512 on NB-IoT. */
  readonly blockSize: BlockSize
  readonly timing: Timing
}

/**
 * The content of one record. `Origin` is whatever the shell finds the way back with, and its `Session` may hold more than
 * the core knows of: both are only handed back.
 */
export interface DeviceDatagram<Origin, Session extends DeviceSession = DeviceSession> {
  readonly session: Session
  readonly octets: Uint8Array
  readonly origin: Origin
  /** A name for the origin while nobody knows that the device receives there, otherwise undefined. */
  readonly unprovenPath: string | undefined
}

/** What the edge answered. An edge that cannot be reached is 502, one that does not answer in time 504. */
export interface EdgeAnswer {
  readonly status: number
  readonly body: Uint8Array
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | null
}

/** Names a request at the edge, for its answer. */
export interface ForwardedRequest {
  /** The id of its session. */
  readonly session: number
}

export type CoapEffect<Origin, Session extends DeviceSession = DeviceSession> =
  /** To where a request came from, or, without `to`, to where the device is believed to be. */
  | {
      readonly kind: 'send'
      readonly session: Session
      readonly octets: Uint8Array
      readonly to: Origin | undefined
    }
  /** A complete request for the edge, to be answered with `answer(exchange, …)`. */
  | {
      readonly kind: 'forward'
      readonly session: Session
      readonly exchange: ForwardedRequest
      readonly method: 'POST'
      readonly path: string
      readonly body: Uint8Array
      readonly origin: Origin
    }
  /** The end of a request of ours to the device: `transfer` is what `request` gave. */
  | {
      readonly kind: 'transferred'
      readonly session: Session
      readonly transfer: number
      readonly outcome: TransferOutcome
    }
  /** The device has shown that it receives at its origin (RFC 9175 §2.3). */
  | { readonly kind: 'address-proven'; readonly session: Session; readonly origin: Origin }

export type CoapReason =
  | Noted
  /** Requests refused by their options, paths or methods. */
  | 'refused'
  /** Bodies whose blocks do not fit together, or are too large. */
  | 'incomplete'
  | 'too-large'
  /** Blocks of a response that is kept no more. */
  | 'gone'
  | 'challenged'
  | 'forwarded'
  /** The edge did not answer in time. */
  | 'timed-out'

export type CoapCounters = Record<CoapReason, number>

export function createCoapCounters(): CoapCounters {
  return {
    malformed: 0,
    unexpected: 0,
    repeated: 0,
    ping: 0,
    overload: 0,
    undeliverable: 0,
    refused: 0,
    incomplete: 0,
    'too-large': 0,
    gone: 0,
    challenged: 0,
    forwarded: 0,
    'timed-out': 0,
  }
}
