/** Each example of the OpenAPI document is accepted, and each route is closed to those without a key. */
import { beforeAll, describe, expect, it } from 'vitest'
import written from '../../../functions/operator/openapi/openapi.json' with { type: 'json' }
import { EID, type Installation, install, newOperator, OTHER_EID, type Reply } from './api-client.ts'

interface Described {
  readonly operationId: string
  readonly 'x-access': string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[]
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
    >
  }
  readonly responses: Readonly<Record<string, unknown>>
}

interface Entry {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly described: Described
}

const ENTRIES: readonly Entry[] = Object.entries(written.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    described: described as unknown as Described,
  })),
)
const ICCID = '89880000000000000002'

type Operator = Awaited<ReturnType<typeof newOperator>>
let installation: Installation

beforeAll(async () => {
  installation = await install()
})

/** The ids of things that `operator` has, by the path they stand in. */
async function belongings({ send, identityId }: Operator) {
  const { body: operation } = await send('POST', '/v1/operations', { body: { eid: EID, type: 'eim.list' } })
  const { body: key } = await send('POST', '/v1/api-keys', { body: { name: 'a key', role: 'viewer' } })
  const csv = { body: 'eid\n', headers: { 'Content-Type': 'text/csv' } }
  const { body: report } = await send('POST', '/v1/imports', csv)
  const campaign = { name: 'a campaign', target: { filter: {} }, operation: { type: 'profile.list' } }
  const { body: prepared } = await send('POST', '/v1/campaigns', { body: campaign })
  const { body: rotated } = await send('POST', `/v1/eim-identities/${identityId}/rotate`, { body: {} })
  const { body: endpoint } = await send('POST', '/v1/webhook-endpoints', {
    body: { url: 'https://hooks.example.com/' },
  })
  return {
    endpoint: endpoint.id,
    operation: operation.id,
    campaign: prepared.id,
    key: key.id,
    report: report.id,
    identity: identityId,
    signingKey: rotated.keys[0].id,
  }
}

type Belongings = Awaited<ReturnType<typeof belongings>>

function pathOf(path: string, own: Belongings): string {
  const ids: Record<string, string> = {
    operations: own.operation,
    campaigns: own.campaign,
    'api-keys': own.key,
    'webhook-endpoints': own.endpoint,
    imports: own.report,
    'eim-identities': own.identity,
  }
  const id = ids[path.split('/')[2] ?? ''] ?? '1'
  return path
    .replace('{eid}', EID)
    .replace('{iccid}', ICCID)
    .replace('{keyId}', own.signingKey)
    .replace('{id}', id)
}

/** The examples of one entry as requests; one without a body when it has none. */
function examplesOf({ described }: Entry): readonly { readonly type: string; readonly value: unknown }[] {
  const examples = Object.entries(described.requestBody?.content ?? {}).flatMap(
    ([type, { examples: named = {} }]) => Object.values(named).map(({ value }) => ({ type, value })),
  )
  return examples.length > 0 ? examples : [{ type: '', value: undefined }]
}

describe('each example is accepted', () => {
  it.each(ENTRIES.map((entry) => [entry.name, entry] as const))(
    '%s',
    async (_, entry) => {
      const operator = await newOperator(installation)
      await operator.send('POST', '/v1/euiccs', { body: { eid: OTHER_EID } })
      const own = await belongings(operator)
      const send = entry.described['x-access'] === 'root' ? installation.root : operator.send

      for (const { type, value } of examplesOf(entry)) {
        const path = pathOf(entry.path, own)
        const tag = (await send('GET', path)).headers.get('ETag')
        const query = entry.described.parameters.filter(
          (each) => each.in === 'query' && each.example !== undefined,
        )
        const search = new URLSearchParams(query.map(({ name, example }) => [name, String(example)]))
        const reply = await send(entry.method, `${path}?${search}`, {
          // No document can hold a key that opens something.
          body: entry.described.operationId === 'createSession' ? { apiKey: operator.key } : value,
          headers: { ...(type ? { 'Content-Type': type } : {}), 'If-Match': tag ?? '*' },
        })

        expect(
          allowed(reply, entry),
          `${entry.name} ${JSON.stringify(value)} → ${reply.status} ${reply.text}`,
        ).toBe(true)
      }
    },
    60_000,
  )
})

/** Nothing but what is described: success, or that the very thing is not there (these have no device behind them). */
function allowed({ status, body }: Reply, { described, path }: Entry): boolean {
  if (String(status) in described.responses || [200, 207].includes(status)) return true
  const neverThere =
    /\/(profiles\/\{iccid\}|trace\/\{id\}|evidence\/\{id\}|deliveries\/\{eventId\}\/redeliver)$/.test(path)
  const wrongState = [
    'retryOperation',
    'retireSigningKey',
    'createEimIdentity',
    'resumeCampaign',
    'advanceCampaign',
  ].includes(described.operationId)
  return (neverThere && status === 404) || (wrongState && status === 409 && body.code !== 'internal')
}

describe('access', () => {
  const closed = ENTRIES.filter(({ described }) => described['x-access'] !== 'none')

  it.each(closed.map((entry) => [entry.name, entry] as const))('needs a key for %s', async (_, entry) => {
    const path = entry.path.replaceAll(/\{\w+\}/g, '1')

    expect((await installation.anonymous(entry.method, path)).status).toBe(401)
  })
})
