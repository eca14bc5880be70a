/** The counterValue of our own updates: known only when a package is signed, since others may leave before it. */
import { EimConfigurationData } from '../../shared/sgp32/index.ts'
import { type Association, HIGHEST_COUNTER, newAssociation, readAssociation } from './association.ts'
import { highestCounter } from './delivery.ts'
import type { OperationRequest, PackageStep } from './operation.ts'
import type { Sql } from './sql.ts'

type Update = Extract<PackageStep, { type: 'eim.update' }>

/** Beyond it, another key may begin anew: below, the next one will. */
const RENEWAL = HIGHEST_COUNTER >> 1

/**
 * The counterValue that goes with a key given to the eUICC by the package of `association.counter`. It goes on, so that
 * nothing of before is ever taken again, whichever key it was signed with. Towards the end it goes on from what the other
 * key has signed, which is mostly nothing.
 */
export function counterUnder(sql: Sql, association: Association, newKeyId: string | undefined): number {
  const { eimId, keyId, counter, exhausted } = association
  if (newKeyId === undefined || newKeyId === keyId) return counter
  const signed = highestCounter(sql, eimId, newKeyId)
  return exhausted || counter > RENEWAL ? signed : Math.max(counter, signed)
}

/** `signing` is the association that the package is signed for, its counter the package's own. */
export function withCounters(sql: Sql, request: OperationRequest, signing: Association): OperationRequest {
  if (request.type === 'eim.update') return withCounter(sql, request, signing)
  if (request.type !== 'package') return request
  const steps = request.steps.map((step) =>
    step.type === 'eim.update' ? withCounter(sql, step, signing) : step,
  )
  return { ...request, steps }
}

/** An update with a key says how the counter goes on (SGP.32 §2.11.1.1); one without leaves it alone. */
function withCounter(sql: Sql, step: Update, signing: Association): Update {
  const configuration = EimConfigurationData.fromJson(step.eimConfigurationData)
  const { eimId, eimPublicKeyData, counterValue } = configuration
  if (!eimPublicKeyData || counterValue !== undefined) return step
  const association =
    eimId === signing.eimId ? signing : (readAssociation(sql, eimId) ?? newAssociation(eimId))
  const filled = { ...configuration, counterValue: counterUnder(sql, association, step.keyId) }
  return { ...step, eimConfigurationData: EimConfigurationData.toJson(filled) }
}
