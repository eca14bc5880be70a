/** The index against the objects: damage is found and mended, by command and by the daily sample, and nothing else is touched. */
import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import type { Change } from '../../../functions/euicc/change.ts'
import type { Enrolment } from '../../../functions/euicc/euicc-interface.ts'
import type { EuiccObject } from '../../../functions/euicc/euicc-object.ts'
import { euiccOf } from '../../../functions/euicc/euicc-stub.ts'
import type { NewOperation } from '../../../functions/euicc/operation.ts'
import {
  checkDrift,
  compareEuiccs,
  continueRebuild,
  findRebuild,
  insertEuiccs,
  lastDrift,
  type RebuildStep,
  startRebuild,
  writeChanges,
} from '../../../functions/fleet/index.ts'
import { encode } from '../../../shared/asn1/index.ts'
import { eidToOctets, parseEid } from '../../../shared/sgp22/index.ts'
import { GetEimPackageRequest } from '../../../shared/sgp32/index.ts'
import { eidOf } from '../operator/api-client.ts'
import { prepareEnvironment } from '../test-environment.ts'

const NOW = Date.now()
const DAY = 86_400_000
const NEVER_CALLED = eidOf(30)
const CALLED = [eidOf(31), eidOf(32), eidOf(33)]
const EIDS = [NEVER_CALLED, ...CALLED].toSorted()

let environment: Environment
let tenant: string
/** Steps of a rebuild that are on their way. */
let steps: RebuildStep[]

function objectOf(eid: string) {
  return (environment.EUICC as unknown as DurableObjectNamespace<EuiccObject>).getByName(`${tenant}:${eid}`)
}

function enrolment(eid: string): Enrolment {
  const none = { group: null, expectedPollSeconds: null, timeZone: null }
  return { tenant, eid, eimId: 'eim.example.com', labels: { site: 'Oslo' }, ...none }
}

const LIST: NewOperation = {
  request: { type: 'eim.list' },
  schedule: { priority: 0, notBefore: 0, deadline: NOW + DAY, after: null },
  eimId: 'eim.example.com',
  force: false,
  labels: {},
  retryOf: null,
  traceparent: null,
}

/** A tenant whose devices have called, some with profiles and operations, and whose index has been told everything. */
async function makeFleet(): Promise<void> {
  tenant = `tnt_${crypto.randomUUID()}`
  steps = []
  await environment.FLEET.prepare('INSERT INTO tenants VALUES (?, ?, ?)').bind(tenant, 'a tenant', 0).run()
  await insertEuiccs(environment.FLEET, EIDS.map(enrolment), NOW)
  for (const eid of CALLED) {
    const euicc = euiccOf(environment.EUICC, tenant, eid)
    await euicc.enrol(enrolment(eid))
    await euicc.poll({
      octets: encode(GetEimPackageRequest, { eidValue: eidToOctets(parseEid(eid)) }),
      transport: { binding: 'asn1', via: 'https', deviceIdentity: null },
      identities: [{ eimId: 'eim.example.com', keyId: 'k1', keyIds: ['k1'] }],
    })
    const operation = await euicc.enqueue(LIST, null)
    if (operation?.ok && eid === CALLED[1]) await euicc.cancel(operation.value.id)
    await runInDurableObject(objectOf(eid), (_, { storage }) => {
      const profile = { iccid: '89880000000000000002', state: 'enabled', serviceProviderName: 'Alfa' }
      storage.sql.exec('INSERT INTO profile VALUES (?, ?)', profile.iccid, JSON.stringify(profile))
    })
  }
  await rebuild()
}

async function rebuild(): Promise<void> {
  const FLEET = environment.FLEET
  const CHANGES = {
    send: async (step: RebuildStep) => void steps.push(step),
  } as unknown as Queue<RebuildStep>
  const own = { FLEET, EUICC: environment.EUICC, CHANGES }
  await startRebuild(own, tenant, NOW)
  for (let step = steps.shift(); step; step = steps.shift()) {
    await continueRebuild(own, step, NOW)
    await continueRebuild(own, step, NOW)
  }
}

async function dump(): Promise<Record<string, unknown>> {
  const tables = [
    'euiccs',
    'euicc_profiles',
    'operations',
    'euicc_labels',
    'operation_counts',
    'profile_counts',
  ]
  const rows = await environment.FLEET.batch(
    tables.map((table) =>
      environment.FLEET.prepare(`SELECT * FROM ${table} WHERE tenant = ? ORDER BY 2, 3`).bind(tenant),
    ),
  )
  return Object.fromEntries(
    tables.map((table, index) => [
      table,
      (rows[index]?.results ?? []).map((row) => {
        const { sequence: _, profiles_sequence: __, ...shown } = row as Record<string, unknown>
        return shown
      }),
    ]),
  )
}

const differing = async () =>
  (await compareEuiccs(environment.FLEET, environment.EUICC, tenant, EIDS)).flatMap(
    ({ index, differences }) => differences.map(({ what }) => `${index.eid.slice(-2)} ${what.split(' ')[0]}`),
  )

beforeAll(async () => {
  environment = await prepareEnvironment()
})

/** One for each table that could be wrong. */
const DAMAGE = [
  'UPDATE euiccs SET last_seen_at = NULL WHERE tenant = ?',
  'UPDATE euiccs SET last_seen_at = 5 WHERE tenant = ?',
  "UPDATE euiccs SET eim_id = 'other', expected_poll_seconds = 7, time_zone = 'UTC' WHERE tenant = ? AND last_seen_at > 0",
  'UPDATE euiccs SET retired_at = 5 WHERE tenant = ? AND last_seen_at > 0',
  'DELETE FROM euicc_profiles WHERE tenant = ?',
  "UPDATE euicc_profiles SET state = 'disabled', service_provider_name = 'Beta' WHERE tenant = ?",
  "INSERT INTO euicc_profiles SELECT tenant, '8901', eid, 'enabled', 1, 'Beta' FROM euiccs WHERE tenant = ?",
  'DELETE FROM operations WHERE tenant = ?',
  "UPDATE operations SET status = 'failed', outcome = 'refused' WHERE tenant = ?",
  `INSERT INTO operations SELECT tenant, 'op_0' || eid, eid, 'eim.list', 'queued', NULL, NULL, 'operator', 1, 1, 1
    FROM euiccs WHERE tenant = ?`,
  'DELETE FROM euicc_labels WHERE tenant = ?',
  "INSERT INTO euicc_labels SELECT tenant, 'ghost', 'x', eid FROM euiccs WHERE tenant = ?",
  'UPDATE operation_counts SET operations = 99 WHERE tenant = ?',
  'DELETE FROM profile_counts WHERE tenant = ?',
]

describe('a rebuilt index', () => {
  it.each(DAMAGE)('shows again what the objects say after %s', async (damage) => {
    await makeFleet()
    const before = await dump()
    expect(await differing()).toEqual([])
    await environment.FLEET.prepare(damage).bind(tenant).run()
    expect(await dump()).not.toEqual(before)

    await rebuild()

    expect(await differing()).toEqual([])
    expect(await dump()).toEqual(before)
    expect(await findRebuild(environment.FLEET, tenant)).toMatchObject({ checked: 4, endedAt: NOW })
  })

  it('keeps what became known after the objects were asked', async () => {
    await makeFleet()
    const eid = CALLED[0] ?? ''
    const [operation] = (await euiccOf(environment.EUICC, tenant, eid).truth(null))?.operations ?? []
    if (!operation) throw new Error('an operation was made')
    const told = { tenant, eid, sequence: 1000, at: NOW + DAY }
    const newer: Change[] = [
      { ...told, kind: 'operation', operation: { ...operation, status: 'succeeded' } },
      { ...told, kind: 'profiles', profiles: [] },
      { ...told, kind: 'seen' },
    ]
    await writeChanges(environment.FLEET, newer)
    const before = await dump()

    await rebuild()

    expect(await dump()).toEqual(before)
  })

  it('makes no storage for an eUICC that never called', async () => {
    await makeFleet()

    const tables = await runInDurableObject(objectOf(NEVER_CALLED), (_, { storage }) =>
      storage.sql
        .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray(),
    )

    expect(tables).toEqual([])
  })
})

describe('the daily sample', () => {
  it('finds and mends what drifted, and leaves alone what moved a moment ago', async () => {
    await makeFleet()
    await environment.FLEET.prepare("UPDATE operations SET status = 'failed' WHERE tenant = ?")
      .bind(tenant)
      .run()

    await checkDrift(environment, NOW)
    expect(await lastDrift(environment.FLEET, tenant)).toEqual({
      checkedAt: NOW,
      checked: 4,
      inMotion: 3,
      drifted: [],
    })

    await checkDrift(environment, NOW + DAY)
    const sample = await lastDrift(environment.FLEET, tenant)
    expect(sample).toMatchObject({ checked: 4, inMotion: 0 })
    expect(sample?.drifted.map(({ eid }) => eid)).toEqual(CALLED.toSorted())
    expect(await differing()).toEqual([])
  })
})
