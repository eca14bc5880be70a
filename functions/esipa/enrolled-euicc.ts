/** Asks the object of an eUICC, and enrols it there on first contact when the fleet knows it. */
import type { EuiccInterface } from '../euicc/euicc-interface.ts'
import { euiccOf } from '../euicc/euicc-stub.ts'
import { findEnrolment } from '../fleet/enrolment.ts'
import { type EsipaRequest, UnreachedFault } from './esipa-request.ts'

/**
 * What `ask` gives. `unknown-eid` only if the fleet does not know the eUICC either: an import writes the fleet alone,
 * so that the object comes into being near the device that first calls.
 * @throws {UnreachedFault} 403 when the device may not speak for this eUICC, 401 when its gateway's token was used before
 */
export async function askEuicc<Answer extends { readonly kind: string }>(
  { environment, host, trail }: EsipaRequest,
  eid: string,
  ask: (euicc: EuiccInterface) => Promise<Answer>,
): Promise<Exclude<Answer, { readonly kind: 'refused' }>> {
  trail.eid = eid
  const euicc = euiccOf(environment.EUICC, host.tenant, eid)
  const answer = await ask(euicc)
  if (answer.kind !== 'unknown-eid') return admitted(answer)
  const enrolment = await findEnrolment(environment.FLEET, host.tenant, eid)
  if (!enrolment) return admitted(answer)
  await euicc.enrol(enrolment)
  return admitted(await ask(euicc))
}

function admitted<Answer extends { readonly kind: string }>(
  answer: Answer,
): Exclude<Answer, { readonly kind: 'refused' }> {
  if (answer.kind !== 'refused') return answer as Exclude<Answer, { readonly kind: 'refused' }>
  const isReplay = 'why' in answer && answer.why === 'replayed'
  throw isReplay
    ? new UnreachedFault(401, 'the token was used before')
    : new UnreachedFault(403, 'this device may not speak for this eUICC')
}
