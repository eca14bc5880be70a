import { refusalOfTarget } from '../../events/index.ts'
import { checkMatch, etagOf, IF_MATCH } from '../etag.ts'
import { page } from '../page.ts'
import { notFound, Problem, problemOf } from '../problem.ts'
import { type Call, type Route, route } from '../route.ts'
import { PageQuery } from '../schemas.ts'
import { seesActivationCodes } from '../show-operation.ts'
import { DryRun, NewTrigger, TriggerChange } from '../trigger-schemas.ts'
import { holds, type Intent, intend } from '../triggers/act.ts'
import { findCall, lastCalls, type RecordedCall } from '../triggers/call-log.ts'
import { makeSecret, ROTATION_MS } from '../triggers/caller.ts'
import { checkExpression, ExpressionFault } from '../triggers/expression.ts'
import { LARGEST_CALL, receiveCall, takeCall } from '../triggers/receive-call.ts'
import { checkTemplate, fillIn } from '../triggers/template.ts'
import {
  deleteTrigger,
  findTrigger,
  insertTrigger,
  listTriggers,
  newTriggerId,
  type Trigger,
  updateTrigger,
} from '../triggers/trigger.ts'
import { invalidMember } from '../validation.ts'

type AnyCall = Call<unknown, unknown>

const TAG = 'Triggers'
/** EIDs shown of what a dry run would do. */
const SHOWN = 100
const instant = (ms: number) => new Date(ms).toISOString()

function view({ tenant: _tenant, createdAt, updatedAt, ...trigger }: Trigger) {
  return {
    ...trigger,
    url: `/v1/hooks/${trigger.id}`,
    createdAt: instant(createdAt),
    updatedAt: instant(updatedAt),
  }
}

function showCall({ receivedAt, digest: _digest, ...call }: RecordedCall) {
  return { ...call, receivedAt: instant(receivedAt) }
}

function viewFor(call: AnyCall, trigger: Trigger) {
  const shown = view(trigger)
  return seesActivationCodes(call)
    ? shown
    : { ...shown, ...withoutCodes({ action: shown.action, condition: shown.condition }) }
}

function withoutCodes<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replace(/LPA:1\$[^\s"'\\]*/gi, 'LPA:1$…')) as T
}

function showCallFor(call: AnyCall, recorded: RecordedCall) {
  const shown = showCall(recorded)
  return seesActivationCodes(call) ? shown : { ...shown, body: null }
}

const versionOf = (trigger: Trigger) => JSON.stringify(trigger)

async function triggerIn({ environment, tenant, params: { id = '' } }: AnyCall): Promise<Trigger> {
  const trigger = await findTrigger(environment.FLEET, id)
  if (trigger?.tenant !== tenant) throw notFound(`the trigger ${id}`)
  return trigger
}

/** Nobody lends a trigger rights that they do not have. @throws {Problem} insufficient-scope */
function checkRights({ key }: AnyCall, { action }: Trigger): void {
  const scope = 'campaign' in action ? 'campaigns:write' : 'operations:write'
  if (!key?.scopes.includes(scope))
    throw new Problem('insufficient-scope', `this needs the scope ${scope} too`)
}

/** @throws {Problem} invalid-parameters, insufficient-scope */
function check(call: AnyCall, trigger: Trigger): void {
  const { condition, action, authentication } = trigger
  const { environment } = call
  checkRights(call, trigger)
  at('/condition', () => checkExpression(condition))
  at('/action', () => checkTemplate(action, ''))
  if (authentication.kind !== 'jwt') return
  const refusal = refusalOfTarget(authentication.jwksUrl, environment.ALLOW_LOCAL_TARGETS === 'true')
  if (refusal !== null) throw invalidMember('/authentication/jwksUrl', refusal)
}

function at(pointer: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    throw invalidMember(pointer, error.message)
  }
}

async function dryRun(call: AnyCall, trigger: Trigger, body: unknown) {
  const seen = { body, now: call.now }
  let condition: boolean | null = null
  try {
    condition = holds(trigger, seen)
    if (!condition) return { condition, action: null, euiccs: null, problem: null }
    const intent = await intend(call, trigger, seen)
    const action = fillIn(trigger.action, '/action', seen)
    return { condition, action, euiccs: euiccsOf(intent), problem: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, message: detail } = problemOf(error)
    return { condition, action: null, euiccs: null, problem: { code, detail } }
  }
}

function euiccsOf(intent: Intent) {
  if (intent.kind === 'campaign') return null
  const { euiccs, leftOut } = intent
  const eids = euiccs.slice(0, SHOWN).map(({ eid }) => eid)
  return { count: euiccs.length, eids, leftOut: leftOut.slice(0, SHOWN) }
}

export const triggerRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/triggers',
    operationId: 'createTrigger',
    summary: 'Let another system set off operations or a campaign',
    description:
      'Condition and action are CEL over the JSON body of the call, as `body`, and the time, as `now`. A secret for the caller is shown this once.',
    tag: TAG,
    access: 'triggers:write',
    body: NewTrigger,
    idempotent: true,
    showsSecret: true,
    success: { status: 201, description: 'The trigger, and the secret of those who call it' },
    examples: [
      {
        summary: 'Generic webhook: a SIM is lost, its spare profile is enabled',
        body: {
          name: 'SIM lost',
          condition: 'body.event == "sim.lost"',
          action: {
            operation: {
              type: 'profile.enable',
              params: { serviceProviderName: { cel: 'body.fallbackOperator' }, rollback: true },
            },
            target: { eid: { cel: 'body.eid' } },
          },
        },
      },
      {
        summary: 'Network-loss alarm: away from an operator, in waves',
        body: {
          name: 'Network loss',
          authentication: { kind: 'bearer' },
          condition: 'body.alarm == "network-loss" && body.devices >= 50',
          action: {
            campaign: {
              name: { cel: '"away from " + body.operator' },
              target: { filter: { label: { cel: '"region:" + body.region' } } },
              operation: { type: 'profile.enable', params: { serviceProviderName: 'Alfa', rollback: true } },
              ratePerMinute: 600,
              start: true,
            },
          },
        },
      },
    ],
    async handle(call) {
      const { environment, tenant, key, body, now } = call
      const made = { createdBy: key?.id ?? '', createdAt: now, updatedAt: now }
      const trigger: Trigger = { id: newTriggerId(now), tenant, ...body, ...made }
      check(call, trigger)
      // The secret first: a trigger without one could believe nobody.
      const secret = await makeSecret(environment, trigger, now)
      await insertTrigger(environment.FLEET, trigger)
      return { json: { ...view(trigger), secret }, headers: { Location: `/v1/triggers/${trigger.id}` } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/triggers',
    operationId: 'listTriggers',
    summary: 'The triggers of the tenant, newest first',
    tag: TAG,
    access: 'triggers:read',
    query: PageQuery,
    success: { status: 200, description: 'A page of triggers' },
    examples: [{ summary: 'All', query: {} }],
    async handle(call) {
      const { environment, tenant, query } = call
      const { limit, cursor } = query
      const found = await listTriggers(environment.FLEET, tenant, limit, cursor ?? null)
      return {
        json: page(
          found.map((each) => viewFor(call, each)),
          limit,
          (last) => last.id,
        ),
      }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/triggers/{id}',
    operationId: 'getTrigger',
    summary: 'One trigger',
    tag: TAG,
    access: 'triggers:read',
    success: { status: 200, description: 'The trigger' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const trigger = await triggerIn(call)
      return { json: viewFor(call, trigger), headers: { ETag: await etagOf(versionOf(trigger)) } }
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/triggers/{id}',
    operationId: 'updateTrigger',
    summary: 'Change a trigger, or switch it off and on',
    tag: TAG,
    access: 'triggers:write',
    body: TriggerChange,
    requestHeaders: IF_MATCH,
    success: { status: 200, description: 'The trigger as it is now' },
    examples: [{ summary: 'Switch it off', body: { enabled: false } }],
    async handle(call) {
      const before = await triggerIn(call)
      await checkMatch(call.request, versionOf(before))
      const changes = Object.entries(call.body).filter(([, value]) => value !== undefined)
      const trigger: Trigger = { ...before, ...Object.fromEntries(changes), updatedAt: call.now }
      if (trigger.authentication.kind !== before.authentication.kind) {
        throw invalidMember('/authentication/kind', 'cannot be changed: make another trigger')
      }
      check(call, trigger)
      await updateTrigger(call.environment.FLEET, trigger)
      return { json: view(trigger), headers: { ETag: await etagOf(versionOf(trigger)) } }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/triggers/{id}',
    operationId: 'deleteTrigger',
    summary: 'Remove a trigger with its secret and its calls',
    tag: TAG,
    access: 'triggers:write',
    success: { status: 204, description: 'Removed' },
    examples: [{ summary: 'One that is not needed' }],
    async handle(call) {
      await deleteTrigger(call.environment.FLEET, await triggerIn(call))
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/v1/triggers/{id}/rotate-secret',
    operationId: 'rotateTriggerSecret',
    summary: 'Give its callers a new secret',
    description: 'The one before is taken for another day.',
    tag: TAG,
    access: 'triggers:write',
    idempotent: true,
    showsSecret: true,
    success: { status: 200, description: 'The new secret, shown this once' },
    examples: [{ summary: 'After a leak' }],
    async handle(call) {
      const secret = await makeSecret(call.environment, await triggerIn(call), call.now)
      if (secret === null) throw new Problem('conflict', 'its callers come with tokens of your own issuer')
      return { json: { secret, previousValidUntil: instant(call.now + ROTATION_MS) } }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/triggers/{id}/dry-run',
    operationId: 'dryRunTrigger',
    summary: 'What a call with this body would do; nothing is done',
    tag: TAG,
    access: 'triggers:write',
    body: DryRun,
    changesNothing: true,
    success: { status: 200, description: 'Condition, action filled in, and whom it would concern' },
    examples: [{ summary: 'A lost SIM', body: { body: { event: 'sim.lost', eid: '…' } } }],
    async handle(call) {
      return { json: await dryRun(call, await triggerIn(call), call.body.body) }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/triggers/{id}/calls',
    operationId: 'listTriggerCalls',
    summary: 'The last 100 calls that were believed, newest first, and what came of each',
    tag: TAG,
    access: 'triggers:read',
    success: { status: 200, description: 'Calls' },
    examples: [{ summary: 'All that are kept' }],
    async handle(call) {
      const { id } = await triggerIn(call)
      const calls = await lastCalls(call.environment.FLEET, id)
      return { json: { data: calls.map((each) => showCallFor(call, each)), nextCursor: null } }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/triggers/{id}/calls/{callId}/replay',
    operationId: 'replayTriggerCall',
    summary: 'Take a call again, as if it had come now',
    tag: TAG,
    access: 'triggers:write',
    idempotent: true,
    success: { status: 202, description: 'What was done' },
    examples: [{ summary: 'After its condition was mended' }],
    async handle(call) {
      const trigger = await triggerIn(call)
      checkRights(call, trigger)
      const { callId = '' } = call.params
      const known = await findCall(call.environment.FLEET, trigger.id, callId)
      if (known?.body == null) throw notFound(`the body of ${callId}`)
      return takeCall(call, trigger, { messageId: null, body: known.body, replayOf: callId })
    },
  }),
  route({
    method: 'POST',
    path: '/v1/hooks/{id}',
    operationId: 'callTrigger',
    summary: 'Call a trigger',
    description:
      'As the trigger says: signed as Standard Webhooks says, or with a bearer key or token. The same `webhook-id` is answered as before and does nothing again; so is, without one, the same body under the same token. A call that matches nothing is answered 422.',
    tag: TAG,
    access: 'none',
    bodyTypes: ['application/json', 'application/cloudevents+json'],
    largestBody: LARGEST_CALL,
    requestHeaders: {
      'webhook-id': 'Names the message',
      'webhook-timestamp': 'Seconds since the epoch, within five minutes',
      'webhook-signature': 'v1,… of Standard Webhooks',
    },
    success: { status: 202, description: 'What was set off' },
    examples: [{ summary: 'A lost SIM', body: '{"event":"sim.lost"}' }],
    handle: (call) => receiveCall(call),
  }),
]
