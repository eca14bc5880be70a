/** From an operation as the API takes it to one as the eUICC's object takes it. */

import type * as z from 'zod/mini'
import type {
  DownloadSource,
  NewOperation as EuiccOperation,
  OperationId,
  OperationRequest,
  PackageStep,
} from '../euicc/operation.ts'
import { eidOfOperationId } from '../euicc/operation-id.ts'
import { type EimIdentity, eimAddConfiguration, eimUpdateConfiguration, startingKey } from '../keys/index.ts'
import { eimConfigurationJson } from './eim-configuration.ts'
import type { Call } from './route.ts'
import {
  LONGEST_DEADLINE_MS,
  type NewOperation,
  type OperationTypeName,
  PARAMS,
  STEP_PARAMS,
} from './schemas.ts'
import { invalidMember, validate } from './validation.ts'

export type OperationBody = z.output<typeof NewOperation>

/** What operations are read against, the same for all of a call. */
export interface OperationContext extends Pick<Call<unknown, unknown>, 'now' | 'request'> {
  readonly identities: readonly EimIdentity[]
}

const DEFAULT_DEADLINE_MS = 30 * 86_400_000

/** `pointer` is where the operation stands in the body. @throws {Problem} invalid-parameters */
export function readOperation(
  call: OperationContext,
  body: OperationBody,
  eimId: string,
  pointer = '',
): EuiccOperation {
  return {
    request: readRequest(call, body.type, body.params, `${pointer}/params`),
    schedule: readSchedule(call.now, body, pointer),
    eimId,
    force: body.force,
    labels: body.labels,
    retryOf: null,
    traceparent: traceparentOf(call.request),
  }
}

/** W3C Trace Context; anything malformed is as if it were not there, as that standard asks. */
function traceparentOf(request: Request): string | null {
  const value = request.headers.get('traceparent') ?? ''
  return /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : null
}

function readSchedule(now: number, body: OperationBody, pointer: string): EuiccOperation['schedule'] {
  const deadline = body.deadline === undefined ? now + DEFAULT_DEADLINE_MS : Date.parse(body.deadline)
  const notBefore = body.notBefore === undefined ? 0 : Date.parse(body.notBefore)
  if (deadline <= now) throw invalidMember(`${pointer}/deadline`, 'has passed')
  if (deadline > now + LONGEST_DEADLINE_MS)
    throw invalidMember(`${pointer}/deadline`, 'is more than 400 days ahead')
  if (notBefore >= deadline) throw invalidMember(`${pointer}/notBefore`, 'is not before the deadline')
  return { priority: body.priority, notBefore, deadline, after: readAfter(body, pointer) }
}

function readAfter({ after, eid }: OperationBody, pointer: string): OperationId | null {
  if (after === undefined) return null
  if (eidOfOperationId(after) !== eid)
    throw invalidMember(`${pointer}/after`, 'is no operation of this eUICC')
  return after as OperationId
}

function readRequest(
  call: OperationContext,
  type: OperationTypeName,
  params: unknown,
  pointer: string,
): OperationRequest {
  switch (type) {
    case 'package': {
      const { steps } = validate(PARAMS.package, params, pointer)
      const read = steps.map((step, index) =>
        readStep(call, step.type, step.params, `${pointer}/steps/${index}/params`),
      )
      return { type, steps: read }
    }
    case 'euicc.read':
      return {
        type,
        tags: validate(PARAMS['euicc.read'], params, pointer).tags.map((tag) => tag.toUpperCase()),
      }
    case 'profile.download':
      return { type, source: sourceOf(validate(PARAMS['profile.download'], params, pointer)) }
    default:
      return readStep(call, type, params, pointer)
  }
}

function sourceOf(params: z.output<(typeof PARAMS)['profile.download']>): DownloadSource {
  if ('activationCode' in params) return { kind: 'activationCode', activationCode: params.activationCode }
  if ('defaultSmdp' in params) return { kind: 'defaultSmdp' }
  return params.smds === true ? { kind: 'smds' } : { kind: 'smds', smdsAddress: params.smds }
}

function readStep(
  call: OperationContext,
  type: keyof typeof STEP_PARAMS,
  params: unknown,
  pointer: string,
): PackageStep {
  if (type !== 'eim.add' && type !== 'eim.update') {
    return { type, ...validate(STEP_PARAMS[type], params, pointer) } as PackageStep
  }
  const choice = validate(STEP_PARAMS[type], params, pointer)
  if ('eim' in choice) {
    return { type, eimConfigurationData: eimConfigurationJson(choice.eim, `${pointer}/eim`) }
  }
  return readOwnEim(call, type, choice, pointer)
}

function readOwnEim(
  { identities }: OperationContext,
  type: 'eim.add' | 'eim.update',
  { identity: id, keyId }: { readonly identity: string; readonly keyId?: string | undefined },
  pointer: string,
): PackageStep {
  const identity = identities.find((each) => each.id === id)
  if (!identity) throw invalidMember(`${pointer}/identity`, 'is none of your eIM identities')
  if (keyId !== undefined && !identity.keys.some((key) => key.id === keyId && key.state !== 'retired')) {
    throw invalidMember(`${pointer}/keyId`, 'is no usable key of this identity')
  }
  if (type === 'eim.add') return { type, eimConfigurationData: eimAddConfiguration(identity, { keyId }) }
  const key = keyId ?? startingKey(identity).id
  return { type, eimConfigurationData: eimUpdateConfiguration(identity, { keyId: key }), keyId: key }
}
