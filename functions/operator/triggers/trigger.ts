/** Triggers and their calls, as the database keeps them. */
import { ulid } from '../../euicc/operation-id.ts'

export type Authentication =
  /** HMAC over id, time and body. */
  | { readonly kind: 'standard-webhooks' }
  | { readonly kind: 'bearer' }
  /** A token of the operator's own issuer. */
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audience: string; readonly jwksUrl: string }

/** Templates (`template.ts`) of what the API takes. */
export type Action =
  | { readonly operation: Readonly<Record<string, unknown>>; readonly target: unknown }
  | { readonly campaign: Readonly<Record<string, unknown>> }

export interface Trigger {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly authentication: Authentication
  /** CEL: the action is done when it is true. */
  readonly condition: string
  readonly action: Action
  /** Most operations of one call. */
  readonly fanOut: number
  readonly callsPerMinute: number
  readonly enabled: boolean
  /** The API key that made it. */
  readonly createdBy: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

interface Row {
  id: string
  tenant: string
  name: string
  authentication: string
  condition: string
  action: string
  fan_out: number
  calls_per_minute: number
  enabled: number
  created_by: string
  created_at: number
  updated_at: number
}

function fromRow(row: Row): Trigger {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    authentication: JSON.parse(row.authentication) as Authentication,
    condition: row.condition,
    action: JSON.parse(row.action) as Action,
    fanOut: row.fan_out,
    callsPerMinute: row.calls_per_minute,
    enabled: row.enabled === 1,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function newTriggerId(now: number): string {
  return `trg_${ulid(now, crypto.getRandomValues(new Uint8Array(10)))}`
}

export async function insertTrigger(db: D1Database, trigger: Trigger): Promise<void> {
  const { id, tenant, name, authentication, condition, action, fanOut, callsPerMinute } = trigger
  await db
    .prepare('INSERT INTO triggers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .bind(
      id,
      tenant,
      name,
      JSON.stringify(authentication),
      condition,
      JSON.stringify(action),
      fanOut,
      callsPerMinute,
      trigger.enabled ? 1 : 0,
      trigger.createdBy,
      trigger.createdAt,
      trigger.updatedAt,
    )
    .run()
}

/** One that was deleted in the meantime stays so. */
export async function updateTrigger(db: D1Database, trigger: Trigger): Promise<void> {
  const { id, tenant, name, authentication, condition, action, fanOut, callsPerMinute, enabled, updatedAt } =
    trigger
  const query = `UPDATE triggers SET name = ?, authentication = ?, condition = ?, action = ?, fan_out = ?,
    calls_per_minute = ?, enabled = ?, updated_at = ? WHERE tenant = ? AND id = ?`
  const texts = [name, JSON.stringify(authentication), condition, JSON.stringify(action)]
  const numbers = [fanOut, callsPerMinute, enabled ? 1 : 0, updatedAt]
  await db
    .prepare(query)
    .bind(...texts, ...numbers, tenant, id)
    .run()
}

/** Of whatever tenant: for those who call it, and prove that they may. */
export async function findTrigger(db: D1Database, id: string): Promise<Trigger | null> {
  const row = await db.prepare('SELECT * FROM triggers WHERE id = ?').bind(id).first<Row>()
  return row && fromRow(row)
}

export async function listTriggers(
  db: D1Database,
  tenant: string,
  limit: number,
  cursor: string | null,
): Promise<readonly Trigger[]> {
  const { results } = await db
    .prepare('SELECT * FROM triggers WHERE tenant = ? AND id < ? ORDER BY id DESC LIMIT ?')
    .bind(tenant, cursor ?? '~', limit)
    .all<Row>()
  return results.map(fromRow)
}

export async function deleteTrigger(db: D1Database, { tenant, id }: Trigger): Promise<void> {
  await db.batch([
    db.prepare('DELETE FROM triggers WHERE tenant = ? AND id = ?').bind(tenant, id),
    db.prepare('DELETE FROM trigger_calls WHERE trigger_id = ?').bind(id),
    db.prepare('DELETE FROM secrets WHERE tenant = ? AND id = ?').bind(tenant, id),
  ])
}
