/** An eUICC in the API: enrolled, found, changed, read in all its parts, retired. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newOperationId } from '../../../functions/euicc/operation-id.ts'
import { writeChanges } from '../../../functions/fleet/index.ts'
import worker from '../../../functions/worker.ts'
import { fromHex } from '../../../shared/octets.ts'
import { EID, eidOf, type Installation, install, newOperator, OTHER_EID } from './api-client.ts'

const ICCID = '89880000000000000002'

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>

beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})

/** As the IPA of the eUICC `EID`, by ASN.1 over HTTPS. */
async function fromDevice(message: string): Promise<Response> {
  const context = createExecutionContext()
  const request = new Request(`https://${operator.eimId}/gsma/rsp2/asn1`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-gsma-rsp-asn1', 'X-Admin-Protocol': 'gsma/rsp/v2.1.0' },
    body: fromHex(message),
  })
  const response = await worker.fetch(request, installation.environment, context)
  await waitOnExecutionContext(context)
  return response
}

const POLL = `BF4F125A10${EID}`
/** A result without sense: kept as evidence all the same. */
const STRANGE_RESULT = `BF501A5A10${EID}BF5105A003800101`

async function tenantId(): Promise<string> {
  const query = 'SELECT tenant FROM eim_identities WHERE id = ?'
  const { FLEET } = installation.environment
  return (await FLEET.prepare(query).bind(operator.identityId).first<string>('tenant')) ?? ''
}

describe('enrolling', () => {
  it('shows the eUICC with what was given and the default eIM identity', async () => {
    const { status, body } = await operator.send('GET', `/v1/euiccs/${EID}`)

    expect(status).toBe(200)
    expect(body).toMatchObject({ eid: EID, eimId: operator.eimId, group: 'meters', labels: { site: 'Oslo' } })
    expect(body).toMatchObject({ lastSeenAt: null, retiredAt: null, openOperations: 0 })
  })

  it('again changes nothing', async () => {
    const again = await operator.send('POST', '/v1/euiccs', { body: { eid: EID, group: 'other' } })

    expect(again).toMatchObject({ status: 200, body: { group: 'meters' } })
  })

  it('of many tells what became of each', async () => {
    const euiccs = [{ eid: EID }, { eid: OTHER_EID }]

    const { body } = await operator.send('POST', '/v1/euiccs', { body: { euiccs } })

    expect(body.data).toEqual([
      { eid: EID, status: 'existing' },
      { eid: OTHER_EID, status: 'enrolled' },
    ])
  })

  it('takes 250 at once, and no more', async () => {
    const euiccs = Array.from({ length: 251 }, (_, index) => ({ eid: eidOf(index) }))

    const most = await operator.send('POST', '/v1/euiccs', { body: { euiccs: euiccs.slice(0, 250) } })
    const more = await operator.send('POST', '/v1/euiccs', { body: { euiccs } })

    expect(most.body.data).toHaveLength(250)
    expect(more.status).toBe(400)
    const counted = await operator.send('GET', '/v1/euiccs?limit=1&count=estimate')
    expect(counted.body.count).toBe(250)
  })

  it.each([
    ['wrong check digits', { eid: '89049032000000000000000000000164' }, '/eid'],
    ['an eIM that is none of the tenant', { eid: OTHER_EID, eimId: 'stranger.example.com' }, '/eimId'],
    ['a time zone that does not exist', { eid: OTHER_EID, timeZone: 'Mars/Olympus' }, '/timeZone'],
  ])('is refused for %s', async (_, euicc, pointer) => {
    const { status, body } = await operator.send('POST', '/v1/euiccs', { body: euicc })

    expect(status).toBe(400)
    expect(body.errors[0].pointer).toBe(pointer)
  })

  it('needs an eIM identity', async () => {
    const { send } = await installation.newTenant()

    expect((await send('POST', '/v1/euiccs', { body: { eid: EID } })).status).toBe(409)
  })
})

describe('finding', () => {
  const eidsOf = async (query: string) => {
    const { body } = await operator.send('GET', `/v1/euiccs?${query}`)
    return body.data.map(({ eid }: { eid: string }) => eid)
  }

  beforeEach(async () => {
    await operator.send('POST', '/v1/euiccs', { body: { eid: OTHER_EID, labels: { site: 'Bergen:2' } } })
    const profiles = [{ iccid: ICCID, state: 'disabled' as const }]
    const change = { tenant: await tenantId(), eid: OTHER_EID, sequence: 1, at: Date.UTC(2026, 5) }
    await writeChanges(installation.environment.FLEET, [
      { ...change, kind: 'profiles', profiles },
      { ...change, sequence: 2, kind: 'seen' },
    ])
  })

  it.each([
    ['group=meters', [EID]],
    ['label=site:Bergen:2', [OTHER_EID]],
    ['label=site:Paris', []],
    [`iccid=${ICCID}`, [OTHER_EID]],
    [`iccid=${ICCID}&profileState=enabled`, []],
    ['profileState=disabled', [OTHER_EID]],
    ['lastSeenBefore=2026-01-01T00:00:00Z', [EID]],
    ['lastSeenBefore=2026-12-01T00:00:00Z', [EID, OTHER_EID]],
    [`iccid=${ICCID}&group=meters`, []],
  ])('by %s', async (query, expected) => {
    expect(await eidsOf(query)).toEqual(expected)
  })

  it('shows the profiles as last proven', async () => {
    const { body } = await operator.send('GET', `/v1/euiccs?iccid=${ICCID}`)

    expect(body.data[0].profiles).toEqual([{ iccid: ICCID, state: 'disabled', serviceProviderName: null }])
  })
})

describe('changing', () => {
  it('keeps what is left out, replaces labels, and clears with null', async () => {
    const path = `/v1/euiccs/${EID}`
    const change = async (body: unknown) => {
      const tag = (await operator.send('GET', path)).headers.get('ETag') ?? ''
      return operator.send('PATCH', path, { body, headers: { 'If-Match': tag } })
    }

    await change({ labels: { floor: '3' }, expectedPollSeconds: 3600 })
    const { body } = await change({ group: null, timeZone: 'Europe/Oslo' })

    expect(body).toMatchObject({
      labels: { floor: '3' },
      group: null,
      expectedPollSeconds: 3600,
      timeZone: 'Europe/Oslo',
    })
    const listed = await operator.send('GET', '/v1/euiccs?label=floor:3')
    expect(listed.body.data[0]).toMatchObject({ group: null, expectedPollSeconds: 3600 })
  })
})

describe('retiring', () => {
  const retire = async (query = '') => {
    const tag = (await operator.send('GET', `/v1/euiccs/${EID}`)).headers.get('ETag') ?? ''
    return operator.send('DELETE', `/v1/euiccs/${EID}${query}`, { headers: { 'If-Match': tag } })
  }

  it('is refused while operations are open, unless forced', async () => {
    const { body } = await operator.send('POST', '/v1/operations', { body: { eid: EID, type: 'eim.list' } })

    expect((await retire()).status).toBe(409)
    expect((await retire('?force=true')).status).toBe(204)

    expect((await operator.send('GET', `/v1/operations/${body.id}`)).body.status).toBe('cancelled')
  })

  it('ends operations, contacts and the place in the list', async () => {
    expect((await retire()).status).toBe(204)

    const operation = await operator.send('POST', '/v1/operations', { body: { eid: EID, type: 'eim.list' } })
    expect([404, 409]).toContain(operation.status)
    expect((await operator.send('GET', '/v1/euiccs')).body.data).toEqual([])
    expect((await operator.send('GET', `/v1/euiccs/${EID}`)).body.retiredAt).toMatch(/^20/)
  })
})

describe('what a device did', () => {
  beforeEach(async () => {
    expect((await fromDevice(POLL)).status).toBe(200)
    expect((await fromDevice(STRANGE_RESULT)).status).toBe(200)
  })

  it('is traced in octets', async () => {
    const { body } = await operator.send('GET', `/v1/euiccs/${EID}/trace`)
    const functions = body.data.map((entry: { function: string }) => entry.function)
    expect(functions).toEqual(['provideEimPackageResult', 'getEimPackage'])

    const path = `/v1/euiccs/${EID}/trace/${body.data[1].id}`
    expect((await operator.send('GET', path)).body.request).toBe(POLL)
    expect((await operator.send('GET', `${path}?format=hex`)).text.split('\n')[0]).toBe(POLL)
  })

  it('is kept as evidence, whatever it is', async () => {
    const { body } = await operator.send('GET', `/v1/euiccs/${EID}/evidence`)
    expect(body.data[0]).toMatchObject({ verdict: { verified: false, applied: false } })

    const path = `/v1/euiccs/${EID}/evidence/${body.data[0].id}`
    expect((await operator.send('GET', path)).body).toEqual(body.data[0])
    const der = await operator.send('GET', `${path}?format=der`)
    expect(der.headers.get('Content-Type')).toBe('application/octet-stream')
    expect((await operator.send('POST', `/v1/euiccs/${EID}/reprocess`)).body).toEqual({ applied: 0 })
  })

  it('is told in the timeline, in pages', async () => {
    const first = await operator.send('GET', `/v1/euiccs/${EID}/timeline?limit=1`)
    const rest = await operator.send('GET', `/v1/euiccs/${EID}/timeline?cursor=${first.body.nextCursor}`)

    const events = [...first.body.data, ...rest.body.data].map(({ event }: { event: string }) => event)
    expect(events.at(-1)).toBe('euicc.enrolled')
    expect(new Set([...first.body.data, ...rest.body.data].map(({ id }) => id)).size).toBe(events.length)
  })

  it('makes it seen', async () => {
    expect((await operator.send('GET', `/v1/euiccs/${EID}`)).body.lastSeenAt).toMatch(/^20/)
  })
})

describe('an eUICC that was never in contact', () => {
  it.each(['profiles', 'eims', 'operations', 'notifications', 'timeline', 'trace', 'evidence'])(
    'has %s, empty or nearly so',
    async (part) => {
      expect((await operator.send('GET', `/v1/euiccs/${EID}/${part}`)).status).toBe(200)
    },
  )

  it.each([`profiles/${ICCID}`, 'trace/1', 'evidence/none', 'trace/one'])('has no %s', async (part) => {
    const { status, body } = await operator.send('GET', `/v1/euiccs/${EID}/${part}`)

    expect(status).toBe(404)
    expect(body.detail).not.toContain(`the eUICC ${EID} does not exist`)
  })

  it('has no operation but its own', async () => {
    const id = newOperationId(EID, Date.now(), new Uint8Array(10))

    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
      ['POST', '/retry'],
    ] as const) {
      expect((await operator.send(method, `/v1/operations/${id}${path}`)).status).toBe(404)
    }
  })
})

describe('labelling many', () => {
  const label = (body: unknown) => operator.send('POST', '/v1/euiccs/labels', { body })
  const detail = async (eid: string) => (await operator.send('GET', `/v1/euiccs/${eid}`)).body

  it('lays labels over those there are, and leaves alone whom it does not know', async () => {
    await operator.send('POST', '/v1/euiccs', { body: { eid: OTHER_EID, labels: { floor: '1' } } })
    // Its object exists, and need not be asked.
    await operator.send('POST', '/v1/operations', { body: { eid: EID, type: 'profile.list' } })

    const eids = [EID, OTHER_EID, eidOf(77)]
    const { body } = await label({ target: { eids }, labels: { floor: null, site: 'Bergen' }, group: 'new' })

    expect(body).toEqual({ changed: 2, unchanged: 1, nextCursor: null })
    expect(await detail(EID)).toMatchObject({ labels: { site: 'Bergen' }, group: 'new' })
    expect(await detail(OTHER_EID)).toMatchObject({ labels: { site: 'Bergen' }, group: 'new' })
    expect((await label({ target: { eids }, labels: { site: 'Bergen' } })).body.changed).toBe(0)
  })

  it('takes a filter, and a change of one afterwards keeps what was set for all', async () => {
    await operator.send('POST', '/v1/operations', { body: { eid: EID, type: 'profile.list' } })
    await label({ target: { filter: { group: 'meters' } }, labels: { all: 'yes' } })
    const tag = (await operator.send('GET', `/v1/euiccs/${EID}`)).headers.get('ETag') ?? ''

    const headers = { 'If-Match': tag }
    await operator.send('PATCH', `/v1/euiccs/${EID}`, { body: { expectedPollSeconds: 60 }, headers })

    expect(await detail(EID)).toMatchObject({ labels: { site: 'Oslo', all: 'yes' }, group: 'meters' })
    expect((await operator.send('GET', '/v1/euiccs?label=all:yes')).body.data).toHaveLength(1)
  })

  it('goes on where it stopped, though those it changed are not found by the filter any more', async () => {
    const eids = Array.from({ length: 251 }, (_, index) => eidOf(index + 500))
    for (const part of [eids.slice(0, 250), eids.slice(250)]) {
      const euiccs = part.map((eid) => ({ eid, group: 'old' }))
      await operator.send('POST', '/v1/euiccs', { body: { euiccs } })
    }
    const move = async (cursor: string | null) =>
      (await label({ target: { filter: { group: 'old' }, cursor }, labels: {}, group: 'new' })).body

    const { nextCursor, ...first } = await move(null)

    expect(first).toEqual({ changed: 250, unchanged: 0 })
    expect(await move(nextCursor)).toEqual({ changed: 1, unchanged: 0, nextCursor: null })
    expect((await label({ target: { eids }, labels: {} })).status).toBe(400)
  })

  it('gives nobody more labels than one may have', async () => {
    const labels = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`n${index}`, 'x']))

    expect((await label({ target: { filter: {} }, labels })).body).toMatchObject({ changed: 0, unchanged: 1 })
  })
})
