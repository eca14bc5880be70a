/** A call comes in: believed or not, new or known, then its trigger's action; every verdict is kept and logged. */
import type { Environment } from '../../environment.ts'
import { Problem, type ProblemCode, type ProblemError, problemOf } from '../problem.ts'
import { takeToken } from '../rate-limit.ts'
import type { Answer, Call } from '../route.ts'
import { parseJson } from '../validation.ts'
import { act, holds, intend, type TriggerCall } from './act.ts'
import {
  claimCall,
  digestOf,
  type NewCall,
  type RecordedCall,
  recordAnswer,
  releaseCall,
} from './call-log.ts'
import { authenticateCaller } from './caller.ts'
import { findTrigger, type Trigger } from './trigger.ts'

type AnyCall = Call<unknown, unknown>

/** Octets of a call's body. */
export const LARGEST_CALL = 64 * 1024
const LONGEST_ID = 255
const ACCEPTED = 202

interface Outcome {
  readonly status: number
  /** What was done, or a {@link Refusal}. */
  readonly answer: unknown
}

/** A problem as it is kept. */
interface Refusal {
  readonly code: ProblemCode
  readonly detail: string
  readonly errors?: readonly ProblemError[]
}

/** `POST /v1/hooks/{id}`. @throws {Problem} */
export async function receiveCall(call: AnyCall): Promise<Answer> {
  const { environment, params, request, now } = call
  const text = String(call.body)
  takeToken(request.headers.get('CF-Connecting-IP') ?? '', now)
  const trigger = await findTrigger(environment.FLEET, params.id ?? '')
  if (!trigger) throw notBelieved()
  await believe(environment, trigger, request, text, now)
  if (!trigger.enabled) throw new Problem('conflict', 'the trigger is disabled')
  const answer = await takeCall(call, trigger, {
    messageId: await messageIdOf(trigger, request, text),
    body: text,
    replayOf: null,
  })
  const { tenant, id, name } = trigger
  return answer.status === ACCEPTED
    ? { ...answer, madeFor: { tenant, actor: { kind: 'trigger', id, name } } }
    : answer
}

/** Strangers are not told whether there is such a trigger, nor what is wrong with their proof: the log is. */
function notBelieved(cause?: unknown): Problem {
  return new Problem('call-refused', 'there is no such trigger, or its proof is missing or wrong', { cause })
}

/** Without a name, the same body under the same token is the same message. @throws {Problem} bad-request */
async function messageIdOf(
  { authentication }: Trigger,
  { headers }: Request,
  text: string,
): Promise<string | null> {
  const id = headers.get('webhook-id')
  if (id === null && authentication.kind === 'jwt') {
    return `token:${await digestOf(`${headers.get('Authorization')}\n${text}`)}`
  }
  if (id !== null && (id === '' || id.length > LONGEST_ID)) {
    throw new Problem('bad-request', `a webhook-id has 1 to ${LONGEST_ID} characters`)
  }
  return id
}

async function believe(
  environment: Environment,
  trigger: Trigger,
  request: Request,
  text: string,
  now: number,
): Promise<void> {
  try {
    await authenticateCaller(environment, trigger, request, text, now)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'call-refused') throw error
    log(trigger, null, 'not-believed', error.message)
    throw notBelieved(error)
  }
}

/** One that is believed, or that an operator sends again. @throws {Problem} */
export async function takeCall(call: AnyCall, trigger: Trigger, wanted: NewCall): Promise<Answer> {
  const { environment, now } = call
  const db = environment.FLEET
  const claim = await claimCall(db, trigger, wanted, now)
  if (claim.kind === 'too-many') {
    log(trigger, null, 'too-many', `more than ${trigger.callsPerMinute} a minute`)
    const headers = { 'Retry-After': '60' }
    throw new Problem('too-many-requests', `at most ${trigger.callsPerMinute} calls a minute`, { headers })
  }
  if (claim.kind === 'known') return answerAgain(claim.call, wanted)
  const outcome = await run({ ...call, tenant: trigger.tenant, key: null }, trigger, claim.call, wanted.body)
  if (outcome.status >= 500) await releaseCall(db, trigger.id, claim.call.id)
  else await recordAnswer(db, trigger.id, claim.call.id, outcome, now)
  return toAnswer(claim.call.id, outcome, false)
}

/** Never throws: what goes wrong is an outcome too. */
async function run(call: TriggerCall, trigger: Trigger, known: RecordedCall, text: string): Promise<Outcome> {
  try {
    const seen = { body: parseJson(text), now: known.receivedAt }
    if (!holds(trigger, seen)) {
      throw new Problem('not-matched', `the condition is false: ${trigger.condition}`)
    }
    const intent = await intend(call, trigger, seen)
    const made = { callId: known.id, receivedAt: known.receivedAt }
    const answer = await act(call, trigger, intent, made)
    log(trigger, known.id, 'done', JSON.stringify(answer).slice(0, 500))
    return { status: ACCEPTED, answer }
  } catch (error) {
    const problem = problemOf(error)
    log(trigger, known.id, problem.code, error instanceof Error ? error.message : 'unknown')
    const { errors } = problem.options
    const answer: Refusal = { code: problem.code, detail: problem.message, ...(errors ? { errors } : {}) }
    return { status: problem.status, answer }
  }
}

async function answerAgain(known: RecordedCall, { body, messageId }: NewCall): Promise<Answer> {
  if (known.digest !== (await digestOf(body))) {
    throw new Problem('idempotency-mismatch', `another call had the id ${messageId}`)
  }
  if (known.status === null) {
    const headers = { 'Retry-After': '1' }
    throw new Problem('idempotency-in-progress', 'the first call with this id is still at work', { headers })
  }
  return toAnswer(known.id, { status: known.status, answer: known.answer }, true)
}

/** @throws {Problem} as the call's outcome was one */
function toAnswer(callId: string, { status, answer }: Outcome, duplicate: boolean): Answer {
  if (status === ACCEPTED) {
    const json = { callId, ...(answer as object), duplicate }
    return { status: duplicate ? 200 : ACCEPTED, json }
  }
  const { code, detail, errors } = answer as Refusal
  throw new Problem(code, detail, errors ? { errors } : {})
}

function log({ tenant, id }: Trigger, call: string | null, verdict: string, detail: string): void {
  console.log(JSON.stringify({ event: 'trigger.called', tenant, trigger: id, call, verdict, detail }))
}
