/** What main and its workers say to each other. All of it crosses by structured clone. */
import type { TransferOutcome, TransferRequest } from '../coap/index.ts'
import type { Configuration } from '../configuration/index.ts'
import type { Owner } from '../connection-id.ts'
import type { PeerAddress } from '../dtls/index.ts'
import type { SessionSave } from '../session-store/index.ts'
import type { WorkerReport } from '../telemetry/index.ts'

export interface WorkerData {
  readonly configuration: Configuration
  /** 0 for the first. */
  readonly index: number
  /** All share the port, or the first alone has it and gives the others their part. */
  readonly sharing: 'kernel' | 'fan-out'
}

/** A datagram and where it came from, or goes to. */
export interface Routed {
  readonly listener: number
  readonly datagram: Uint8Array
  readonly peer: PeerAddress
}

export type VaultCall =
  | { readonly call: 'save'; readonly sessions: readonly SessionSave[] }
  | { readonly call: 'claim'; readonly name: string }
  | {
      readonly call: 'remove'
      readonly sessions: readonly { readonly name: string; readonly generation: number }[]
    }

export type ToWorker =
  | { readonly kind: 'vault'; readonly id: number; readonly result?: unknown; readonly error?: string }
  /** Datagrams that reached another worker or node. `isRelayed`: answers go back through main. */
  | { readonly kind: 'deliver'; readonly routed: readonly Routed[]; readonly isRelayed: boolean }
  /** To be sent from the socket here. */
  | { readonly kind: 'send'; readonly routed: readonly Routed[] }
  | {
      readonly kind: 'transfer'
      readonly id: number
      readonly session: string
      readonly request: TransferRequest
    }
  | { readonly kind: 'report'; readonly id: number }
  | { readonly kind: 'configure'; readonly configuration: Configuration }
  /** Sessions of a node that has come back. */
  | { readonly kind: 'release'; readonly node: number }
  | { readonly kind: 'drain' }

export type FromWorker =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'vault'; readonly id: number } & VaultCall)
  /** For the owner, another worker or node. */
  | { readonly kind: 'hand-over'; readonly owner: Owner; readonly routed: readonly Routed[] }
  /** Answers for devices that speak to another node, or to the worker that has the socket. */
  | { readonly kind: 'send-back'; readonly routed: readonly Routed[] }
  | {
      readonly kind: 'transferred'
      readonly id: number
      readonly outcome: TransferOutcome | { readonly kind: 'unknown-session' }
    }
  | { readonly kind: 'report'; readonly id: number; readonly report: WorkerReport }
  | { readonly kind: 'drained' }
