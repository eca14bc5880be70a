/** What an operator asks of one eUICC, and where that stands: the words of the API, the store and the events. */
import type { Json } from '../../shared/asn1/index.ts'

/** `op_` + ULID + `_` + the EID in base 36: sortable by age, and routable to its eUICC without an index. */
export type OperationId = string & { readonly __brand: 'OperationId' }

/** One step of an eUICC Package as the API takes it: ICCIDs are printed digits. */
export type PackageStep =
  | { readonly type: 'profile.enable'; readonly iccid: string; readonly rollback?: boolean | undefined }
  | { readonly type: 'profile.disable'; readonly iccid: string }
  | { readonly type: 'profile.delete'; readonly iccid: string }
  | { readonly type: 'profile.list'; readonly tagList?: string | undefined }
  | { readonly type: 'rat.get' }
  | {
      readonly type: 'immediate-enable.configure'
      readonly immediateEnable: boolean
      readonly defaultSmdpOid?: string | undefined
      readonly defaultSmdpAddress?: string | undefined
    }
  | { readonly type: 'fallback.set'; readonly iccid: string }
  | { readonly type: 'fallback.unset' }
  | { readonly type: 'default-dp.set'; readonly address: string }
  | { readonly type: 'eim.add'; readonly eimConfigurationData: Json }
  | { readonly type: 'eim.update'; readonly eimConfigurationData: Json; readonly keyId?: string | undefined }
  | { readonly type: 'eim.delete'; readonly eimId: string }
  | { readonly type: 'eim.list' }

/** Everything an operation can be: one step, several in one signed package, a data request, or a download trigger. */
export type OperationRequest =
  | PackageStep
  | { readonly type: 'package'; readonly steps: readonly PackageStep[] }
  | { readonly type: 'euicc.read'; readonly tags: readonly string[] }
  | { readonly type: 'profile.download'; readonly source: DownloadSource }

export type DownloadSource =
  | { readonly kind: 'activationCode'; readonly activationCode: string }
  | { readonly kind: 'defaultSmdp' }
  | { readonly kind: 'smds'; readonly smdsAddress?: string | undefined }

export type OperationType = OperationRequest['type']

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
export type OperationStatus = (typeof OPERATION_STATUSES)[number]

const FINAL: ReadonlySet<OperationStatus> = new Set(['succeeded', 'failed', 'expired', 'cancelled'])

export function isFinal(status: OperationStatus): boolean {
  return FINAL.has(status)
}

/** Why a non-final operation does not move. */
export type WaitingFor =
  | 'not-before'
  | 'predecessor'
  | 'campaign'
  | 'counter'
  | 'contact'
  | 'package-in-flight'
  | 'result'
  | 'recovery'
  | 'certificate'
  | 'evidence'
  | 'confirmation'

export interface Waiting {
  readonly for: WaitingFor
  /** RFC 3339 */
  readonly since: string
  readonly nextExpectedAt: string | null
  readonly detail: string
}

/** How an operation ended: stable `code`, the standard's wire code by name and number where one was received, and plain words. */
export interface Reason {
  readonly code: string
  readonly detail: string
  readonly wireCode?: { readonly name: string; readonly number: number } | undefined
  /** Index of the step of a package that decided. */
  readonly step?: number | undefined
}

/** When and in what order an operation may leave. */
export interface Schedule {
  /** −100 (last) to 100 (first), default 0. */
  readonly priority: number
  /** Milliseconds since the epoch; 0 = at once. */
  readonly notBefore: number
  /** Milliseconds since the epoch. */
  readonly deadline: number
  /** Operation of the same eUICC that must succeed first. */
  readonly after: OperationId | null
}

export interface NewOperation {
  readonly request: OperationRequest
  readonly schedule: Schedule
  readonly eimId: string
  /** Guards against self-made bricks are lifted. */
  readonly force: boolean
  readonly labels: { readonly [name: string]: string }
  readonly retryOf: OperationId | null
  /** W3C `traceparent` of the request that created it. */
  readonly traceparent: string | null
  /** `cmp_` + ULID of the campaign that made it, and without whose word it does not leave. */
  readonly campaign?: string | undefined
}

/** An operation as the API shows it. Times are RFC 3339. */
export interface OperationView {
  readonly id: OperationId
  readonly eid: string
  readonly type: OperationType
  readonly params: Json
  readonly eimId: string
  readonly origin: 'operator' | 'eim'
  readonly status: OperationStatus
  /** How it went: `done`, `refused` by the eUICC, `rolledBack`, `byEvidence` (seen done without its own result), `unknown`, or null before the end. */
  readonly outcome: 'done' | 'refused' | 'rolledBack' | 'byEvidence' | 'unknown' | 'notExecuted' | null
  readonly reason: Reason | null
  readonly waiting: Waiting | null
  /** Only for `expired` and unknown outcomes: whether the eUICC may have done it after all. */
  readonly mayHaveExecuted: boolean
  readonly priority: number
  readonly notBefore: string | null
  readonly deadline: string
  readonly after: OperationId | null
  readonly retryOf: OperationId | null
  readonly campaign: string | null
  readonly labels: { readonly [name: string]: string }
  readonly traceparent: string | null
  readonly createdAt: string
  readonly updatedAt: string
  /** Hand-outs so far: when, and how many times the same octets were given. */
  readonly delivery: {
    readonly kind: 'euiccPackage' | 'ipaEuiccData' | 'downloadTrigger'
    readonly eimTransactionId: string
    readonly counterValue: number | null
    readonly firstAt: string
    readonly lastAt: string
    readonly count: number
  } | null
  /** Result decoded, step by step in the order of the request. */
  readonly results: readonly StepResult[]
  /** Ids of the stored evidence, to be fetched with octets and verdict. */
  readonly evidence: readonly string[]
}

/** What the eUICC said of one step. `code` is null for results that carry data instead. */
export interface StepResult {
  readonly type: string
  readonly code: { readonly name: string; readonly number: number } | null
  readonly ok: boolean
  readonly data: Json
}
