/** Takes an operation in: what would make a device unreachable for good is refused unless forced. */
import { sha256 } from '@noble/hashes/sha2.js'
import { toHex } from '../../shared/octets.ts'
import { isSameIccid, parseIccid } from '../../shared/sgp22/index.ts'
import { readAssociation } from './association.ts'
import { listEims } from './eim-list.ts'
import type { EuiccContext } from './euicc-context.ts'
import type { EnqueueRefusal, Result } from './euicc-interface.ts'
import { createOperation, gateOf, newTransactionId } from './life-cycle.ts'
import type { NewOperation, OperationId, OperationRequest, PackageStep } from './operation.ts'
import { newOperationId } from './operation-id.ts'
import { type OperationRecord, readOperation } from './operation-store.ts'
import { isEco, stepsOf } from './package-steps.ts'
import { listProfiles } from './profile-picture.ts'
import { first } from './sql.ts'

type Enqueued = Result<OperationRecord, EnqueueRefusal>

function refuse(refusal: EnqueueRefusal): Enqueued {
  return { ok: false, refusal }
}

/** Call inside a transaction. A repeat under the same `idempotencyKey` gives the operation made the first time. */
export function enqueue(
  context: EuiccContext,
  operation: NewOperation,
  idempotencyKey: string | null,
): Enqueued {
  const repeat = idempotencyKey === null ? null : findRepeat(context, operation, idempotencyKey)
  if (repeat) return repeat
  if (context.enrolment.retiredAt !== null) return refuse({ kind: 'retired' })
  const refusal =
    invalidPackage(operation) ?? predecessorRefusal(context, operation) ?? guardRefusal(context, operation)
  if (refusal) return refuse(refusal)
  const created = createOperation(context, recordOf(context, operation))
  if (idempotencyKey !== null) {
    context.sql.run(
      'INSERT INTO idempotency VALUES (?, ?, ?, ?)',
      idempotencyKey,
      fingerprintOf(operation),
      created.id,
      context.now,
    )
  }
  return { ok: true, value: created }
}

function findRepeat(context: EuiccContext, operation: NewOperation, key: string): Enqueued | null {
  const known = first<{ fingerprint: string; operation_id: string }>(
    context.sql,
    'SELECT fingerprint, operation_id FROM idempotency WHERE key = ?',
    key,
  )
  if (!known) return null
  const made = readOperation(context.sql, known.operation_id)
  return known.fingerprint === fingerprintOf(operation) && made
    ? { ok: true, value: made }
    : refuse({ kind: 'idempotency-mismatch' })
}

/** The deadline is left out: by default it is counted from the moment of the call. */
function fingerprintOf(operation: NewOperation): string {
  const { request, eimId, force, labels, schedule } = operation
  const { priority, notBefore, after } = schedule
  return toHex(
    sha256(
      new TextEncoder().encode(JSON.stringify([request, eimId, force, labels, priority, notBefore, after])),
    ),
  )
}

function invalidPackage({ request }: NewOperation): EnqueueRefusal | null {
  if (request.type !== 'package') return null
  if (request.steps.length === 0)
    return { kind: 'invalid', pointer: '/params/steps', detail: 'at least one step is needed' }
  const ecos = request.steps.filter(isEco).length
  return ecos === 0 || ecos === request.steps.length
    ? null
    : {
        kind: 'invalid',
        pointer: '/params/steps',
        detail: 'profile steps and eIM steps cannot share a package',
      }
}

function predecessorRefusal(
  { sql }: EuiccContext,
  { schedule: { after } }: NewOperation,
): EnqueueRefusal | null {
  if (after === null) return null
  const predecessor = readOperation(sql, after)
  const canSucceed = predecessor && !['failed', 'expired', 'cancelled'].includes(predecessor.status)
  return canSucceed ? null : { kind: 'unknown-predecessor', after }
}

function guardRefusal(context: EuiccContext, operation: NewOperation): EnqueueRefusal | null {
  if (operation.force) return null
  const steps = stepsOf(operation.request)
  return disableGuard(steps) ?? lastEimGuard(context, steps, operation.eimId)
}

/** A device without an enabled profile cannot be reached to enable one. */
function disableGuard(steps: readonly PackageStep[]): EnqueueRefusal | null {
  const lastDisable = steps.findLastIndex((step) => step.type === 'profile.disable')
  const enablesAfter = steps.slice(lastDisable + 1).some((step) => step.type === 'profile.enable')
  if (lastDisable < 0 || enablesAfter) return null
  return {
    kind: 'guard',
    code: 'would-disconnect',
    detail:
      'disabling without enabling leaves the device unreachable: enable another profile, or send both in one package, or force',
  }
}

/** Without an eIM nobody can manage the card any more. */
function lastEimGuard(
  context: EuiccContext,
  steps: readonly PackageStep[],
  eimId: string,
): EnqueueRefusal | null {
  const deleted = steps.flatMap((step) => (step.type === 'eim.delete' ? [step.eimId] : []))
  if (deleted.length === 0) return null
  const listed = listEims(context.sql).map((eim) => eim.eimId)
  const known = listed.length > 0 ? listed : [eimId]
  const left = known.filter((each) => !deleted.includes(each))
  if (left.length === 0) {
    return {
      kind: 'guard',
      code: 'last-eim',
      detail: 'this would delete the last eIM the eUICC is known to have: nobody could manage it',
    }
  }
  const ours = deleted.find((each) => each === eimId || readAssociation(context.sql, each) !== undefined)
  return ours === undefined
    ? null
    : {
        kind: 'guard',
        code: 'own-eim',
        detail: `${ours} is the eIM this eUICC is managed with here: after this it answers to others only`,
      }
}

/** The request with each ICCID as the eUICC itself has it, where it is known: with or without check digit it is the same profile. */
function withListedIccids({ sql }: EuiccContext, request: OperationRequest): OperationRequest {
  const listed = listProfiles(sql).map((profile) => parseIccid(profile.iccid))
  const asListed = <Step extends PackageStep>(step: Step): Step => {
    if (!('iccid' in step)) return step
    const wanted = parseIccid(step.iccid)
    return { ...step, iccid: listed.find((iccid) => isSameIccid(iccid, wanted)) ?? step.iccid }
  }
  if (request.type === 'package') return { ...request, steps: request.steps.map(asListed) }
  return request.type === 'euicc.read' || request.type === 'profile.download' ? request : asListed(request)
}

function recordOf(context: EuiccContext, operation: NewOperation): OperationRecord {
  const { now } = context
  const { force: _lifted, ...kept } = operation
  const gate = gateOf(context, operation)
  return {
    ...kept,
    request: withListedIccids(context, operation.request),
    id: newOperationId(context.enrolment.eid, now, context.random(10)) satisfies OperationId,
    origin: 'operator',
    purpose: null,
    subject: null,
    status: gate ? 'held' : 'queued',
    outcome: null,
    reason: null,
    waitingFor: gate?.for ?? (operation.campaign === undefined ? 'contact' : 'campaign'),
    waitingSince: now,
    waitingDetail:
      gate?.detail ??
      `leaves at the next contact${operation.campaign === undefined ? '' : ' at which its campaign lets it'}`,
    mayHaveExecuted: false,
    eimTransactionId: newTransactionId(context),
    unsignedErrors: 0,
    pausedUntil: 0,
    results: [],
    previousIccid: null,
    createdAt: now,
    updatedAt: now,
  }
}
