/** What the API tells of operations. */

export interface Reason {
  readonly code: string
  readonly detail: string
  readonly wireCode?: { readonly name: string; readonly number: number }
}

export interface IndexedOperation {
  readonly id: string
  readonly eid: string
  readonly type: string
  readonly status: string
  readonly outcome: string | null
  readonly reason: Reason | null
  readonly origin: 'operator' | 'eim'
  readonly createdAt: string
  readonly updatedAt: string
}

export interface Operation extends IndexedOperation {
  readonly params: unknown
  readonly eimId: string
  readonly waiting: {
    readonly for: string
    readonly since: string
    readonly nextExpectedAt: string | null
    readonly detail: string
  } | null
  readonly mayHaveExecuted: boolean
  readonly priority: number
  readonly notBefore: string | null
  readonly deadline: string
  readonly after: string | null
  readonly retryOf: string | null
  readonly campaign: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly delivery: {
    readonly kind: string
    readonly eimTransactionId: string
    readonly counterValue: number | null
    readonly firstAt: string
    readonly lastAt: string
    readonly count: number
  } | null
  readonly results: readonly {
    readonly type: string
    readonly code: { readonly name: string; readonly number: number } | null
    readonly ok: boolean
    readonly data: unknown
  }[]
  readonly evidence: readonly string[]
}

export const OPERATION_STATUSES = [
  'held',
  'queued',
  'delivered',
  'executed',
  'succeeded',
  'failed',
  'expired',
  'cancelled',
] as const

const FINAL: readonly string[] = ['succeeded', 'failed', 'expired', 'cancelled']

export function isFinal(status: string): boolean {
  return FINAL.includes(status)
}

/** Until it has left, an operation can be taken back. */
export function canBeCancelled(status: string): boolean {
  return status === 'held' || status === 'queued'
}

export function canBeRetried(status: string): boolean {
  return isFinal(status) && status !== 'succeeded'
}
