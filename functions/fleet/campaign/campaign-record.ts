/** What a campaign knows of itself beside its eUICCs: its plan, written once, and a small record of how it stands. */
import { first, type Sql } from '../../euicc/sql.ts'
import type { CampaignId, CampaignPlan, CampaignState, Pause } from './campaign.ts'
import { type Forgiven, NOTHING_FORGIVEN } from './judgement.ts'
import { TARGET_TABLES } from './target-store.ts'

export interface CampaignRecord {
  readonly id: CampaignId
  readonly tenant: string
  readonly plan: CampaignPlan
  readonly createdBy: string
  readonly createdAt: number
  readonly state: CampaignState
  readonly pause: Pause | null
  readonly startsItself: boolean
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** Preparing: the EID (or the index in a list) after which to go on; null when all have been looked up. */
  readonly lookedUpTo: string | null
  readonly isLookedUp: boolean
  /** eUICCs of each wave, and how many have been put into one. */
  readonly sizes: readonly number[]
  readonly divided: number
  /** The wave that is running. */
  readonly wave: number
  /** When the running wave met its gate; it goes on after its soak time. */
  readonly passedAt: number | null
  readonly forgiven: Forgiven
  /** Hand-outs left in the present minute, and when that began. */
  readonly pace: { readonly since: number; readonly left: number }
}

/** A plan may name many EIDs: it stays out of what is written at every change. */
const TABLES = [
  'CREATE TABLE campaign (plan TEXT NOT NULL)',
  'CREATE TABLE progress (record TEXT NOT NULL)',
  ...TARGET_TABLES,
]

const isCreated = (sql: Sql) =>
  first(sql, `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'campaign'`) !== undefined

/** Call inside a transaction. */
export function createRecord(sql: Sql, { plan, ...record }: CampaignRecord): void {
  for (const statement of TABLES) sql.run(statement)
  sql.run('INSERT INTO campaign VALUES (?)', JSON.stringify(plan))
  sql.run('INSERT INTO progress VALUES (?)', JSON.stringify(record))
}

export function readRecord(sql: Sql): CampaignRecord | null {
  if (!isCreated(sql)) return null
  const row = first<{ plan: string; record: string }>(sql, 'SELECT plan, record FROM campaign, progress')
  if (!row) return null
  const record = JSON.parse(row.record) as Omit<CampaignRecord, 'plan'>
  return { ...record, plan: JSON.parse(row.plan) as CampaignPlan }
}

/** The plan never changes. */
export function writeRecord(sql: Sql, { plan: _plan, ...record }: CampaignRecord): void {
  sql.run('UPDATE progress SET record = ?', JSON.stringify(record))
}

export function newRecord(
  campaign: Pick<CampaignRecord, 'id' | 'tenant' | 'plan' | 'createdBy' | 'startsItself'>,
  now: number,
): CampaignRecord {
  return {
    ...campaign,
    createdAt: now,
    state: 'preparing',
    pause: null,
    startedAt: null,
    endedAt: null,
    lookedUpTo: null,
    isLookedUp: false,
    sizes: [],
    divided: 0,
    wave: 0,
    passedAt: null,
    forgiven: NOTHING_FORGIVEN,
    pace: { since: 0, left: 0 },
  }
}
