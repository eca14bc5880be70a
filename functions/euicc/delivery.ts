/** What was handed out: octets that never change, under a counterValue that its key never signs again. */
import type { OperationId, OperationRequest } from './operation.ts'
import { first, type Sql } from './sql.ts'

export type DeliveryKind = 'euiccPackage' | 'ipaEuiccData' | 'downloadTrigger'

/**
 * `open`: no result yet. `dead`: the eUICC proved it will not execute these octets any more, yet what became of them is
 * not known. `closed`: answered, or given up.
 */
export type DeliveryState = 'open' | 'dead' | 'closed'

export interface Delivery {
  /** Hex */
  readonly eimTransactionId: string
  readonly operationId: OperationId
  readonly kind: DeliveryKind
  readonly eimId: string
  readonly counterValue: number | null
  /** associationToken at signing time: the answer is signed with it too. */
  readonly token: number | null
  readonly keyId: string | null
  /** BF51, BF52 or BF54, complete. */
  readonly octets: Uint8Array
  readonly state: DeliveryState
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
}

interface Row {
  transaction_id: string
  operation_id: string
  kind: DeliveryKind
  eim_id: string
  counter: number | null
  token: number | null
  key_id: string | null
  octets: Uint8Array
  state: DeliveryState
  first_at: number
  last_at: number
  count: number
}

function fromRow(row: Row): Delivery {
  return {
    eimTransactionId: row.transaction_id,
    operationId: row.operation_id as OperationId,
    kind: row.kind,
    eimId: row.eim_id,
    counterValue: row.counter,
    token: row.token,
    keyId: row.key_id,
    octets: row.octets,
    state: row.state,
    firstAt: row.first_at,
    lastAt: row.last_at,
    count: row.count,
  }
}

export function deliveryKindOf(request: OperationRequest): DeliveryKind {
  if (request.type === 'euicc.read') return 'ipaEuiccData'
  return request.type === 'profile.download' ? 'downloadTrigger' : 'euiccPackage'
}

/** @throws when the counterValue was used before under this key: the unique index is the last guard of the counter's promise */
export function insertDelivery(sql: Sql, delivery: Delivery): void {
  sql.run(
    'INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    delivery.eimTransactionId,
    delivery.operationId,
    delivery.kind,
    delivery.eimId,
    delivery.counterValue,
    delivery.token,
    delivery.keyId,
    delivery.octets,
    delivery.state,
    delivery.firstAt,
    delivery.lastAt,
    delivery.count,
  )
}

export function countHandOut(sql: Sql, eimTransactionId: string, now: number): void {
  sql.run(
    'UPDATE delivery SET count = count + 1, last_at = ? WHERE transaction_id = ?',
    now,
    eimTransactionId,
  )
}

export function setDeliveryState(sql: Sql, eimTransactionId: string, state: DeliveryState): void {
  sql.run('UPDATE delivery SET state = ? WHERE transaction_id = ?', state, eimTransactionId)
}

export function findByTransaction(sql: Sql, eimTransactionId: string): Delivery | undefined {
  const row = first<Row>(sql, 'SELECT * FROM delivery WHERE transaction_id = ?', eimTransactionId)
  return row && fromRow(row)
}

/** The last one, should a counter have begun anew under another key. */
export function findByCounter(sql: Sql, eimId: string, counterValue: number): Delivery | undefined {
  const row = first<Row>(
    sql,
    'SELECT * FROM delivery WHERE eim_id = ? AND counter = ? ORDER BY first_at DESC LIMIT 1',
    eimId,
    counterValue,
  )
  return row && fromRow(row)
}

/** The last counterValue signed with a key; 0 for one that has signed nothing for this eUICC. */
export function highestCounter(sql: Sql, eimId: string, keyId: string): number {
  const query = 'SELECT MAX(counter) AS counter FROM delivery WHERE eim_id = ? AND key_id = ?'
  return first<{ counter: number | null }>(sql, query, eimId, keyId)?.counter ?? 0
}

/** The last delivery of an operation. */
export function latestDelivery(sql: Sql, operationId: string): Delivery | undefined {
  const row = first<Row>(
    sql,
    'SELECT * FROM delivery WHERE operation_id = ? ORDER BY first_at DESC, counter DESC LIMIT 1',
    operationId,
  )
  return row && fromRow(row)
}

export function openDeliveries(sql: Sql): Delivery[] {
  return sql.all<Row>(`SELECT * FROM delivery WHERE state = 'open' ORDER BY first_at`).map(fromRow)
}

/** Keys that packages of an operation were signed with so far, together with this token. */
export function keysTried(sql: Sql, operationId: string, token: number | null): string[] {
  return sql
    .all<{ key_id: string }>(
      'SELECT DISTINCT key_id FROM delivery WHERE operation_id = ? AND key_id IS NOT NULL AND token IS ?',
      operationId,
      token,
    )
    .map((row) => row.key_id)
}

/** Of the last packages of an operation under each key, the one that was not given for longest. */
export function longestNotGiven(sql: Sql, operationId: string): Delivery | undefined {
  const row = first<Row>(
    sql,
    `SELECT * FROM delivery AS given WHERE operation_id = ? AND counter =
      (SELECT MAX(counter) FROM delivery WHERE operation_id = given.operation_id AND key_id = given.key_id)
      ORDER BY last_at, counter LIMIT 1`,
    operationId,
  )
  return row && fromRow(row)
}
