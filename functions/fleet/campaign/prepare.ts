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
    const found = euiccs.map((euicc) => {
      const fitted = requestFor(plan.operation, euicc)
      return target(euicc.eid, euicc.timeZone, fitted.ok ? null : fitted.why)
    })
    const unknown = missing.map((eid) =>
      target(eid, null, { code: 'unknown-eid', detail: 'it is not enrolled' }),
    )
    targets.insertAll([...found, ...unknown])
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
    const end = record.divided + DIVIDED_AT_ONCE
    let { divided } = record
    for (const [wave, last] of lastPlaces(record.sizes).entries()) {
      const places = Math.min(last, end) - divided
      if (places > 0) divided += targets.assignWave(wave, places)
    }
    if (divided === end) context.change({ divided })
    else if (record.startsItself) context.change({ divided, state: 'running', startedAt: ports.now() })
    else context.change({ divided, state: 'ready' })
  })
}

/** How many eUICCs there are in each wave and those before it. */
function lastPlaces(sizes: readonly number[]): number[] {
  let places = 0
  return sizes.map((size) => {
    places += size
    return places
  })
}
