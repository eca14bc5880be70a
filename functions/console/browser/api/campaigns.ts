/** What the API tells of campaigns. */
export const CAMPAIGN_STATES = [
  'preparing',
  'ready',
  'running',
  'paused',
  'finished',
  'aborted',
  'expired',
] as const
export type CampaignState = (typeof CAMPAIGN_STATES)[number]

export const TARGET_STATUSES = [
  'waiting',
  'queued',
  'delivered',
  'lost',
  'retrying',
  'succeeded',
  'failed',
  'expired',
  'cancelled',
  'skipped',
] as const
export type TargetStatus = (typeof TARGET_STATUSES)[number]

export type Tally = Readonly<Record<TargetStatus, number>>

export interface CampaignSummary {
  readonly id: string
  readonly name: string
  readonly state: CampaignState
  readonly pause: { readonly code: string; readonly detail: string } | null
  readonly createdBy: string
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly total: Tally
}

export interface Wave {
  readonly number: number
  readonly size: number
  readonly state: 'waiting' | 'running' | 'passed'
  readonly tally: Tally
}

export interface Gate {
  readonly endedPercent: number
  readonly successPercent: number
  readonly soakSeconds: number
  readonly advance: 'automatic' | 'manual'
}

export interface PauseLimits {
  readonly failurePercent: number | null
  readonly lost: number | null
  readonly lostAfterSeconds: number
}

export interface Campaign extends CampaignSummary {
  readonly target:
    | { readonly eids: readonly string[] }
    | { readonly filter: Readonly<Record<string, string>> }
  readonly operation: {
    readonly type: string
    readonly params: unknown
    readonly priority: number
    readonly labels: Readonly<Record<string, string>>
    readonly force: boolean
  }
  /** Empty while it is being prepared. */
  readonly waves: readonly Wave[]
  readonly gate: Gate
  readonly pauseAt: PauseLimits
  readonly ratePerMinute: number | null
  readonly window: { readonly from: string; readonly to: string; readonly timeZone: string } | null
  readonly retries: { readonly most: number; readonly afterSeconds: number }
  readonly deadline: string
  readonly skipped: Readonly<Record<string, number>>
}

export interface Target {
  readonly eid: string
  readonly wave: number | null
  readonly status: TargetStatus
  readonly attempt: number
  readonly operationId: string | null
  readonly reason: { readonly code: string; readonly detail: string } | null
  readonly changedAt: string
}

export function hasEnded(state: CampaignState): boolean {
  return state === 'finished' || state === 'aborted' || state === 'expired'
}
