/** No route lets one tenant see or change what is another's, whatever ids it is given: each route of the document is tried. */
import { beforeAll, describe, expect, it } from 'vitest'
import { euiccOf } from '../../../functions/euicc/euicc-stub.ts'
import openApiDocument from '../../../functions/operator/openapi/openapi.json' with { type: 'json' }
import { fromHex } from '../../../shared/octets.ts'
import { clientOf, EID, type Installation, install, type Send, settleCampaign } from './api-client.ts'

interface Described {
  readonly operationId: string
  readonly 'x-access': string
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly examples?: Readonly<Record<string, { value: unknown }>> }>
    >
  }
}

const routes = Object.entries(openApiDocument.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, route]) => ({
    ...(route as unknown as Described),
    method: method.toUpperCase(),
    path,
  })),
)
type DocumentedRoute = (typeof routes)[number]
const needingKey = routes.filter((route) => !['none', 'root'].includes(route['x-access']))
const aboutOneThing = needingKey.filter(({ path }) => path.includes('{'))

/** The requests that end things come last, so that each finds what it ends. */
const LAST = ['deleteWebhookEndpoint', 'deleteTrigger', 'retireSigningKey', 'deleteApiKey', 'retireEuicc']
const rankOf = ({ operationId }: DocumentedRoute) => LAST.indexOf(operationId)

interface Owner {
  readonly send: Send
  /** Ids of what the owner has, by path parameter and the collection it stands in. */
  readonly ids: Readonly<Record<string, string>>
}

const TRANSPORT = { binding: 'asn1', via: 'https', deviceIdentity: null } as const

/** A tenant that has one of everything. */
async function newOwner(
  { root, environment }: Installation,
  clientWith: (key: string) => Send,
): Promise<Owner> {
  const { id: tenant, apiKey } = (await root('POST', '/v1/tenants', { body: { name: 'owner' } })).body
  const send = clientWith(apiKey)
  const post = async (path: string, body: unknown) => (await send('POST', path, { body })).body
  const identity = await post('/v1/eim-identities', {
    eimId: 'owner.example.com',
    eimFqdn: 'owner.example.com',
  })
  await post('/v1/euiccs', { eid: EID, labels: { site: 'Oslo' } })
  const operation = await post('/v1/operations', { eid: EID, type: 'profile.list' })
  const campaign = await post('/v1/campaigns', {
    name: 'a campaign',
    target: { filter: {} },
    operation: { type: 'profile.list' },
  })
  await settleCampaign(environment, tenant, campaign.id)
  const endpoint = await post('/v1/webhook-endpoints', { url: 'https://hooks.example.com/' })
  const event = (await send('POST', `/v1/webhook-endpoints/${endpoint.id}/test`)).body
  const trigger = await post('/v1/triggers', {
    name: 'a trigger',
    authentication: { kind: 'bearer' },
    action: { operation: { type: 'profile.list' }, target: { eid: EID } },
  })
  await clientWith(trigger.secret)('POST', `/v1/hooks/${trigger.id}`, { body: {} })
  const called = (await send('GET', `/v1/triggers/${trigger.id}/calls`)).body.data[0]
  const viewer = await post('/v1/api-keys', { name: 'viewer', role: 'viewer' })
  const report = await send('POST', '/v1/imports', { body: 'eid\n', headers: { 'Content-Type': 'text/csv' } })
  const euicc = euiccOf(environment.EUICC, tenant, EID)
  await euicc.provideEimPackageResult({ octets: fromHex('BF5003800101'), transport: TRANSPORT })
  const trace = (await send('GET', `/v1/euiccs/${EID}/trace`)).body.data
  const evidence = (await send('GET', `/v1/euiccs/${EID}/evidence`)).body.data
  return {
    send,
    ids: {
      '/v1/euiccs/{eid}': EID,
      '/trace/{id}': `${trace[0].id}`,
      '/evidence/{id}': evidence[0].id,
      '/profiles/{iccid}': '89880000000000000002',
      '/v1/operations/{id}': operation.id,
      '/v1/campaigns/{id}': campaign.id,
      '/v1/eim-identities/{id}': identity.id,
      '/keys/{keyId}': identity.keys[0].id,
      '/v1/webhook-endpoints/{id}': endpoint.id,
      '/deliveries/{eventId}': event.id,
      '/v1/triggers/{id}': trigger.id,
      '/calls/{callId}': called.id,
      '/v1/api-keys/{id}': viewer.id,
      '/v1/imports/{id}': report.body.id,
    },
  }
}

function addressOf({ path }: DocumentedRoute, ids: Owner['ids']): string {
  let address = path
  for (const [pattern, id] of Object.entries(ids)) {
    address = address.replace(pattern, pattern.replace(/\{\w+\}/, encodeURIComponent(id)))
  }
  expect(address).not.toContain('{')
  return address
}

function request(send: Send, route: DocumentedRoute, ids: Owner['ids']) {
  const [type, content] = Object.entries(route.requestBody?.content ?? {})[0] ?? []
  const example = Object.values(content?.examples ?? {})[0]?.value
  return send(route.method, addressOf(route, ids), {
    ...(example === undefined ? {} : { body: example }),
    headers: { 'If-Match': '*', ...(type === undefined ? {} : { 'Content-Type': type }) },
  })
}

/** Everything the owner can read. */
async function everything({ send, ids }: Owner): Promise<readonly string[]> {
  const readable = needingKey.filter(({ method }) => method === 'GET')
  return Promise.all(
    readable.map(async (route) => (await request(send, route, ids)).text.replace(/"requestId":"\w+"/, '')),
  )
}

/** Those that nobody else has by chance. */
function secretIds(): readonly string[] {
  return Object.values(owner.ids).filter((id) => id.includes('_'))
}

let installation: Installation
let owner: Owner
let stranger: Send
beforeAll(async () => {
  installation = await install()
  const clientWith = (key: string) => clientOf(installation.environment, key)
  owner = await newOwner(installation, clientWith)
  stranger = (await installation.newTenant()).send
})

describe('the key of another tenant', () => {
  it.each(aboutOneThing.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'finds nothing at %s',
    async (_, route) => {
      const reply = await request(stranger, route, owner.ids)

      expect(reply).toMatchObject({ status: 404, body: { code: 'not-found' } })
    },
  )

  it('changes nothing by any of them', async () => {
    const before = await everything(owner)

    for (const route of aboutOneThing) await request(stranger, route, owner.ids)

    expect(await everything(owner)).toEqual(before)
  })

  it.each(
    needingKey
      .filter(({ method, path }) => method === 'GET' && !path.includes('{'))
      .map((route) => route.path),
  )('sees nothing of the owner in GET %s', async (path) => {
    // Somebody who has not named those ids: what was asked stands in the asker's own audit log.
    const reply = await (await installation.newTenant()).send('GET', path)

    expect(reply).toMatchObject({ status: 200 })
    for (const id of secretIds()) expect(reply.text).not.toContain(id)
  })

  it('moves no eUICC, names no identity and follows no operation of the owner', async () => {
    const operation = { eid: EID, type: 'profile.list' }
    const identity = owner.ids['/v1/eim-identities/{id}']
    const before = await everything(owner)

    const single = await stranger('POST', '/v1/operations', { body: operation })
    const batch = await stranger('POST', '/v1/operations', { body: { operations: [operation] } })
    await stranger('POST', '/v1/eim-identities', {
      body: { eimId: 'b.example.com', eimFqdn: 'b.example.com' },
    })
    const enrolled = await stranger('POST', '/v1/euiccs', { body: { eid: EID } })
    const borrowed = await stranger('POST', '/v1/operations', {
      body: { ...operation, type: 'eim.add', params: { identity } },
    })
    const named = await stranger('POST', '/v1/operations', {
      body: { ...operation, eimId: 'owner.example.com' },
    })
    const after = await stranger('POST', '/v1/operations', {
      body: { ...operation, after: owner.ids['/v1/operations/{id}'] },
    })

    expect(single.status).toBe(404)
    expect(batch.body.data).toMatchObject([{ status: 404 }])
    expect(enrolled.status).toBe(201)
    expect([borrowed.status, named.status, after.status]).toEqual([400, 400, 400])
    expect(await everything(owner)).toEqual(before)
  })

  it('is not told whether a host name is taken by anyone it could read of', async () => {
    const body = { eimId: 'other.example.com', eimFqdn: 'owner.example.com' }

    const reply = await stranger('POST', '/v1/eim-identities', { body })

    expect(reply.status).toBe(409)
    for (const id of secretIds()) expect(reply.text).not.toContain(id)
  })

  it('does not meet the Idempotency-Keys of the owner', async () => {
    const ask = { body: { name: 'x', role: 'viewer' }, headers: { 'Idempotency-Key': 'the-same' } }

    const first = await owner.send('POST', '/v1/api-keys', ask)
    const second = await stranger('POST', '/v1/api-keys', ask)

    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body.id).not.toBe(first.body.id)
  })
})

/** What the owner is answered, where that is no success: the profile is not on the card, one operation is still open. */
const NOT_FOR_THE_OWNER_EITHER: Readonly<Record<string, number>> = {
  getProfile: 404,
  // It was resumed just before.
  advanceCampaign: 409,
  retireEuicc: 409,
}

describe('the key of the owner', () => {
  it('finds at each of these routes what the other did not', async () => {
    const routesInTurn = aboutOneThing.toSorted((one, other) => rankOf(one) - rankOf(other))
    const refused: [string, number][] = []

    for (const route of routesInTurn) {
      const { status } = await request(owner.send, route, owner.ids)
      if (status >= 300) refused.push([route.operationId, status])
    }

    expect(refused).toEqual(Object.entries(NOT_FOR_THE_OWNER_EITHER))
  })
})
