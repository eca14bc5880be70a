/** Results exactly as received, with what was thought of them. The id is made from the octets: a repeat is the same evidence. */
import { sha256 } from '@noble/hashes/sha2.js'
import { decode } from '../../shared/asn1/index.ts'
import { toHex } from '../../shared/octets.ts'
import { EuiccPackageResult } from '../../shared/sgp32/index.ts'
import type { EvidenceView } from './euicc-interface.ts'
import type { Place } from './place.ts'
import { first, type Sql } from './sql.ts'
import type { Verdict } from './verdict.ts'

export type EvidenceKind = EvidenceView['kind']

export interface Evidence {
  readonly id: string
  readonly operationId: string | null
  readonly kind: EvidenceKind
  readonly receivedAt: number
  readonly octets: Uint8Array
  readonly applied: boolean
  readonly verdict: Verdict
}

interface Row {
  id: string
  operation_id: string | null
  kind: EvidenceKind
  received_at: number
  octets: Uint8Array
  applied: number
  verdict: string
}

/** Anybody who knows an EID can send results that do not verify: only this many of them are kept. */
const UNAPPLIED_KEPT = 64
const APPLIED_KEPT = 2000
const ID_OCTETS = 16

function fromRow(row: Row): Evidence {
  return {
    id: row.id,
    operationId: row.operation_id,
    kind: row.kind,
    receivedAt: row.received_at,
    octets: row.octets,
    applied: row.applied !== 0,
    verdict: JSON.parse(row.verdict) as Verdict,
  }
}

export function evidenceId(octets: Uint8Array): string {
  return `ev_${toHex(sha256(octets).subarray(0, ID_OCTETS)).toLowerCase()}`
}

export function findEvidence(sql: Sql, id: string): Evidence | undefined {
  const row = first<Row>(sql, 'SELECT * FROM evidence WHERE id = ?', id)
  return row && fromRow(row)
}

/**
 * Whether there is a result that could not be verified, but names the package by its transaction id, which only those
 * know who have seen the package: then the eUICC probably answered it.
 */
export function hasUnverifiedResult(sql: Sql, operationId: string, eimTransactionId: string): boolean {
  const unverified = sql.all<Pick<Row, 'octets'>>(
    "SELECT octets FROM evidence WHERE operation_id = ? AND kind = 'euiccPackageResult' AND applied = 0",
    operationId,
  )
  return unverified.some(({ octets }) => {
    const result = decode(EuiccPackageResult, octets).euiccPackageResultSigned
    const named = result?.euiccPackageResultDataSigned.eimTransactionId
    return named !== undefined && toHex(named) === eimTransactionId
  })
}

/** Keeps it; evidence that was applied before is left as it was. */
export function keepEvidence(sql: Sql, evidence: Omit<Evidence, 'id'>): string {
  const id = evidenceId(evidence.octets)
  if (findEvidence(sql, id)?.applied) return id
  sql.run(
    'INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    evidence.operationId,
    evidence.kind,
    evidence.receivedAt,
    evidence.octets,
    evidence.applied ? 1 : 0,
    JSON.stringify(evidence.verdict),
  )
  const kept = evidence.applied ? APPLIED_KEPT : UNAPPLIED_KEPT
  sql.run(
    `DELETE FROM evidence WHERE applied = ?1 AND received_at <
      (SELECT received_at FROM evidence WHERE applied = ?1 ORDER BY received_at DESC LIMIT 1 OFFSET ?2)`,
    evidence.applied ? 1 : 0,
    kept - 1,
  )
  return id
}

export function evidenceOf(sql: Sql, operationId: string): string[] {
  return sql
    .all<{ id: string }>('SELECT id FROM evidence WHERE operation_id = ? ORDER BY received_at', operationId)
    .map((row) => row.id)
}

/** Newest first, after `place`. */
export function listEvidence(sql: Sql, limit: number, place: Place | null): Evidence[] {
  return sql
    .all<Row>(
      `SELECT * FROM evidence WHERE ?1 IS NULL OR (received_at, id) < (?1, ?2)
       ORDER BY received_at DESC, id DESC LIMIT ?3`,
      place?.at ?? null,
      place?.id ?? null,
      limit,
    )
    .map(fromRow)
}

export function unappliedEvidence(sql: Sql): Evidence[] {
  return sql.all<Row>('SELECT * FROM evidence WHERE applied = 0 ORDER BY received_at').map(fromRow)
}
