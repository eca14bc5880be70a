/** What a campaign is: one operation for many eUICCs, wave by wave, at a pace and within limits at which it pauses itself. */
import type { NewOperation } from '../../euicc/operation.ts'
import type { EuiccFilter } from '../euicc-filter.ts'

/** `cmp_` + ULID */
export type CampaignId = string & { readonly __brand: 'CampaignId' }

/** Which eUICCs; those named in `eids`, or all that the filter finds when the campaign is made. */
export type CampaignTarget =
  | { readonly kind: 'filter'; readonly filter: EuiccFilter }
  | { readonly kind: 'eids'; readonly eids: readonly string[] }

/** The same for each eUICC; the profile of an enable may be named by its service provider and is looked up on each. */
export interface CampaignOperation {
  readonly request: NewOperation['request'] | EnableByProvider
  readonly priority: number
  readonly force: boolean
  readonly labels: NewOperation['labels']
}

export interface EnableByProvider {
  readonly type: 'profile.enable'
  readonly serviceProviderName: string
  readonly rollback?: boolean | undefined
}

/** So many eUICCs, or so many percent of all. The last wave always takes the rest. */
export type WaveSize = { readonly count: number } | { readonly percent: number }

/** What must hold in a wave before the next one starts. */
export interface Gate {
  /** Of the eUICCs of the wave, in percent, how many must have ended. */
  readonly endedPercent: number
  /** Of those that ended, in percent. */
  readonly successPercent: number
  /** Seconds to go on watching after that. */
  readonly soakSeconds: number
  /** `manual`: somebody has to say so as well. */
  readonly advance: 'automatic' | 'manual'
}

/** When the campaign pauses itself. */
export interface PauseLimits {
  /** The true failure rate is, with 95 % confidence, above this. Null: never. */
  readonly failurePercent: number | null
  /** eUICCs that took the package and were never seen again. Null: never. */
  readonly lost: number | null
  /** Seconds after hand-out without result and without any contact after which an eUICC counts as lost. */
  readonly lostAfterSeconds: number
}

/** Daily, by the clock of the device, of UTC or of a named zone; over midnight when `from` is later than `to`. */
export interface MaintenanceWindow {
  /** `HH:MM` */
  readonly from: string
  readonly to: string
  /** `device`: the eUICC's own time zone, UTC where none is known. Otherwise an IANA name. */
  readonly timeZone: string
}

export interface Retries {
  /** Further tries for each eUICC after one that failed or expired. */
  readonly most: number
  readonly afterSeconds: number
}

export interface CampaignPlan {
  readonly name: string
  readonly target: CampaignTarget
  readonly operation: CampaignOperation
  /** Null: canary first, in the usual sizes. */
  readonly waves: readonly WaveSize[] | null
  readonly gate: Gate
  readonly pauseAt: PauseLimits
  /** Hand-outs a minute over all eUICCs; null: no limit. */
  readonly ratePerMinute: number | null
  readonly window: MaintenanceWindow | null
  readonly retries: Retries
  /** Milliseconds since the epoch: no operation outlives it. */
  readonly deadline: number
}

export const CAMPAIGN_STATES = [
  /** Looking up whom it concerns. */
  'preparing',
  /** May be looked at and started. */
  'ready',
  'running',
  'paused',
  'finished',
  /** Ended by somebody before it was through; operations that had not left are cancelled. */
  'aborted',
  /** Ended by its deadline. */
  'expired',
] as const
export type CampaignState = (typeof CAMPAIGN_STATES)[number]

export const TARGET_STATUSES = [
  /** Its wave has not come yet. */
  'waiting',
  /** Its operation waits for the device and for the pace of the campaign. */
  'queued',
  /** The operation has left, or is just leaving. */
  'delivered',
  /** Delivered, and neither a result nor any contact since. */
  'lost',
  'retrying',
  'succeeded',
  'failed',
  'expired',
  'cancelled',
  /** Left out, with the reason. */
  'skipped',
] as const
export type TargetStatus = (typeof TARGET_STATUSES)[number]

/** Why a campaign does not go on: stable code, plain words. */
export interface Pause {
  readonly code: 'operator' | 'failures' | 'lost' | 'wave-failed' | 'wave-done'
  readonly detail: string
}

/** eUICCs by status. */
export type Tally = { readonly [Status in TargetStatus]: number }

export interface CampaignView {
  readonly id: CampaignId
  readonly state: CampaignState
  readonly pause: Pause | null
  readonly plan: CampaignPlan
  readonly createdBy: string
  readonly createdAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly total: Tally
  /** The first is the canary. Empty while preparing. */
  readonly waves: readonly WaveView[]
  /** Of those left out: how many, by reason. */
  readonly skipped: Readonly<Record<string, number>>
}

export interface WaveView {
  readonly number: number
  readonly size: number
  readonly state: 'waiting' | 'running' | 'passed'
  readonly tally: Tally
}

export interface TargetView {
  readonly eid: string
  readonly wave: number | null
  readonly status: TargetStatus
  readonly attempt: number
  readonly operationId: string | null
  readonly reason: { readonly code: string; readonly detail: string } | null
  readonly changedAt: number
}
