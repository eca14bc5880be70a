/** Our association with the eUICC as one of its eIMs: counter, token, and the key it trusts (SGP.32 §2.11.1.1). */
import { first, type Sql } from './sql.ts'

/** The largest counterValue an eUICC must accept. */
export const HIGHEST_COUNTER = 0x7fffff

export interface Association {
  readonly eimId: string
  /** Last counterValue used; under one key it only grows, and a value is never signed twice with other octets. */
  readonly counter: number
  /** associationToken the eUICC gave, null while none is known (the signature then covers `84 01 00`). */
  readonly token: number | null
  /** Key the eUICC verifies our packages with; null until the first package was signed. */
  readonly keyId: string | null
  /** replayError answers in a row: how far the next counter jumps. */
  readonly replays: number
  /** The eUICC takes no higher counter: a new key with a fresh counter is needed. */
  readonly exhausted: boolean
}

interface Row {
  eim_id: string
  counter: number
  token: number | null
  key_id: string | null
  replays: number
  exhausted: number
}

function fromRow(row: Row): Association {
  return {
    eimId: row.eim_id,
    counter: row.counter,
    token: row.token,
    keyId: row.key_id,
    replays: row.replays,
    exhausted: row.exhausted !== 0,
  }
}

export function readAssociation(sql: Sql, eimId: string): Association | undefined {
  const row = first<Row>(sql, 'SELECT * FROM association WHERE eim_id = ?', eimId)
  return row && fromRow(row)
}

/** An eIM the eUICC has not had a package of: counter 0, no token. */
export function newAssociation(eimId: string): Association {
  return { eimId, counter: 0, token: null, keyId: null, replays: 0, exhausted: false }
}

export function listAssociations(sql: Sql): Association[] {
  return sql.all<Row>('SELECT * FROM association ORDER BY eim_id').map(fromRow)
}

export function writeAssociation(sql: Sql, association: Association): void {
  const { eimId, counter, token, keyId, replays, exhausted } = association
  sql.run(
    'INSERT OR REPLACE INTO association VALUES (?, ?, ?, ?, ?, ?)',
    eimId,
    counter,
    token,
    keyId,
    replays,
    exhausted ? 1 : 0,
  )
}

const JUMPS = [1, 1, 100, 10_000, 1_000_000] as const

/** The counterValue of the next package: one more, or a jump ahead when the eUICC's counter proved to be beyond ours. */
export function nextCounter(association: Association): number {
  const jump = JUMPS[Math.min(association.replays, JUMPS.length - 1)] ?? 1
  return Math.min(association.counter + jump, HIGHEST_COUNTER)
}

export function isExhausted(association: Association): boolean {
  return association.exhausted || association.counter >= HIGHEST_COUNTER
}

/** The eUICC has checked a package that is in flight: it trusts the key this was signed with. */
export function learnKey(
  { sql }: { readonly sql: Sql },
  signed: { readonly eimId: string; readonly keyId: string | null },
): void {
  const association = readAssociation(sql, signed.eimId)
  if (!association || signed.keyId === null || association.keyId === signed.keyId) return
  writeAssociation(sql, { ...association, keyId: signed.keyId })
}
