/** Operations as stored: one record each, and an index on those not yet final. */
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import type {
  NewOperation,
  OperationId,
  OperationStatus,
  OperationView,
  Reason,
  StepResult,
  WaitingFor,
} from './operation.ts'
import { isFinal } from './operation.ts'
import { first, type Sql } from './sql.ts'

/** Why the eIM itself asked for an operation; `subject` is the operation it helps to settle. */
export type Purpose = 'first-contact' | 'recovery' | 'evidence' | 'audit'

export interface OperationRecord extends Omit<NewOperation, 'force'> {
  readonly id: OperationId
  readonly origin: 'operator' | 'eim'
  readonly purpose: Purpose | null
  readonly subject: OperationId | null
  readonly status: OperationStatus
  readonly outcome: OperationView['outcome']
  readonly reason: Reason | null
  readonly waitingFor: WaitingFor
  readonly waitingSince: number
  readonly waitingDetail: string
  readonly mayHaveExecuted: boolean
  /** Hex; made anew for each package that is signed for this operation. */
  readonly eimTransactionId: string
  /** Unsigned errors received for the present delivery: never believed, but they slow the next hand-out down. */
  readonly unsignedErrors: number
  /** Not handed out again before this instant (0 = at once). */
  readonly pausedUntil: number
  readonly results: readonly StepResult[]
  /** ICCID that was enabled before this operation enabled another: what a rollback returns to. */
  readonly previousIccid: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

interface Row {
  id: string
  record: string
}

/** One exchange asks for the open operations several times; records are never changed in place, so one reading serves all. */
const RECORDS = 1024
const readBefore = new BoundedCache<{ readonly text: string; readonly operation: OperationRecord }>(RECORDS)

function parse({ id, record: text }: Row): OperationRecord {
  const before = readBefore.get(id)
  if (before?.text === text) return before.operation
  const operation = JSON.parse(text) as OperationRecord
  readBefore.set(id, { text, operation })
  return operation
}

export function saveOperation(sql: Sql, operation: OperationRecord): void {
  sql.run(
    'INSERT OR REPLACE INTO operation VALUES (?, ?, ?, ?)',
    operation.id,
    isFinal(operation.status) ? 1 : 0,
    operation.status,
    JSON.stringify(operation),
  )
}

export function readOperation(sql: Sql, id: string): OperationRecord | undefined {
  const row = first<Row>(sql, 'SELECT id, record FROM operation WHERE id = ?', id)
  return row && parse(row)
}

/** All that are not final, in the order they should leave: priority, then age. */
export function openOperations(sql: Sql): OperationRecord[] {
  return sql
    .all<Row>('SELECT id, record FROM operation WHERE final = 0 ORDER BY id')
    .map(parse)
    .sort((one, other) => other.schedule.priority - one.schedule.priority)
}

/** Newest first, after `cursor`. */
export function listOperations(
  sql: Sql,
  limit: number,
  cursor: string | null,
  status: OperationStatus | undefined,
): OperationRecord[] {
  return sql
    .all<Row>(
      'SELECT id, record FROM operation WHERE id < ? AND (? IS NULL OR status = ?) ORDER BY id DESC LIMIT ?',
      cursor ?? '~',
      status ?? null,
      status ?? null,
      limit,
    )
    .map(parse)
}

export function countOpenOperations(sql: Sql): number {
  return first<{ n: number }>(sql, 'SELECT COUNT(*) AS n FROM operation WHERE final = 0')?.n ?? 0
}
