/** What a campaign's Durable Object answers, and where it is found: tenant and id together are its name. */
import type { Change } from '../../euicc/change.ts'
import type { Clearance, Page } from '../../euicc/euicc-interface.ts'
import type { CampaignId, CampaignPlan, CampaignView, TargetStatus, TargetView } from './campaign.ts'

export interface NewCampaign {
  readonly tenant: string
  readonly id: CampaignId
  readonly plan: CampaignPlan
  /** Who made it: an API key or a trigger. */
  readonly createdBy: string
  /** Start as soon as it is known whom it concerns. */
  readonly startsItself: boolean
}

export interface TargetQuery {
  readonly limit: number
  readonly cursor: string | null
  readonly status?: TargetStatus | undefined
}

export type CampaignCommand = 'start' | 'pause' | 'resume' | 'advance' | 'abort'

/** Null: there is no such campaign. `conflict`: not in its present state. */
export type CommandAnswer =
  | { readonly kind: 'done'; readonly campaign: CampaignView }
  | { readonly kind: 'conflict'; readonly detail: string }
  | null

export interface CampaignInterface {
  create(campaign: NewCampaign): Promise<CampaignView>
  view(): Promise<CampaignView | null>
  targets(query: TargetQuery): Promise<Page<TargetView> | null>
  command(command: CampaignCommand): Promise<CommandAnswer>
  /** Whether the operation of this eUICC may be handed out now; asked right before it leaves. */
  mayLeave(eid: string, operationId: string): Promise<Clearance>
  /** What became of its operations; may come more than once and in any order. */
  report(changes: readonly OperationChange[]): Promise<void>
}

export type OperationChange = Extract<Change, { kind: 'operation' }>

export interface CampaignNamespace {
  getByName(name: string): CampaignInterface
}

export function campaignOf(namespace: CampaignNamespace, tenant: string, id: string): CampaignInterface {
  return namespace.getByName(`${tenant}:${id}`)
}
