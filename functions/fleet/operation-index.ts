/** Operations across all eUICCs of a tenant, newest first. A second behind the objects, which have the truth. */
import type { OperationStatus, Reason } from '../euicc/operation.ts'

export interface IndexedOperation {
  readonly id: string
  readonly eid: string
  readonly type: string
  readonly status: OperationStatus
  readonly outcome: string | null
  readonly reason: Reason | null
  readonly origin: string
  /** RFC 3339 */
  readonly createdAt: string
  readonly updatedAt: string
}

export interface OperationFilter {
  readonly status?: string | undefined
  readonly type?: string | undefined
  readonly eid?: string | undefined
  readonly origin?: string | undefined
}

interface Row extends Omit<IndexedOperation, 'reason' | 'createdAt' | 'updatedAt'> {
  readonly reason: string | null
  readonly created_at: number
  readonly updated_at: number
}

/** The most selective first. */
const INDEXES = [
  { column: 'eid', name: 'operations_of_euicc' },
  { column: 'status', name: 'operations_by_status' },
  { column: 'type', name: 'operations_by_type' },
] as const

export async function listIndexedOperations(
  db: D1Database,
  tenant: string,
  filter: OperationFilter,
  limit: number,
  cursor: string | null,
): Promise<IndexedOperation[]> {
  const wanted = (['status', 'type', 'eid', 'origin'] as const).filter((name) => filter[name] !== undefined)
  // Without statistics SQLite takes the primary key, and reads the operations of all.
  const index = INDEXES.find(({ column }) => filter[column] !== undefined)
  const from = index ? `operations INDEXED BY ${index.name}` : 'operations'
  const where = ['tenant = ?', 'id < ?', ...wanted.map((name) => `${name} = ?`)].join(' AND ')
  const { results } = await db
    .prepare(`SELECT * FROM ${from} WHERE ${where} ORDER BY id DESC LIMIT ?`)
    .bind(tenant, cursor ?? '~', ...wanted.map((name) => filter[name]), limit)
    .all<Row>()
  return results.map(({ id, eid, type, status, outcome, reason, origin, created_at, updated_at }) => ({
    id,
    eid,
    type,
    status,
    outcome,
    reason: reason === null ? null : (JSON.parse(reason) as Reason),
    origin,
    createdAt: new Date(created_at).toISOString(),
    updatedAt: new Date(updated_at).toISOString(),
  }))
}
