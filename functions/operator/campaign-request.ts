/** From a campaign as the API takes it to its plan. */
import type * as z from 'zod/mini'
import type { CampaignOperation, CampaignPlan, CampaignTarget } from '../fleet/campaign/campaign.ts'
import { listEimIdentities } from '../keys/index.ts'
import type { NewCampaign } from './campaign-schemas.ts'
import { readFilter } from './euicc-filter.ts'
import { readOperation } from './operation-request.ts'
import { Problem } from './problem.ts'
import type { Call } from './route.ts'
import { EnableByProviderParams, LONGEST_DEADLINE_MS } from './schemas.ts'
import { invalidMember, validate } from './validation.ts'

type CampaignBody = z.output<typeof NewCampaign>

const DAY_MS = 86_400_000
const DEFAULT_DEADLINE_MS = 30 * DAY_MS
const DEFAULT_GATE = { endedPercent: 80, successPercent: 95, soakSeconds: 0, advance: 'automatic' } as const
const DEFAULT_PAUSE = { failurePercent: 5, lost: 1, lostAfterSeconds: (3 * DAY_MS) / 1000 } as const
const DEFAULT_RETRIES = { most: 1, afterSeconds: 3600 } as const

/** @throws {Problem} invalid-parameters, would-disconnect */
export async function readCampaign(
  call: Pick<Call<unknown, unknown>, 'environment' | 'tenant' | 'now' | 'request'>,
  body: CampaignBody,
): Promise<CampaignPlan> {
  const { name, waves, gate, pauseAt, ratePerMinute, window, retries } = body
  return {
    name,
    target: readTarget(body.target, call.now),
    operation: await readCampaignOperation(call, body.operation),
    waves: waves ?? null,
    gate: gate ?? DEFAULT_GATE,
    pauseAt: pauseAt ?? DEFAULT_PAUSE,
    ratePerMinute,
    window,
    retries: retries ?? DEFAULT_RETRIES,
    deadline: readDeadline(call.now, body.deadline),
  }
}

export function readTarget(target: CampaignBody['target'], now: number): CampaignTarget {
  if ('eids' in target) return { kind: 'eids', eids: [...new Set(target.eids)] }
  return { kind: 'filter', filter: readFilter(target.filter, now) }
}

function readDeadline(now: number, text: string | undefined): number {
  const deadline = text === undefined ? now + DEFAULT_DEADLINE_MS : Date.parse(text)
  if (deadline <= now) throw invalidMember('/deadline', 'has passed')
  if (deadline > now + LONGEST_DEADLINE_MS) throw invalidMember('/deadline', 'is more than 400 days ahead')
  return deadline
}

/** What is asked of each eUICC; its eIM identity is the one it is managed with. */
export async function readCampaignOperation(
  {
    environment,
    tenant,
    now,
    request,
  }: Pick<Call<unknown, unknown>, 'environment' | 'tenant' | 'now' | 'request'>,
  body: CampaignBody['operation'],
): Promise<CampaignOperation> {
  const { type, params, priority, labels, force } = body
  if (type === 'profile.enable' && 'serviceProviderName' in params) {
    const { serviceProviderName, rollback } = validate(EnableByProviderParams, params, '/operation/params')
    return { request: { type, serviceProviderName, rollback }, priority, labels, force }
  }
  const identities = await listEimIdentities(environment.FLEET, tenant)
  const context = { now, request, identities }
  const read = readOperation(context, { ...body, eid: '' }, '', '/operation')
  if (type === 'profile.disable' && !force) {
    throw new Problem(
      'would-disconnect',
      'disabling without enabling leaves devices unreachable: enable another profile, or send both in one package, or force',
    )
  }
  return { request: read.request, priority, labels, force }
}
