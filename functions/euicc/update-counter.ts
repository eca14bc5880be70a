/** The counterValue of our own updates: known only when a package is signed, since others may leave before it. */
import { EimConfigurationData } from '../../shared/sgp32/index.ts'
import { type Association, counterUnder, readAssociation } from './association.ts'
import type { OperationRequest, PackageStep } from './operation.ts'
import type { Sql } from './sql.ts'

type Update = Extract<PackageStep, { type: 'eim.update' }>

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
  const association = eimId === signing.eimId ? signing : readAssociation(sql, eimId)
  if (!association) return step
  const filled = { ...configuration, counterValue: counterUnder(association, step.keyId) }
  return { ...step, eimConfigurationData: EimConfigurationData.toJson(filled) }
}
