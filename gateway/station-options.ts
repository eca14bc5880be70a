/** What a station is made of, and what it reaches the outside by. */
import type { BlockSize, CoapServerOptions, EdgeAnswer, Timing } from './coap/index.ts'
import type { PeerAddress, ServerOptions } from './dtls/index.ts'
import type { ForwardRequest } from './forward/index.ts'
import type { SessionNames } from './session-name.ts'
import type { SessionSeal, SessionVault } from './session-store/index.ts'
import type { Count } from './telemetry/index.ts'
import type { Log } from './telemetry/log.ts'

export interface StationPorts {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly send: (datagram: Buffer, to: PeerAddress) => void
  /** Never rejects. */
  readonly forward: (request: ForwardRequest) => Promise<EdgeAnswer>
  /** Whose session a datagram is for that is not here: `taken` by somebody else, or to be claimed here, or nobody's. */
  readonly handOver: (
    datagram: Buffer,
    from: PeerAddress,
    connectionId: Buffer,
  ) => 'taken' | 'claimable' | 'nobodys'
  readonly preSharedKey: (tenant: string, identity: string) => Uint8Array | undefined
  readonly vault: SessionVault
  readonly count: Count
  readonly log: Log
  /** `Station.timeout` is to be called then; undefined: not at all. Told after each change. */
  readonly wakeAt: (at: number | undefined) => void
}

export interface StationOptions {
  readonly dtls: ServerOptions
  readonly coap: CoapServerOptions
  readonly timing: Timing
  readonly blockSize: BlockSize
  readonly seal: SessionSeal
  readonly names: SessionNames
  /** Sessions silent for longer are forgotten. */
  readonly idleMs: number
  readonly ports: StationPorts
}
