/**
 * Makes a tenant's index anew from the objects, without harming what happens meanwhile. A piece is a message of the queue,
 * which names where it begins: a message that comes twice finds the rebuild past it, and does nothing.
 */
import type { EuiccNamespace } from '../../euicc/euicc-stub.ts'
import { ulid } from '../../euicc/operation-id.ts'
import { compareEuiccs } from './compare.ts'
import type { RebuildStep } from './rebuild-step.ts'
import { repair } from './repair.ts'

export interface Rebuild {
  readonly id: string
  /** eUICCs looked at, and how many of them were shown wrong. */
  readonly checked: number
  readonly repaired: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number | null
}

export interface RebuildEnvironment {
  readonly FLEET: D1Database
  readonly EUICC: EuiccNamespace
  readonly CHANGES: Pick<Queue<RebuildStep>, 'send'>
}

/** eUICCs of one message. */
const PIECE = 200

/** Begins with the first eUICC; one that is going on ends where it is. */
export async function startRebuild(
  { FLEET, CHANGES }: RebuildEnvironment,
  tenant: string,
  now: number,
): Promise<Rebuild> {
  const id = `rbd_${ulid(now, crypto.getRandomValues(new Uint8Array(10)))}`
  await FLEET.prepare("INSERT OR REPLACE INTO fleet_rebuilds VALUES (?, ?, '', 0, 0, ?, NULL)")
    .bind(tenant, id, now)
    .run()
  await CHANGES.send({ kind: 'rebuild', tenant, id, after: '' })
  return { id, checked: 0, repaired: 0, startedAt: now, endedAt: null }
}

export async function findRebuild(db: D1Database, tenant: string): Promise<Rebuild | null> {
  return db
    .prepare(
      `SELECT id, checked, repaired, started_at AS startedAt, ended_at AS endedAt FROM fleet_rebuilds WHERE tenant = ?`,
    )
    .bind(tenant)
    .first<Rebuild>()
}

/** One piece; a failure makes the queue bring it again. */
export async function continueRebuild(
  environment: RebuildEnvironment,
  step: RebuildStep,
  now: number,
): Promise<void> {
  const { FLEET, EUICC, CHANGES } = environment
  const { tenant, id, after } = step
  const isHere = 'tenant = ?1 AND id = ?2 AND after = ?3 AND ended_at IS NULL'
  const here = await FLEET.prepare(`SELECT 1 FROM fleet_rebuilds WHERE ${isHere}`)
    .bind(tenant, id, after)
    .first()
  if (!here) return
  const eids = await nextEids(FLEET, tenant, after, PIECE)
  const compared = await compareEuiccs(FLEET, EUICC, tenant, eids)
  const drifted = compared.filter(({ differences }) => differences.length > 0)
  for (const each of drifted) await repair(FLEET, tenant, each)
  const isLast = eids.length < PIECE
  if (isLast) await recount(FLEET, tenant)
  const next = eids.at(-1) ?? after
  const query = `UPDATE fleet_rebuilds SET after = ?4, checked = checked + ?5, repaired = repaired + ?6, ended_at = ?7
    WHERE ${isHere}`
  await FLEET.prepare(query)
    .bind(tenant, id, after, next, eids.length, drifted.length, isLast ? now : null)
    .run()
  if (!isLast) await CHANGES.send({ kind: 'rebuild', tenant, id, after: next })
}

export async function nextEids(
  db: D1Database,
  tenant: string,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const query = 'SELECT eid FROM euiccs WHERE tenant = ? AND eid > ? ORDER BY eid LIMIT ?'
  const { results } = await db.prepare(query).bind(tenant, after, limit).all<{ eid: string }>()
  return results.map(({ eid }) => eid)
}

/** What is derived within the database. One transaction, so that triggers count on from what is counted here. */
async function recount(db: D1Database, tenant: string): Promise<void> {
  const queries = [
    'DELETE FROM euicc_labels WHERE tenant = ?1',
    `INSERT INTO euicc_labels SELECT tenant, key, value, eid FROM euiccs, json_each(euiccs.labels)
      WHERE tenant = ?1 AND retired_at IS NULL`,
    'DELETE FROM operation_counts WHERE tenant = ?1',
    `INSERT INTO operation_counts SELECT tenant, status, count(*) FROM operations
      WHERE tenant = ?1 AND origin = 'operator' GROUP BY status`,
    'DELETE FROM profile_counts WHERE tenant = ?1',
    `INSERT INTO profile_counts SELECT tenant, coalesce(service_provider_name, ''), state, count(DISTINCT eid)
      FROM euicc_profiles WHERE tenant = ?1 GROUP BY 2, 3`,
  ]
  await db.batch(queries.map((query) => db.prepare(query).bind(tenant)))
}
