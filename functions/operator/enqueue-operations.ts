/** Hands operations to the objects of their eUICCs: one, or a batch in which each stands for itself. */
import { inLanes } from '../../shared/in-lanes.ts'
import type { EnqueueRefusal, Enrolment } from '../euicc/euicc-interface.ts'
import type { NewOperation as EuiccOperation, OperationView } from '../euicc/operation.ts'
import { findEnrolments } from '../fleet/index.ts'
import { listEimIdentities } from '../keys/index.ts'
import { type ChooseEimId, choiceAmong } from './eim-id-choice.ts'
import { askEuicc } from './euicc-access.ts'
import { logFailure } from './log.ts'
import { type OperationBody, type OperationContext, readOperation } from './operation-request.ts'
import { notFound, Problem, problemOf } from './problem.ts'
import type { Call } from './route.ts'
import { showOperation } from './show-operation.ts'
import { invalidMember } from './validation.ts'

type AnyCall = Call<unknown, unknown>

/** eUICCs asked at the same time. */
const LANES = 32

/** @throws {Problem} */
export async function enqueueOne(
  call: AnyCall,
  body: OperationBody,
  key: string | null,
): Promise<OperationView> {
  return enqueueIn(await readSurroundings(call, [body]), call, body, '', key)
}

/** @throws {Problem} */
export async function enqueueFor(
  call: AnyCall,
  eid: string,
  operation: EuiccOperation,
  key: string | null,
  { pointer = '', enrolment }: { readonly pointer?: string; readonly enrolment?: Enrolment } = {},
): Promise<OperationView> {
  const result = await askEuicc(call, eid, (euicc) => euicc.enqueue(operation, key), { enrolment })
  if (!result.ok) throw problemOfRefusal(result.refusal, pointer)
  return result.value
}

/** What became of one operation of a batch. */
export type BatchResult =
  | { readonly index: number; readonly status: 202; readonly operation: unknown }
  | { readonly index: number; readonly status: number; readonly problem: unknown }

/** In the order of `bodies`, which is also the order in which each eUICC gets its own. */
export async function enqueueMany(
  call: AnyCall,
  bodies: readonly OperationBody[],
  key: string | null,
): Promise<readonly BatchResult[]> {
  const surroundings = await readSurroundings(call, bodies)
  const results: BatchResult[] = []
  const ofEuiccs = Map.groupBy(bodies.entries(), ([, body]) => body.eid).values()
  await inLanes(ofEuiccs, LANES, async (ofOne) => {
    for (const [index, body] of ofOne)
      results[index] = await enqueueItem(surroundings, call, body, index, key)
  })
  return results
}

async function enqueueItem(
  surroundings: Surroundings,
  call: AnyCall,
  body: OperationBody,
  index: number,
  key: string | null,
): Promise<BatchResult> {
  try {
    const itemKey = key === null ? null : `${key}/${index}`
    const operation = await enqueueIn(surroundings, call, body, `/operations/${index}`, itemKey)
    return { index, status: 202, operation: showOperation(call, operation) }
  } catch (error) {
    if (!(error instanceof Problem)) logFailure(call, error)
    // The others have been taken: a batch that failed as a whole would not tell which.
    const response = problemOf(error).toResponse(new URL(call.request.url).pathname, call.requestId)
    return { index, status: response.status, problem: await response.json() }
  }
}

interface Surroundings extends OperationContext {
  readonly enrolments: ReadonlyMap<string, Enrolment>
  readonly chooseEimId: ChooseEimId
}

/** What all operations of a call need of the database, read once. */
async function readSurroundings(call: AnyCall, bodies: readonly OperationBody[]): Promise<Surroundings> {
  const eids = [...new Set(bodies.map(({ eid }) => eid))]
  const { environment, tenant, now, request } = call
  const [enrolments, identities] = await Promise.all([
    findEnrolments(environment.FLEET, tenant, eids),
    listEimIdentities(environment.FLEET, tenant),
  ])
  return { now, request, identities, enrolments, chooseEimId: choiceAmong(identities) }
}

async function enqueueIn(
  surroundings: Surroundings,
  call: AnyCall,
  body: OperationBody,
  pointer: string,
  key: string | null,
): Promise<OperationView> {
  const { enrolments, chooseEimId } = surroundings
  const enrolment = enrolments.get(body.eid)
  if (!enrolment) throw notFound(`the eUICC ${body.eid}`)
  const eimId = body.eimId === undefined ? enrolment.eimId : chooseEimId(body.eimId, `${pointer}/eimId`)
  const operation = readOperation(surroundings, body, eimId, pointer)
  return enqueueFor(call, body.eid, operation, key, { pointer, enrolment })
}

function problemOfRefusal(refusal: EnqueueRefusal, pointer: string): Problem {
  switch (refusal.kind) {
    case 'guard':
      return new Problem(guardCode(refusal.code), refusal.detail)
    case 'unknown-predecessor':
      return invalidMember(`${pointer}/after`, 'is no operation that can still succeed')
    case 'invalid':
      return invalidMember(pointer + refusal.pointer, refusal.detail)
    case 'idempotency-mismatch':
      return new Problem('idempotency-mismatch', 'this Idempotency-Key was used with another operation')
    case 'retired':
      return new Problem('conflict', 'the eUICC is retired')
  }
}

function guardCode(code: string): 'would-disconnect' | 'last-eim' | 'own-eim' | 'conflict' {
  return code === 'would-disconnect' || code === 'last-eim' || code === 'own-eim' ? code : 'conflict'
}
