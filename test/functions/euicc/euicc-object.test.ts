import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import type { EuiccInterface } from '../../../functions/euicc/euicc-interface.ts'
import type { NewOperation } from '../../../functions/euicc/operation.ts'
import { insertEuiccs } from '../../../functions/fleet/index.ts'
import { encode } from '../../../shared/asn1/index.ts'
import { eidToOctets, parseEid } from '../../../shared/sgp22/index.ts'
import { GetEimPackageRequest } from '../../../shared/sgp32/index.ts'
import { prepareEnvironment } from '../test-environment.ts'

const TENANT = 'tnt_object'
const DAY_MS = 86_400_000
const IDENTITIES = [{ eimId: 'eim.example.com', keyId: 'k1', keyIds: ['k1'] }]

let environment: Environment
beforeAll(async () => {
  environment = await prepareEnvironment()
})

function enrolmentOf(eid: string) {
  return {
    tenant: TENANT,
    eid,
    eimId: 'eim.example.com',
    labels: {},
    group: null,
    expectedPollSeconds: null,
    timeZone: null,
  }
}

function operation(changes: Partial<NewOperation> = {}): NewOperation {
  return {
    request: { type: 'rat.get' },
    schedule: { priority: 0, notBefore: 0, deadline: Date.now() + DAY_MS, after: null },
    eimId: 'eim.example.com',
    force: false,
    labels: {},
    retryOf: null,
    traceparent: null,
    ...changes,
  }
}

/** The stub both as the platform sees it and as its callers do; the generated type of the two together is beyond tsc. */
function objectOf(eid: string): DurableObjectStub & EuiccInterface {
  return environment.EUICC.getByName(`${TENANT}:${eid}`) as unknown as DurableObjectStub & EuiccInterface
}

function pollOf(eid: string) {
  return {
    octets: encode(GetEimPackageRequest, { eidValue: eidToOctets(parseEid(eid)) }),
    transport: { binding: 'asn1', via: 'https', deviceIdentity: null } as const,
    identities: IDENTITIES,
  }
}

describe('the object of an eUICC', () => {
  it('stores nothing for an EID that nobody enrolled', async () => {
    const object = objectOf('89049032000000000000000000000163')

    expect(await object.poll(pollOf('89049032000000000000000000000163'))).toEqual({ kind: 'unknown-eid' })
    const tables = await runInDurableObject(object, (_instance, state) =>
      state.storage.sql
        .exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`)
        .toArray(),
    )
    expect(tables).toEqual([])
  })

  it('keeps a committed package through an eviction, and gives the same octets', async () => {
    const eid = '89049032000000000000000000000260'
    const object = objectOf(eid)
    await object.enrol(enrolmentOf(eid))
    await object.enqueue(operation(), null)
    await object.poll(pollOf(eid))
    const request = pollOf(eid)
    const toSign = await object.poll(request)
    if (toSign.kind !== 'sign') throw new Error(toSign.kind)
    const { operationId, keyId, euiccPackageSigned } = toSign
    const eimSignature = crypto.getRandomValues(new Uint8Array(64))
    const given = await object.handOut({ operationId, keyId, euiccPackageSigned, eimSignature, request })

    await evictDurableObject(object)

    expect(await object.poll(pollOf(eid))).toEqual(given)
  })

  it('writes nothing on an empty poll', async () => {
    const eid = '89049032000000000000000000000357'
    const object = objectOf(eid)
    await object.enrol(enrolmentOf(eid))
    await object.poll(pollOf(eid))
    await runInDurableObject(object, (_instance, state) => {
      state.storage.sql.exec(
        `UPDATE operation SET final = 1, record = json_set(record, '$.status', 'cancelled')`,
      )
    })
    const rowsWritten = () =>
      runInDurableObject(
        object,
        (_instance, state) => state.storage.sql.exec('SELECT total_changes() AS n').one().n,
      )

    const before = await rowsWritten()
    expect((await object.poll(pollOf(eid))).kind).toBe('answer')

    expect(await rowsWritten()).toBe(before)
  })

  it('wakes at the deadline and ends what has not left', async () => {
    const eid = '89049032000000000000000000000454'
    const object = objectOf(eid)
    await object.enrol(enrolmentOf(eid))
    const enqueued = await object.enqueue(operation(), null)
    if (!enqueued?.ok) throw new Error('refused')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * DAY_MS })
    try {
      expect(await runDurableObjectAlarm(object)).toBe(true)
      const ended = await object.operation(enqueued.value.id)
      expect(ended).toMatchObject({
        status: 'expired',
        mayHaveExecuted: false,
        reason: { code: 'never-left' },
      })
    } finally {
      vi.useRealTimers()
    }
  })

  it('tells the fleet index of every change by queue', async () => {
    const eid = '89049032000000000000000000000551'
    await insertEuiccs(environment.FLEET, [enrolmentOf(eid)], Date.now())
    const object = objectOf(eid)
    await object.enrol(enrolmentOf(eid))
    const enqueued = await object.enqueue(operation(), null)
    if (!enqueued?.ok) throw new Error('refused')

    await vi.waitFor(
      async () => {
        const row = await environment.FLEET.prepare(
          'SELECT status FROM operations WHERE tenant = ? AND id = ?',
        )
          .bind(TENANT, enqueued.value.id)
          .first()
        expect(row).toEqual({ status: 'queued' })
      },
      { timeout: 10_000, interval: 100 },
    )
    const left = await runInDurableObject(
      object,
      (_instance, state) => state.storage.sql.exec('SELECT COUNT(*) AS n FROM outbox').one().n,
    )
    expect(left).toBe(0)
  })
})
