/** Before a campaign starts: whom it concerns, who is left out and why, and who is in which wave. A page at a time. */
import type { CampaignContext } from './campaign-context.ts'
import { requestFor } from './eligibility.ts'
import { NO_WAVE, type Target } from './target-store.ts'
import { defaultWaves, rankOf, waveSizes } from './waves.ts'

const DIVIDED_AT_ONCE = 250

export async function prepareSome(context: CampaignContext): Promise<void> {
  if (context.record.isLookedUp) divideSome(context)
  else await lookUpSome(context)
}

async function lookUpSome(context: CampaignContext): Promise<void> {
  const { ports, targets, record } = context
  const { id, tenant, plan, lookedUpTo } = record
  const { euiccs, missing, next } = await ports.lookUp(tenant, plan.target, lookedUpTo)
  const now = ports.now()
  const target = (eid: string, timeZone: string | null, reason: Target['reason']): Target => ({
    eid,
    rank: rankOf(id, eid),
    wave: NO_WAVE,
    status: reason ? 'skipped' : 'waiting',
    attempt: 0,
    operationId: null,
    sequence: 0,
    reason,
    timeZone,
    changedAt: now,
    dueAt: null,
  })
  ports.sql.transaction(() => {
    for (const euicc of euiccs) {
      const fitted = requestFor(plan.operation, euicc)
      targets.insert(target(euicc.eid, euicc.timeZone, fitted.ok ? null : fitted.why))
    }
    for (const eid of missing) {
      targets.insert(target(eid, null, { code: 'unknown-eid', detail: 'it is not enrolled' }))
    }
    if (next !== null) context.change({ lookedUpTo: next })
    else {
      const total = targets.tally(NO_WAVE).waiting
      context.change({ isLookedUp: true, sizes: waveSizes(plan.waves ?? defaultWaves(total), total) })
    }
  })
}

function divideSome(context: CampaignContext): void {
  const { ports, targets, record } = context
  ports.sql.transaction(() => {
    const next = targets.inWave(NO_WAVE, 'waiting', DIVIDED_AT_ONCE)
    let { divided } = record
    for (const target of next) targets.move(target, { wave: waveAt(record.sizes, divided++) })
    if (next.length === DIVIDED_AT_ONCE) context.change({ divided })
    else if (record.startsItself) context.change({ divided, state: 'running', startedAt: ports.now() })
    else context.change({ divided, state: 'ready' })
  })
}

function waveAt(sizes: readonly number[], place: number): number {
  let end = 0
  const wave = sizes.findIndex((size) => {
    end += size
    return place < end
  })
  return wave < 0 ? sizes.length - 1 : wave
}
