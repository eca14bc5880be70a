/** Finds the object of a tenant's eUICC, bringing it into being when the fleet knows the eUICC but nothing asked for it yet. */
import type { Enrolment, EuiccInterface } from '../euicc/euicc-interface.ts'
import { euiccOf } from '../euicc/euicc-stub.ts'
import type { OperationId } from '../euicc/operation.ts'
import { eidOfOperationId } from '../euicc/operation-id.ts'
import { findEnrolment } from '../fleet/index.ts'
import { notFound } from './problem.ts'
import type { Call } from './route.ts'

type AnyCall = Pick<Call<unknown, unknown>, 'environment' | 'tenant' | 'params'>

/**
 * What `ask` gives; null means that the object does not know its eUICC yet, or has not `what` was asked for.
 * `enrolment` may be given by callers that have read it.
 * @throws {Problem} not-found
 */
export async function askEuicc<T>(
  { environment, tenant }: AnyCall,
  eid: string,
  ask: (euicc: EuiccInterface) => Promise<T | null>,
  {
    what = `the eUICC ${eid}`,
    enrolment = undefined,
  }: { readonly what?: string; readonly enrolment?: Enrolment | undefined } = {},
): Promise<T> {
  const euicc = euiccOf(environment.EUICC, tenant, eid)
  const answer = await ask(euicc)
  if (answer !== null) return answer
  const known = enrolment ?? (await findEnrolment(environment.FLEET, tenant, eid))
  if (!known) throw notFound(`the eUICC ${eid}`)
  await euicc.enrol(known)
  const again = await ask(euicc)
  if (again === null) throw notFound(what)
  return again
}

/** The `{eid}` of a path. @throws {Problem} not-found when it is no EID */
export function eidIn(call: AnyCall): string {
  const eid = call.params.eid ?? ''
  if (!/^[0-9]{32}$/.test(eid)) throw notFound(`the eUICC ${eid}`)
  return eid
}

/** The `{id}` of an operation, and the eUICC it names: of another tenant it leads to an object that does not know it. */
export function operationIn(call: AnyCall): { readonly id: OperationId; readonly eid: string } {
  const id = call.params.id ?? ''
  const eid = eidOfOperationId(id)
  if (eid === null) throw notFound(`the operation ${id}`)
  return { id: id as OperationId, eid }
}
