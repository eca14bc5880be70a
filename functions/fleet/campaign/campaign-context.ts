/** What the parts of a campaign share: its record, its eUICCs, and what it asks of the world. */
import type { NewOperation } from '../../euicc/operation.ts'
import type { Sql } from '../../euicc/sql.ts'
import type { EnrolledEuicc } from '../euiccs.ts'
import type { CampaignTarget, Tally } from './campaign.ts'
import type { CampaignRecord } from './campaign-record.ts'
import type { TargetStore } from './target-store.ts'

export interface CampaignPorts {
  readonly sql: Sql
  readonly now: () => number
  /** A page of those a campaign is for; `cursor` is the `next` of the page before, which is null after the last. */
  lookUp(tenant: string, target: CampaignTarget, cursor: string | null): Promise<TargetPage>
  /** Rows of the fleet index, by EID. */
  find(tenant: string, eids: readonly string[]): Promise<ReadonlyMap<string, EnrolledEuicc>>
  /** The same `key` again gives the operation made the first time. */
  enqueue(tenant: string, eid: string, operation: Omit<NewOperation, 'eimId'>, key: string): Promise<Enqueued>
  /** False: it has left, or ended. */
  cancel(tenant: string, eid: string, operationId: string): Promise<boolean>
  /** The campaign's state changed; `isAsked`: by a request, not by itself. */
  announce(campaign: CampaignRecord, total: Tally, isAsked: boolean): Promise<void>
}

export interface TargetPage {
  readonly euiccs: readonly EnrolledEuicc[]
  /** EIDs of a list that are not enrolled. */
  readonly missing: readonly string[]
  readonly next: string | null
}

export type Enqueued =
  | { readonly ok: true; readonly operationId: string }
  | { readonly ok: false; readonly code: string; readonly detail: string }

export interface CampaignContext {
  readonly ports: CampaignPorts
  readonly targets: TargetStore
  readonly record: CampaignRecord
  /** Stores the changed record. */
  change(change: Partial<CampaignRecord>): CampaignRecord
}
