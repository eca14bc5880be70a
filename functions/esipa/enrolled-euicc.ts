/** Asks the object of an eUICC, and enrols it there on first contact when the fleet knows it. */
import type { EuiccInterface } from '../euicc/euicc-interface.ts'
import { euiccOf } from '../euicc/euicc-stub.ts'
import { findEnrolment } from '../fleet/enrolment.ts'
import type { EsipaRequest } from './esipa-request.ts'

/**
 * What `ask` gives. `unknown-eid` only if the fleet does not know the eUICC either: an import writes the fleet alone,
 * so that the object comes into being near the device that first calls.
 */
export async function askEuicc<Answer extends { readonly kind: string }>(
  { environment, host, trail }: EsipaRequest,
  eid: string,
  ask: (euicc: EuiccInterface) => Promise<Answer>,
): Promise<Answer> {
  trail.eid = eid
  const euicc = euiccOf(environment.EUICC, host.tenant, eid)
  const answer = await ask(euicc)
  if (answer.kind !== 'unknown-eid') return answer
  const enrolment = await findEnrolment(environment.FLEET, host.tenant, eid)
  if (!enrolment) return answer
  await euicc.enrol(enrolment)
  return ask(euicc)
}
