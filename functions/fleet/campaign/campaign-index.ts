/** Campaigns across a tenant: one row each in the fleet database, brought up to date when a campaign changes its state. */
import type { CampaignId, CampaignState, Pause, Tally } from './campaign.ts'
import type { CampaignRecord } from './campaign-record.ts'

export interface IndexedCampaign {
  readonly id: CampaignId
  readonly name: string
  readonly state: CampaignState
  readonly pause: Pause | null
  /** When the state last changed. */
  readonly total: Tally
  readonly createdBy: string
  /** Milliseconds since the epoch, as the others. */
  readonly createdAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
}

interface Row {
  id: CampaignId
  name: string
  state: CampaignState
  pause: string | null
  total: string
  created_by: string
  created_at: number
  started_at: number | null
  ended_at: number | null
}

export async function indexCampaign(db: D1Database, campaign: CampaignRecord, total: Tally): Promise<void> {
  const { tenant, id, plan, state, pause, createdBy, createdAt, startedAt, endedAt } = campaign
  await db
    .prepare('INSERT OR REPLACE INTO campaigns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .bind(
      tenant,
      id,
      plan.name,
      state,
      pause && JSON.stringify(pause),
      JSON.stringify(total),
      createdBy,
      createdAt,
      startedAt,
      endedAt,
    )
    .run()
}

/** Newest first. */
export async function listCampaigns(
  db: D1Database,
  tenant: string,
  state: CampaignState | undefined,
  limit: number,
  cursor: string | null,
): Promise<readonly IndexedCampaign[]> {
  const [from, where] = state
    ? ['campaigns INDEXED BY campaigns_by_state', 'AND state = ?']
    : ['campaigns', '']
  const { results } = await db
    .prepare(`SELECT * FROM ${from} WHERE tenant = ? AND id < ? ${where} ORDER BY id DESC LIMIT ?`)
    .bind(...[tenant, cursor ?? '~', ...(state ? [state] : []), limit])
    .all<Row>()
  return results.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    pause: row.pause === null ? null : (JSON.parse(row.pause) as Pause),
    total: JSON.parse(row.total) as Tally,
    createdBy: row.created_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }))
}
