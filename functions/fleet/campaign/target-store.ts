/** The eUICCs of a campaign as stored: one row each, and tallies by wave, status and reason so that nobody has to count. */
import { first, type Sql } from '../../euicc/sql.ts'
import { TARGET_STATUSES, type Tally, type TargetStatus } from './campaign.ts'

export const TARGET_TABLES = [
  `CREATE TABLE target (
    eid TEXT PRIMARY KEY, rank TEXT NOT NULL, wave INTEGER NOT NULL, status TEXT NOT NULL, attempt INTEGER NOT NULL,
    operation_id TEXT, sequence INTEGER NOT NULL, reason TEXT, time_zone TEXT, changed_at INTEGER NOT NULL,
    due_at INTEGER
  ) WITHOUT ROWID`,
  'CREATE INDEX target_order ON target (status, wave, rank)',
  'CREATE INDEX target_due ON target (status, due_at) WHERE due_at IS NOT NULL',
  'CREATE TABLE tally (wave INTEGER NOT NULL, status TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (wave, status)) WITHOUT ROWID',
  'CREATE TABLE skipped (reason TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID',
]

/** Wave of eUICCs that are in none: left out, or not yet divided. */
export const NO_WAVE = -1

export interface Target {
  readonly eid: string
  readonly rank: string
  readonly wave: number
  readonly status: TargetStatus
  /** Operations made so far. */
  readonly attempt: number
  readonly operationId: string | null
  /** Of the last change of its eUICC that was applied. */
  readonly sequence: number
  readonly reason: { readonly code: string; readonly detail: string } | null
  readonly timeZone: string | null
  readonly changedAt: number
  /** When a delivered one counts as lost, or a retrying one is tried again. */
  readonly dueAt: number | null
}

interface Row {
  eid: string
  rank: string
  wave: number
  status: TargetStatus
  attempt: number
  operation_id: string | null
  sequence: number
  reason: string | null
  time_zone: string | null
  changed_at: number
  due_at: number | null
}

function targetOf(row: Row): Target {
  return {
    eid: row.eid,
    rank: row.rank,
    wave: row.wave,
    status: row.status,
    attempt: row.attempt,
    operationId: row.operation_id,
    sequence: row.sequence,
    reason: reasonOf(row.reason),
    timeZone: row.time_zone,
    changedAt: row.changed_at,
    dueAt: row.due_at,
  }
}

function reasonOf(text: string | null): Target['reason'] {
  return text === null ? null : (JSON.parse(text) as Target['reason'])
}

export class TargetStore {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Call inside a transaction, with no more than JSON of 2 MB. One that is there already stays as it is. */
  insertAll(targets: readonly Target[]): void {
    const inserted = this.#sql.all<Pick<Row, 'wave' | 'status' | 'reason'>>(
      `INSERT INTO target
        SELECT value ->> 'eid', value ->> 'rank', value ->> 'wave', value ->> 'status', value ->> 'attempt',
          value ->> 'operationId', value ->> 'sequence', nullif(value -> 'reason', 'null'), value ->> 'timeZone',
          value ->> 'changedAt', value ->> 'dueAt'
        FROM json_each(?) WHERE true ON CONFLICT DO NOTHING RETURNING wave, status, reason`,
      JSON.stringify(targets),
    )
    const alike = Map.groupBy(inserted, ({ wave, status, reason }) => JSON.stringify([wave, status, reason]))
    for (const rows of alike.values()) {
      const [row] = rows
      if (row) this.#count({ ...row, reason: reasonOf(row.reason) }, rows.length)
    }
  }

  /** Puts into `wave` the first `limit` in the campaign's order that wait in none. Call inside a transaction. */
  assignWave(wave: number, limit: number): number {
    const assigned = this.#sql.all(
      `UPDATE target SET wave = ? WHERE eid IN
        (SELECT eid FROM target WHERE status = 'waiting' AND wave = ? ORDER BY rank LIMIT ?) RETURNING 1`,
      wave,
      NO_WAVE,
      limit,
    ).length
    this.#count({ wave: NO_WAVE, status: 'waiting', reason: null }, -assigned)
    this.#count({ wave, status: 'waiting', reason: null }, assigned)
    return assigned
  }

  /** Call inside a transaction. */
  move(target: Target, change: Partial<Omit<Target, 'eid' | 'rank'>>): Target {
    const moved = { ...target, ...change }
    this.#write(moved)
    if (moved.status !== target.status || moved.wave !== target.wave) {
      this.#count(target, -1)
      this.#count(moved, 1)
    }
    return moved
  }

  find(eid: string): Target | undefined {
    const row = first<Row>(this.#sql, 'SELECT * FROM target WHERE eid = ?', eid)
    return row && targetOf(row)
  }

  /** Those of a wave, in the campaign's order. */
  inWave(wave: number, status: TargetStatus, limit: number): Target[] {
    const query = 'SELECT * FROM target WHERE status = ? AND wave = ? ORDER BY rank LIMIT ?'
    return this.#sql.all<Row>(query, status, wave, limit).map(targetOf)
  }

  due(status: TargetStatus, now: number, limit: number): Target[] {
    const query = 'SELECT * FROM target WHERE status = ? AND due_at <= ? ORDER BY due_at LIMIT ?'
    return this.#sql.all<Row>(query, status, now, limit).map(targetOf)
  }

  /** The earliest instant at which {@link due} has something. */
  nextDue(status: TargetStatus): number | null {
    const query = 'SELECT MIN(due_at) AS at FROM target WHERE status = ? AND due_at IS NOT NULL'
    return first<{ at: number | null }>(this.#sql, query, status)?.at ?? null
  }

  /** By EID, after `cursor`. */
  list(limit: number, cursor: string | null, status: TargetStatus | undefined): Target[] {
    const query = 'SELECT * FROM target WHERE eid > ? AND (? IS NULL OR status = ?) ORDER BY eid LIMIT ?'
    return this.#sql.all<Row>(query, cursor ?? '', status ?? null, status ?? null, limit).map(targetOf)
  }

  /** eUICCs by status, of one wave or of all. */
  tally(wave: number | null): Tally {
    const rows = this.#sql.all<{ status: TargetStatus; n: number }>(
      'SELECT status, SUM(n) AS n FROM tally WHERE ? IS NULL OR wave = ? GROUP BY status',
      wave,
      wave,
    )
    const counts = new Map(rows.map(({ status, n }) => [status, n]))
    return Object.fromEntries(TARGET_STATUSES.map((status) => [status, counts.get(status) ?? 0])) as Tally
  }

  /** Those left out, by the code of their reason. */
  skippedByReason(): Record<string, number> {
    const rows = this.#sql.all<{ reason: string; n: number }>('SELECT reason, n FROM skipped WHERE n > 0')
    return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]))
  }

  #write(target: Target): void {
    this.#sql.run(
      'INSERT OR REPLACE INTO target VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      target.eid,
      target.rank,
      target.wave,
      target.status,
      target.attempt,
      target.operationId,
      target.sequence,
      target.reason && JSON.stringify(target.reason),
      target.timeZone,
      target.changedAt,
      target.dueAt,
    )
  }

  #count({ wave, status, reason }: Pick<Target, 'wave' | 'status' | 'reason'>, by: number): void {
    this.#sql.run(
      'INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT (wave, status) DO UPDATE SET n = n + excluded.n',
      wave,
      status,
      by,
    )
    if (status !== 'skipped') return
    this.#sql.run(
      'INSERT INTO skipped VALUES (?, ?) ON CONFLICT (reason) DO UPDATE SET n = n + excluded.n',
      reason?.code ?? 'unknown',
      by,
    )
  }
}
