/** What a campaign makes of its eUICCs' reports: where each of them stands, and whether the whole may go on. */
import type { CampaignContext } from './campaign-context.ts'
import type { OperationChange } from './campaign-stub.ts'
import { endedIn, isThrough, judgeWave, pauseFor } from './judgement.ts'
import type { Target } from './target-store.ts'

/** Call inside a transaction. */
export function takeReport(
  { targets, record }: CampaignContext,
  { eid, at, sequence, operation }: OperationChange,
): void {
  const target = targets.find(eid)
  if (target?.operationId !== operation.id || target.sequence >= sequence) return
  const { plan } = record
  const reason = operation.reason && { code: operation.reason.code, detail: operation.reason.detail }
  const move = (change: Partial<Omit<Target, 'eid' | 'rank'>>) =>
    targets.move(target, { sequence, changedAt: at, dueAt: null, reason, ...change })
  switch (operation.status) {
    case 'held':
    case 'queued':
      return
    case 'delivered':
    case 'executed':
      move({ status: 'delivered', dueAt: at + plan.pauseAt.lostAfterSeconds * 1000 })
      return
    case 'succeeded':
    case 'cancelled':
      move({ status: operation.status })
      return
    case 'failed':
    case 'expired': {
      // A download that may have happened is never repeated: its activation code is spent.
      const isSafe = operation.type !== 'profile.download' || operation.outcome === 'notExecuted'
      const isTriedAgain = isSafe && target.attempt <= plan.retries.most && at < plan.deadline
      if (isTriedAgain) move({ status: 'retrying', dueAt: at + plan.retries.afterSeconds * 1000 })
      else move({ status: operation.status })
    }
  }
}

/** Pauses, goes on to the next wave, or finishes, as the counts say. Call inside a transaction. */
export function judge(context: CampaignContext): void {
  const { ports, targets, record } = context
  if (record.state !== 'running') return
  const { plan, wave, sizes, forgiven } = record
  const pause = pauseFor(plan.pauseAt, targets.tally(null), forgiven)
  if (pause) context.change({ state: 'paused', pause })
  else if (wave < sizes.length - 1) judgeRunningWave(context)
  else if (isThrough(targets.tally(null))) context.change({ state: 'finished', endedAt: ports.now() })
}

function judgeRunningWave(context: CampaignContext): void {
  const { ports, targets, record } = context
  const { plan, wave, passedAt } = record
  const { gate } = plan
  const tally = targets.tally(wave)
  const verdict = judgeWave(gate, tally)
  if (verdict === 'open') return
  if (verdict === 'failed') {
    const detail = `${tally.succeeded} of ${endedIn(tally)} in wave ${wave + 1} succeeded: less than ${gate.successPercent} %`
    context.change({ state: 'paused', pause: { code: 'wave-failed', detail } })
    return
  }
  const now = ports.now()
  const since = passedAt ?? now
  if (passedAt === null) context.change({ passedAt: now })
  if (now < since + gate.soakSeconds * 1000) return
  if (gate.advance === 'automatic') startNextWave(context)
  else {
    const detail = `wave ${wave + 1} is good: somebody has to let the next one go`
    context.change({ state: 'paused', pause: { code: 'wave-done', detail } })
  }
}

export function startNextWave(context: CampaignContext): void {
  const { wave, sizes } = context.record
  if (wave + 1 < sizes.length) context.change({ wave: wave + 1, passedAt: null })
}
