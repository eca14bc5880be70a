/** What an eUICC's object tells the rest of the house, by queue, after it has committed: the fleet index and events live on these. */
import type { OperationId, OperationStatus, OperationType, Reason } from './operation.ts'

interface ChangeBase {
  readonly tenant: string
  readonly eid: string
  /** Grows by one with each change of this eUICC: receivers order by it, drop repeats, and see gaps. */
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface ProfileEffect {
  readonly iccid: string
  readonly effect: 'installed' | 'enabled' | 'disabled' | 'deleted'
  readonly state: 'enabled' | 'disabled' | 'unknown'
  readonly serviceProviderName: string | null
}

export type Change =
  | (ChangeBase & {
      readonly kind: 'operation'
      readonly operation: {
        readonly id: OperationId
        readonly type: OperationType
        readonly status: OperationStatus
        readonly outcome: string | null
        readonly reason: Reason | null
        readonly origin: 'operator' | 'eim'
        readonly createdAt: number
        readonly campaign?: string | undefined
      }
    })
  | (ChangeBase & { readonly kind: 'late-result'; readonly operationId: OperationId })
  /** A package may be brought to the device at once. */
  | (ChangeBase & { readonly kind: 'push-wanted' })
  | (ChangeBase & { readonly kind: 'seen' })
  | (ChangeBase & { readonly kind: 'state-changed'; readonly cause: string })
  | (ChangeBase & {
      readonly kind: 'profiles'
      readonly profiles: readonly {
        readonly iccid: string
        readonly state: 'enabled' | 'disabled' | 'unknown'
        readonly serviceProviderName?: string | null
      }[]
      /** What is new in the picture. */
      readonly effects?: readonly ProfileEffect[]
    })
  | (ChangeBase & {
      readonly kind: 'notification'
      readonly operation: string | null
      readonly iccid: string | null
    })
  | (ChangeBase & { readonly kind: 'unverified-result'; readonly detail: string })
