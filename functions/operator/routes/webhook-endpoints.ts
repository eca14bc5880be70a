import {
  announcement,
  cloudEvent,
  createEndpoint,
  type Delivery,
  deleteEndpoint,
  type Endpoint,
  type EndpointHealth,
  endpointOf,
  findEndpoint,
  listEndpoints,
  matches,
  ROTATION_MS,
  readEvents,
  refusalOfTarget,
  rotateSecret,
  writeEndpoint,
} from '../../events/index.ts'
import { page } from '../page.ts'
import { notFound, Problem } from '../problem.ts'
import { type Call, type Route, route } from '../route.ts'
import { PageQuery } from '../schemas.ts'
import { invalidMember } from '../validation.ts'
import {
  DeliveriesQuery,
  MOST_REPLAYED,
  NewWebhookEndpoint,
  Replay,
  WebhookEndpointChange,
} from '../webhook-schemas.ts'

type AnyCall = Call<unknown, unknown>

const TAG = 'Webhook endpoints'
const instant = (ms: number) => new Date(ms).toISOString()
const instantOrNull = (ms: number | null) => (ms === null ? null : instant(ms))

function view({ tenant: _tenant, createdAt, updatedAt, ...endpoint }: Endpoint) {
  return { ...endpoint, createdAt: instant(createdAt), updatedAt: instant(updatedAt) }
}

function detail(endpoint: Endpoint, { counts, failingSince, pausedUntil }: EndpointHealth, now: number) {
  return {
    ...view(endpoint),
    deliveries: counts,
    failingSince: instantOrNull(failingSince),
    pausedUntil: pausedUntil > now ? instant(pausedUntil) : null,
  }
}

function showDelivery({ event, nextAt, changedAt, ...delivery }: Delivery) {
  return {
    ...delivery,
    event: cloudEvent(event),
    nextAt: instantOrNull(nextAt),
    changedAt: instant(changedAt),
  }
}

async function endpointIn({ environment, tenant, params: { id = '' } }: AnyCall): Promise<Endpoint> {
  const endpoint = await findEndpoint(environment.FLEET, tenant, id)
  if (!endpoint) throw notFound(`the webhook endpoint ${id}`)
  return endpoint
}

function objectOf({ environment }: AnyCall, endpoint: Endpoint) {
  return endpointOf(environment.WEBHOOK_ENDPOINT, endpoint)
}

/** @throws {Problem} invalid-parameters */
function checkTarget({ environment }: AnyCall, url: string): void {
  const refusal = refusalOfTarget(url, environment.ALLOW_LOCAL_TARGETS === 'true')
  if (refusal !== null) throw invalidMember('/url', refusal)
}

/** @throws {Problem} conflict */
function checkEnabled({ id, disabled }: Endpoint): void {
  if (disabled !== null) throw new Problem('conflict', `${id} is disabled: ${disabled}`)
}

export const webhookEndpointRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints',
    operationId: 'createWebhookEndpoint',
    summary: 'Have events sent to an address',
    description:
      'Signed as Standard Webhooks says; at least once, and in order for each eUICC. The secret is shown this once.',
    tag: TAG,
    access: 'webhooks:write',
    body: NewWebhookEndpoint,
    idempotent: true,
    showsSecret: true,
    success: { status: 201, description: 'The endpoint with its secret' },
    examples: [
      { summary: 'All events', body: { url: 'https://hooks.example.com/eim' } },
      {
        summary: 'What became of operations and campaigns',
        body: {
          url: 'https://hooks.example.com/eim',
          types: ['operation.*', 'campaign.*'],
          format: 'standard',
          description: 'ticket system',
        },
      },
    ],
    async handle(call) {
      const { environment, tenant, body, now } = call
      checkTarget(call, body.url)
      const { endpoint, secret } = await createEndpoint(environment, tenant, body, now)
      return {
        json: { ...view(endpoint), secret },
        headers: { Location: `/v1/webhook-endpoints/${endpoint.id}` },
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/webhook-endpoints',
    operationId: 'listWebhookEndpoints',
    summary: 'The webhook endpoints of the tenant, newest first',
    tag: TAG,
    access: 'webhooks:read',
    query: PageQuery,
    success: { status: 200, description: 'A page of endpoints' },
    examples: [{ summary: 'All', query: {} }],
    async handle({ environment, tenant, query: { limit, cursor } }) {
      const found = await listEndpoints(environment.FLEET, tenant, limit, cursor ?? null)
      return { json: page(found.map(view), limit, (last) => last.id) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/webhook-endpoints/{id}',
    operationId: 'getWebhookEndpoint',
    summary: 'One webhook endpoint, and how its deliveries go',
    tag: TAG,
    access: 'webhooks:read',
    success: { status: 200, description: 'The endpoint' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const endpoint = await endpointIn(call)
      return { json: detail(endpoint, await objectOf(call, endpoint).health(), call.now) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/webhook-endpoints/{id}',
    operationId: 'updateWebhookEndpoint',
    summary: 'Change a webhook endpoint, stop it, or enable it again',
    description: 'What happened while it was disabled is not sent by itself: use replay.',
    tag: TAG,
    access: 'webhooks:write',
    body: WebhookEndpointChange,
    success: { status: 200, description: 'The endpoint as it is now' },
    examples: [{ summary: 'Only some events', body: { types: ['euicc.fallback'] } }],
    async handle(call) {
      const before = await endpointIn(call)
      const { enabled, url, types, format, description } = call.body
      if (url !== undefined) checkTarget(call, url)
      const disabled = enabled === undefined ? before.disabled : enabled ? null : 'by the operator'
      const endpoint: Endpoint = {
        ...before,
        url: url ?? before.url,
        types: types ?? before.types,
        format: format ?? before.format,
        description: description ?? before.description,
        disabled,
        updatedAt: call.now,
      }
      await writeEndpoint(call.environment.FLEET, endpoint)
      return { json: view(endpoint) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/webhook-endpoints/{id}',
    operationId: 'deleteWebhookEndpoint',
    summary: 'Remove a webhook endpoint, and what it was still to be told',
    tag: TAG,
    access: 'webhooks:write',
    success: { status: 204, description: 'Removed' },
    examples: [{ summary: 'One that is not needed' }],
    async handle(call) {
      const endpoint = await endpointIn(call)
      await deleteEndpoint(call.environment, endpoint.tenant, endpoint.id)
      await objectOf(call, endpoint).remove()
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints/{id}/rotate-secret',
    operationId: 'rotateWebhookSecret',
    summary: 'Sign with a new secret',
    description: 'For a day each request carries two signatures, by the new secret and by the one before.',
    tag: TAG,
    access: 'webhooks:write',
    idempotent: true,
    showsSecret: true,
    success: { status: 200, description: 'The new secret, shown this once' },
    examples: [{ summary: 'After a leak' }],
    async handle(call) {
      const secret = await rotateSecret(call.environment, await endpointIn(call), call.now)
      return { json: { secret, previousValidUntil: instant(call.now + ROTATION_MS) } }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints/{id}/test',
    operationId: 'testWebhookEndpoint',
    summary: 'Send an event that means nothing',
    tag: TAG,
    access: 'webhooks:write',
    success: { status: 202, description: 'The event, on its way' },
    examples: [{ summary: 'After setting it up' }],
    async handle(call) {
      const endpoint = await endpointIn(call)
      checkEnabled(endpoint)
      const { tenant, id } = endpoint
      const data = { message: 'this is a test' }
      const { event } = announcement({
        tenant,
        type: 'webhook_endpoint.test',
        subject: id,
        at: call.now,
        data,
      })
      await objectOf(call, endpoint).replay({ tenant, id }, [event])
      return { json: cloudEvent(event) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/webhook-endpoints/{id}/deliveries',
    operationId: 'listDeliveries',
    summary: 'What an endpoint was told, is still to be told, and did not take',
    tag: TAG,
    access: 'webhooks:read',
    query: DeliveriesQuery,
    success: { status: 200, description: 'A page of deliveries, newest first' },
    examples: [{ summary: 'Dead letters', query: { state: 'dead' } }],
    async handle(call) {
      const { limit, cursor, state } = call.query
      const endpoint = await endpointIn(call)
      const found = await objectOf(call, endpoint).deliveries({ limit, cursor: cursor ?? null, state })
      return { json: { ...found, data: found.data.map(showDelivery) } }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints/{id}/deliveries/{eventId}/redeliver',
    operationId: 'redeliver',
    summary: 'Send one event again, or at once if it waits for its next try',
    tag: TAG,
    access: 'webhooks:write',
    success: { status: 202, description: 'It waits to be sent' },
    examples: [{ summary: 'A dead letter' }],
    async handle(call) {
      const endpoint = await endpointIn(call)
      checkEnabled(endpoint)
      const { eventId = '' } = call.params
      const found = await objectOf(call, endpoint).redeliver(eventId)
      if (!found) throw notFound(`a delivery of ${eventId}`)
      return { json: { eventId } }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints/{id}/replay',
    operationId: 'replayEvents',
    summary: 'Send the events of a time again',
    description: `At most ${MOST_REPLAYED} a call: go on from the time in \`next\`.`,
    tag: TAG,
    access: 'webhooks:write',
    body: Replay,
    success: { status: 202, description: 'How many are sent again' },
    examples: [
      { summary: 'After an outage', body: { from: '2026-12-24T00:00:00Z', to: '2026-12-25T00:00:00Z' } },
    ],
    async handle(call) {
      const endpoint = await endpointIn(call)
      checkEnabled(endpoint)
      const { from, to, types } = call.body
      const query = {
        after: 0,
        limit: MOST_REPLAYED,
        from: Date.parse(from),
        to: to === undefined ? undefined : Date.parse(to),
      }
      const found = await readEvents(call.environment.FLEET, endpoint.tenant, query)
      const events = found.map(({ event }) => event).filter(({ type }) => matches(types, type))
      const { tenant, id } = endpoint
      await objectOf(call, endpoint).replay({ tenant, id }, events)
      const last = found.length === MOST_REPLAYED ? found.at(-1)?.event.at : undefined
      return { json: { events: events.length, next: instantOrNull(last ?? null) } }
    },
  }),
]
