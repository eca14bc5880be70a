/** What a call sets off: its trigger's action filled in, for single eUICCs at once or as a campaign. */
import { sha256 } from '@noble/hashes/sha2.js'
import { inLanes } from '../../../shared/in-lanes.ts'
import { ulid } from '../../euicc/operation-id.ts'
import type { CampaignId, CampaignOperation, CampaignPlan } from '../../fleet/campaign/campaign.ts'
import { campaignOf } from '../../fleet/campaign/campaign-stub.ts'
import { requestFor } from '../../fleet/campaign/eligibility.ts'
import { type EnrolledEuicc, findEuiccs, listEuiccs } from '../../fleet/index.ts'
import { readCampaign, readCampaignOperation, readTarget } from '../campaign-request.ts'
import { CampaignTarget, NewCampaign, CampaignOperation as OperationSchema } from '../campaign-schemas.ts'
import { enqueueFor } from '../enqueue-operations.ts'
import { Problem } from '../problem.ts'
import type { Call } from '../route.ts'
import { validate } from '../validation.ts'
import { ExpressionFault, evaluate, type Seen } from './expression.ts'
import { fillIn } from './template.ts'
import type { Trigger } from './trigger.ts'

/** Acts for the trigger's tenant, whoever sent the request. */
export type TriggerCall = Call<unknown, unknown>

/** An eUICC that gets nothing, and why. */
export interface LeftOut {
  readonly eid: string
  readonly code: string
  readonly detail: string
}

/** An action in which nothing is left to fill in. */
export type Intent =
  | {
      readonly kind: 'operations'
      readonly operation: CampaignOperation
      readonly euiccs: readonly EnrolledEuicc[]
      readonly leftOut: readonly LeftOut[]
    }
  | { readonly kind: 'campaign'; readonly plan: CampaignPlan; readonly startsItself: boolean }

export type Done =
  | {
      readonly operations: readonly { readonly eid: string; readonly operationId: string }[]
      readonly leftOut: readonly LeftOut[]
    }
  | { readonly campaignId: string }

const LANES = 16
const DEFAULT_DEADLINE_MS = 30 * 86_400_000
const RANDOM_OCTETS = 10

/** Whether the condition holds. @throws {Problem} not-matched, when it fails on this body */
export function holds({ condition }: Trigger, seen: Seen): boolean {
  const value = expectExpression(() => evaluate(condition, seen), 'the condition')
  if (typeof value === 'boolean') return value
  throw new Problem('not-matched', `the condition gives ${JSON.stringify(value)}, neither true nor false`)
}

function expectExpression<T>(work: () => T, what: string): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    throw new Problem('not-matched', `${what}: ${error.message}`, { cause: error })
  }
}

/** Says what would be done, and does nothing. @throws {Problem} */
export async function intend(call: TriggerCall, trigger: Trigger, seen: Seen): Promise<Intent> {
  const action = expectExpression(() => fillIn(trigger.action, '/action', seen), 'the action')
  const { campaign, operation, target } = action as Readonly<Record<string, unknown>>
  if (campaign !== undefined) {
    const body = validate(NewCampaign, campaign, '/action/campaign')
    return { kind: 'campaign', plan: await readCampaign(call, body), startsItself: body.start }
  }
  const wanted = validate(OperationSchema, operation, '/action/operation')
  const { euiccs, missing } = await lookUp(call, trigger, target)
  const read = await readCampaignOperation(call, wanted)
  const fitted = euiccs.map((euicc) => ({ euicc, fit: requestFor(read, euicc) }))
  return {
    kind: 'operations',
    operation: read,
    euiccs: fitted.filter(({ fit }) => fit.ok).map(({ euicc }) => euicc),
    leftOut: [
      ...fitted.flatMap(({ euicc: { eid }, fit }) => (fit.ok ? [] : [{ eid, ...fit.why }])),
      ...missing.map((eid) => ({ eid, code: 'unknown-eid', detail: 'it is not enrolled' })),
    ],
  }
}

interface Found {
  readonly euiccs: readonly EnrolledEuicc[]
  readonly missing: readonly string[]
}

/** No more than the trigger's fan-out. @throws {Problem} too-many-targets, not-matched, invalid-parameters */
async function lookUp(call: TriggerCall, { fanOut }: Trigger, wanted: unknown): Promise<Found> {
  const { environment, tenant, now } = call
  const target = readTarget(validate(CampaignTarget, inPlural(wanted), '/action/target'), now)
  const isWholeFleet =
    target.kind === 'filter' && Object.values(target.filter).every((each) => each === undefined)
  if (isWholeFleet) throw new Problem('too-many-targets', 'the whole fleet is meant: make it a campaign')
  const tooMany = new Problem('too-many-targets', `more than ${fanOut} eUICCs are meant: make it a campaign`)
  if (target.kind === 'eids') {
    if (target.eids.length > fanOut) throw tooMany
    const found = await findEuiccs(environment.FLEET, tenant, target.eids)
    return { euiccs: [...found.values()], missing: target.eids.filter((eid) => !found.has(eid)) }
  }
  const { euiccs } = await listEuiccs(environment.FLEET, tenant, target.filter, fanOut + 1, null)
  if (euiccs.length > fanOut) throw tooMany
  if (euiccs.length === 0) throw new Problem('not-matched', 'no eUICC is what the target asks for')
  return { euiccs, missing: [] }
}

/** `{eid}` is a list of one. */
function inPlural(target: unknown): unknown {
  const isOne = typeof target === 'object' && target !== null && 'eid' in target
  if (!isOne) return target
  const { eid, ...rest } = target
  return { ...rest, eids: [eid] }
}

/**
 * Does it, once for a `callId` however often it is asked: what a try before has made is found again.
 * @throws {Problem} conflict when no eUICC takes its operation; unavailable when a repeat is worth it
 */
export async function act(
  call: TriggerCall,
  trigger: Trigger,
  intent: Intent,
  made: { readonly callId: string; readonly receivedAt: number },
): Promise<Done> {
  if (intent.kind === 'campaign') {
    const { plan, startsItself } = intent
    const id = campaignIdOf(trigger, made)
    const created = { tenant: trigger.tenant, id, plan, createdBy: trigger.id, startsItself }
    await campaignOf(call.environment.CAMPAIGN, trigger.tenant, id).create(created)
    return { campaignId: id }
  }
  const operations: { eid: string; operationId: string }[] = []
  const leftOut = [...intent.leftOut]
  await inLanes(intent.euiccs, LANES, async (euicc) => {
    const asked = await ask(call, trigger, intent.operation, euicc, made.callId)
    if ('operationId' in asked) operations.push(asked)
    else leftOut.push(asked)
  })
  if (operations.length > 0) return { operations, leftOut }
  const errors = leftOut
    .slice(0, 100)
    .map(({ eid, code, detail }) => ({ pointer: eid, detail: `${code}: ${detail}` }))
  throw new Problem('conflict', 'no eUICC takes the operation', { errors })
}

async function ask(
  call: TriggerCall,
  trigger: Trigger,
  operation: CampaignOperation,
  euicc: EnrolledEuicc,
  callId: string,
): Promise<{ readonly eid: string; readonly operationId: string } | LeftOut> {
  const { eid, eimId } = euicc
  const fitted = requestFor(operation, euicc)
  if (!fitted.ok) return { eid, ...fitted.why }
  const { priority, force, labels } = operation
  const schedule = { priority, notBefore: 0, deadline: call.now + DEFAULT_DEADLINE_MS, after: null }
  const wanted = { request: fitted.request, schedule, eimId, force, labels, retryOf: null, traceparent: null }
  try {
    const { tenant } = trigger
    const enrolment = { ...euicc, tenant }
    const { id } = await enqueueFor(call, eid, wanted, `${trigger.id}/${callId}`, { enrolment })
    return { eid, operationId: id }
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'unavailable') throw error
    return { eid, code: error.code, detail: error.message }
  }
}

/** The same for each try of a call. */
function campaignIdOf(
  { id }: Trigger,
  { callId, receivedAt }: { readonly callId: string; readonly receivedAt: number },
): CampaignId {
  const digest = sha256(new TextEncoder().encode(`${id}/${callId}`))
  return `cmp_${ulid(receivedAt, digest.subarray(0, RANDOM_OCTETS))}` as CampaignId
}
