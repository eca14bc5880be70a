/** While a campaign runs: operations are made wave by wave, what is overdue is looked at, what was aborted is taken back. */
import { inLanes } from '../../../shared/in-lanes.ts'
import type { EnrolledEuicc } from '../euiccs.ts'
import type { TargetStatus } from './campaign.ts'
import type { CampaignContext } from './campaign-context.ts'
import { requestFor } from './eligibility.ts'
import { NO_WAVE, type Target } from './target-store.ts'

/** eUICCs asked in one go, and at the same time. */
const ASKED_AT_ONCE = 200
const LANES = 20
const DUE_AT_ONCE = 200

/** The next of the running wave and of those before it, which may have some to try again. */
export function nextToAsk({ targets, record }: CampaignContext, limit = ASKED_AT_ONCE): Target[] {
  for (let wave = 0; wave <= record.wave; wave++) {
    const next = targets.inWave(wave, 'waiting', limit)
    if (next.length > 0) return next
  }
  return []
}

/** Makes a batch of operations. False: there were none to make. */
export async function askSome(context: CampaignContext): Promise<boolean> {
  const next = nextToAsk(context)
  if (next.length === 0) return false
  const { ports, record } = context
  const eids = next.map(({ eid }) => eid)
  const known = await ports.find(record.tenant, eids)
  await inLanes(next, LANES, (target) => ask(context, target, known.get(target.eid)))
  return true
}

async function ask(
  context: CampaignContext,
  target: Target,
  euicc: EnrolledEuicc | undefined,
): Promise<void> {
  const { ports, record } = context
  const { id, tenant, plan } = record
  const { eid } = target
  const fitted = euicc && requestFor(plan.operation, euicc)
  if (!fitted?.ok) {
    const reason = fitted?.why ?? { code: 'unknown-eid', detail: 'it is not enrolled any more' }
    move(context, eid, 'waiting', { status: 'skipped', reason })
    return
  }
  const { priority, force, labels } = plan.operation
  const attempt = target.attempt + 1
  const operation = {
    request: fitted.request,
    schedule: { priority, notBefore: 0, deadline: plan.deadline, after: null },
    force,
    labels,
    retryOf: null,
    traceparent: null,
    campaign: id,
  }
  const made = await ports.enqueue(tenant, eid, operation, `${id}/${attempt}`)
  if (!made.ok) {
    move(context, eid, 'waiting', { status: 'skipped', reason: { code: made.code, detail: made.detail } })
    return
  }
  const { operationId } = made
  const isWanted = move(context, eid, 'waiting', { status: 'queued', attempt, operationId, reason: null })
  // Aborted while the eUICC was being asked.
  if (!isWanted) await ports.cancel(tenant, eid, operationId)
}

/** False, and nothing happens, when it is not in the status `from` any more: the world went on while we asked it. */
function move(
  { ports, targets }: CampaignContext,
  eid: string,
  from: TargetStatus,
  change: Partial<Omit<Target, 'eid' | 'rank'>>,
): boolean {
  return ports.sql.transaction(() => {
    const target = targets.find(eid)
    if (target?.status !== from) return false
    targets.move(target, { changedAt: ports.now(), dueAt: null, ...change })
    return true
  })
}

/** Delivered, no result, no contact: lost. A device that has called since is slow. */
export async function findLost(context: CampaignContext): Promise<void> {
  const { ports, targets, record } = context
  const due = targets.due('delivered', ports.now(), DUE_AT_ONCE)
  if (due.length === 0) return
  const eids = due.map(({ eid }) => eid)
  const known = await ports.find(record.tenant, eids)
  const patienceMs = record.plan.pauseAt.lostAfterSeconds * 1000
  const lost = { code: 'lost', detail: 'it took the package and was not seen since' }
  for (const { eid, changedAt } of due) {
    const seenAt = known.get(eid)?.lastSeenAt ?? 0
    const isSlow = seenAt > changedAt && seenAt + patienceMs > ports.now()
    const change = isSlow
      ? { changedAt, dueAt: seenAt + patienceMs }
      : { status: 'lost' as const, reason: lost }
    move(context, eid, 'delivered', change)
  }
}

export function retryDue(context: CampaignContext): void {
  const { ports, targets } = context
  for (const { eid } of targets.due('retrying', ports.now(), DUE_AT_ONCE)) {
    move(context, eid, 'retrying', { status: 'waiting' })
  }
}

const OPEN = ['waiting', 'queued', 'retrying'] as const satisfies readonly TargetStatus[]

/** Those whose operations may still be taken back. */
function openTargets({ targets, record }: CampaignContext, limit: number): Target[] {
  const open: Target[] = []
  for (const wave of [NO_WAVE, ...record.sizes.keys()]) {
    for (const status of OPEN) {
      if (open.length < limit) open.push(...targets.inWave(wave, status, limit - open.length))
    }
  }
  return open
}

export function hasOpenTargets(context: CampaignContext): boolean {
  return openTargets(context, 1).length > 0
}

/** Takes a batch back after the campaign was aborted. False: there was none. */
export async function cancelSome(context: CampaignContext): Promise<boolean> {
  const { ports, record } = context
  const open = openTargets(context, ASKED_AT_ONCE)
  const reason = { code: 'aborted', detail: 'the campaign was aborted' }
  await inLanes(open, LANES, async ({ eid, status, operationId }) => {
    const isBack =
      status !== 'queued' || operationId === null || (await ports.cancel(record.tenant, eid, operationId))
    move(context, eid, status, isBack ? { status: 'cancelled', reason } : { status: 'delivered' })
  })
  return open.length > 0
}
