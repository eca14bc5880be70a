/** An operator in front of the API: with a tenant of their own, against real objects and a real database. */
import { createExecutionContext, runDurableObjectAlarm, waitOnExecutionContext } from 'cloudflare:test'
import type { Environment } from '../../../functions/environment.ts'
import type { CampaignObject } from '../../../functions/fleet/campaign/campaign-object.ts'
import { operatorApi } from '../../../functions/operator/index.ts'
import { prepareEnvironment } from '../test-environment.ts'
import { expectDescribed } from './described-answer.ts'

export const ORIGIN = 'https://eim.example.com'
export const EID = '89049032000000000000000000000163'
export const OTHER_EID = '89049032000000000000000000000260'
const ROOT_API_KEY = 'root-key-of-this-test'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its expectations what it takes a body for
  readonly body: any
  readonly text: string
}

export interface Ask {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Send = (method: string, path: string, ask?: Ask) => Promise<Reply>

/** As whoever holds `key`; null sends none. */
export function clientOf(environment: Environment, key: string | null): Send {
  return async (method, path, { body, headers = {} } = {}) => {
    const isRaw = typeof body === 'string' || body instanceof ReadableStream
    const raw = isRaw ? body : body === undefined ? undefined : JSON.stringify(body)
    const request = new Request(`${ORIGIN}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(raw === undefined ? {} : { body: raw }),
    })
    const context = createExecutionContext()
    const response = await operatorApi.fetch(request, environment, context)
    const text = new TextDecoder().decode(await response.arrayBuffer())
    await waitOnExecutionContext(context)
    const isJson = text !== '' && /[/+]json/.test(response.headers.get('Content-Type') ?? '')
    const answer = isJson ? JSON.parse(text) : null
    if (isJson && response.ok) expectDescribed(method, path, response.status, answer)
    return {
      status: response.status,
      headers: response.headers,
      body: answer,
      text,
    }
  }
}

export interface Installation {
  readonly environment: Environment
  readonly root: Send
  readonly anonymous: Send
  /** Makes a tenant and gives its admin key. */
  readonly newTenant: () => Promise<{ readonly tenant: string; readonly key: string; readonly send: Send }>
}

export async function install(replaced: Partial<Environment> = {}): Promise<Installation> {
  const environment = await prepareEnvironment({ ROOT_API_KEY, ...replaced })
  const root = clientOf(environment, ROOT_API_KEY)
  return {
    environment,
    root,
    anonymous: clientOf(environment, null),
    newTenant: async () => {
      const { body } = await root('POST', '/v1/tenants', { body: { name: 'a tenant' } })
      return { tenant: body.id, key: body.apiKey, send: clientOf(environment, body.apiKey) }
    },
  }
}

/** Does what a campaign's alarms would do, until nothing is left to do at once. */
export async function settleCampaign({ CAMPAIGN }: Environment, tenant: string, id: string): Promise<void> {
  const object = (CAMPAIGN as DurableObjectNamespace<CampaignObject>).getByName(`${tenant}:${id}`)
  for (let isBusy = true; isBusy; ) {
    const ran = await runDurableObjectAlarm(object)
    const campaign = await object.view()
    const { state, total } = campaign ?? { state: 'ready', total: { waiting: 0, queued: 0 } }
    isBusy =
      ran &&
      (state === 'preparing' || (['running', 'aborted'].includes(state) && total.waiting + total.queued > 0))
    if (state === 'running' && total.waiting === 0) return
  }
}

/** A tenant with an eIM identity at a host name of its own, and one eUICC. */
export async function newOperator(installation: Installation) {
  const tenant = await installation.newTenant()
  const eimId = `eim-${crypto.randomUUID()}.example.com`
  const identity = await tenant.send('POST', '/v1/eim-identities', { body: { eimId, eimFqdn: eimId } })
  await tenant.send('POST', '/v1/euiccs', { body: { eid: EID, labels: { site: 'Oslo' }, group: 'meters' } })
  return { ...tenant, eimId, identityId: identity.body.id as string }
}

/** With check digits (ISO 7064 MOD 97-10); from 10 on others than the two above. */
export function eidOf(index: number): string {
  const digits = `8904903200000000000000000${`${index}`.padStart(5, '0')}`
  return digits + `${98n - ((BigInt(digits) * 100n) % 97n)}`.padStart(2, '0')
}
