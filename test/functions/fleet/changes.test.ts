import { beforeEach, describe, expect, it } from 'vitest'
import type { Change } from '../../../functions/euicc/change.ts'
import type { Enrolment } from '../../../functions/euicc/euicc-interface.ts'
import { newOperationId } from '../../../functions/euicc/operation-id.ts'
import { findEnrolment, insertEuiccs, writeChanges } from '../../../functions/fleet/index.ts'
import { prepareEnvironment } from '../test-environment.ts'

const EID = '89044045930000000000001230001070'
const NOW = Date.UTC(2026, 0, 1)
let db: D1Database
let tenant: string

beforeEach(async () => {
  db = (await prepareEnvironment()).FLEET
  tenant = `ten_${crypto.randomUUID()}`
  await insertEuiccs(db, [enrolment(EID, { site: 'north' })], NOW)
})

function enrolment(eid: string, labels: Enrolment['labels'] = {}): Enrolment {
  return {
    tenant,
    eid,
    eimId: 'eim.example.com',
    labels,
    group: null,
    expectedPollSeconds: null,
    timeZone: null,
  }
}

const operationId = newOperationId(EID, NOW, new Uint8Array(10))

function operationChange(sequence: number, status: 'queued' | 'delivered' | 'failed'): Change {
  const reason = status === 'failed' ? { code: 'refused', detail: 'no such profile' } : null
  const operation = {
    id: operationId,
    type: 'profile.enable',
    status,
    outcome: null,
    reason,
    origin: 'operator',
    createdAt: NOW,
  } as const
  return { tenant, eid: EID, sequence, at: NOW + sequence, kind: 'operation', operation }
}

function profilesChange(sequence: number, ...iccids: string[]): Change {
  const profiles = iccids.map((iccid) => ({ iccid, state: 'disabled' as const }))
  return { tenant, eid: EID, sequence, at: NOW, kind: 'profiles', profiles }
}

async function operationRow() {
  const query = 'SELECT status, reason, sequence, updated_at FROM operations WHERE tenant = ? AND id = ?'
  return db.prepare(query).bind(tenant, operationId).first()
}

async function iccids(): Promise<string[]> {
  const query = 'SELECT iccid FROM euicc_profiles WHERE tenant = ? ORDER BY iccid'
  const { results } = await db.prepare(query).bind(tenant).all<{ iccid: string }>()
  return results.map(({ iccid }) => iccid)
}

describe('the fleet database', () => {
  it('tells what an eUICC was enrolled with', async () => {
    expect(await findEnrolment(db, tenant, EID)).toEqual({
      tenant,
      eid: EID,
      eimId: 'eim.example.com',
      labels: { site: 'north' },
      group: null,
      expectedPollSeconds: null,
      timeZone: null,
    })
    expect(await findEnrolment(db, 'ten_other', EID)).toBeNull()
  })

  it('shows the newest change of an operation, whatever the order and however often they come', async () => {
    const changes = [
      operationChange(2, 'delivered'),
      operationChange(1, 'queued'),
      operationChange(3, 'failed'),
    ]

    for (const change of [...changes, ...changes]) await writeChanges(db, [change])
    await writeChanges(db, changes.toReversed())

    expect(await operationRow()).toEqual({
      status: 'failed',
      reason: '{"code":"refused","detail":"no such profile"}',
      sequence: 3,
      updated_at: NOW + 3,
    })
  })

  it('stores the absence of a reason as NULL', async () => {
    await writeChanges(db, [operationChange(1, 'queued')])

    expect(await operationRow()).toMatchObject({ reason: null })
  })

  it('replaces the profiles of an eUICC by a newer list only', async () => {
    await writeChanges(db, [profilesChange(4, '8900000000000000001', '8900000000000000002')])
    await writeChanges(db, [profilesChange(3, '8900000000000000009')])
    expect(await iccids()).toEqual(['8900000000000000001', '8900000000000000002'])

    await writeChanges(db, [
      profilesChange(5, '8900000000000000002'),
      profilesChange(4, '8900000000000000001'),
    ])
    await writeChanges(db, [profilesChange(5, '8900000000000000002')])
    expect(await iccids()).toEqual(['8900000000000000002'])
  })

  it('keeps the latest contact', async () => {
    const seen = (sequence: number, at: number): Change => ({ tenant, eid: EID, sequence, at, kind: 'seen' })

    await writeChanges(db, [seen(2, NOW + 5000), seen(1, NOW + 1000)])
    await writeChanges(db, [seen(1, NOW + 1000)])

    const row = await db.prepare('SELECT last_seen_at FROM euiccs WHERE tenant = ?').bind(tenant).first()
    expect(row).toEqual({ last_seen_at: NOW + 5000 })
  })

  it('takes a whole queue batch of mixed changes of many eUICCs', async () => {
    const eids = Array.from({ length: 100 }, (_, index) => `8904404593${`${index}`.padStart(22, '0')}`)
    await insertEuiccs(
      db,
      eids.map((eid) => enrolment(eid)),
      NOW,
    )

    await writeChanges(
      db,
      eids.map((eid) => ({ tenant, eid, sequence: 1, at: NOW + 1, kind: 'seen' })),
    )

    const query = 'SELECT count(*) AS seen FROM euiccs WHERE tenant = ? AND last_seen_at = ?'
    expect(
      await db
        .prepare(query)
        .bind(tenant, NOW + 1)
        .first(),
    ).toEqual({ seen: 100 })
  })
})
