/** A campaign's way to the fleet index and to the objects of its eUICCs. */
import type { EnqueueRefusal } from '../../euicc/euicc-interface.ts'
import { type EuiccNamespace, euiccOf } from '../../euicc/euicc-stub.ts'
import type { OperationId } from '../../euicc/operation.ts'
import { findEnrolment } from '../enrolment.ts'
import { findEuiccs, listEuiccs } from '../euiccs.ts'
import type { CampaignPorts, TargetPage } from './campaign-context.ts'

/** Looked up by one alarm: few enough that it takes little time. */
const PAGE = 250

/** Why an object would not take the operation, in the codes of the API. */
function refusalOf(refusal: EnqueueRefusal): { readonly code: string; readonly detail: string } {
  switch (refusal.kind) {
    case 'guard':
      return { code: refusal.code, detail: refusal.detail }
    case 'retired':
      return { code: 'retired', detail: 'the eUICC is retired' }
    case 'invalid':
      return { code: 'invalid-parameters', detail: `${refusal.pointer} ${refusal.detail}` }
    default:
      return { code: 'refused', detail: `its object refused: ${refusal.kind}` }
  }
}

export function fleetPorts(
  fleet: D1Database,
  euiccs: EuiccNamespace,
): Pick<CampaignPorts, 'lookUp' | 'find' | 'enqueue' | 'cancel'> {
  return {
    async lookUp(tenant, target, cursor): Promise<TargetPage> {
      if (target.kind === 'eids') {
        const from = Number(cursor ?? 0)
        const eids = target.eids.slice(from, from + PAGE)
        const known = await findEuiccs(fleet, tenant, eids)
        const end = from + eids.length
        return {
          euiccs: [...known.values()],
          missing: eids.filter((eid) => !known.has(eid)),
          next: end < target.eids.length ? String(end) : null,
        }
      }
      return { ...(await listEuiccs(fleet, tenant, target.filter, PAGE, cursor)), missing: [] }
    },
    find: (tenant, eids) => findEuiccs(fleet, tenant, eids),
    async enqueue(tenant, eid, operation, key) {
      // The identity an eUICC is managed with is a setting of the eUICC.
      const enrolment = await findEnrolment(fleet, tenant, eid)
      if (!enrolment) return { ok: false, code: 'unknown-eid', detail: 'it is not enrolled any more' }
      const euicc = euiccOf(euiccs, tenant, eid)
      const whole = { ...operation, eimId: enrolment.eimId }
      let made = await euicc.enqueue(whole, key)
      if (made === null) {
        await euicc.enrol(enrolment)
        made = await euicc.enqueue(whole, key)
      }
      if (made?.ok) return { ok: true, operationId: made.value.id }
      return { ok: false, ...refusalOf(made?.refusal ?? { kind: 'retired' }) }
    },
    async cancel(tenant, eid, operationId) {
      const cancelled = await euiccOf(euiccs, tenant, eid).cancel(operationId as OperationId)
      return cancelled.ok
    },
  }
}
