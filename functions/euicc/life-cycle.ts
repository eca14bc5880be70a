/** Moves operations through their life cycle; every change of status goes through here, is noted and announced. */
import { toHex } from '../../shared/octets.ts'
import { deliveryKindOf, latestDelivery, setDeliveryState } from './delivery.ts'
import type { EuiccContext } from './euicc-context.ts'
import { announce, note } from './journal.ts'
import { isFinal, type OperationRequest, type OperationStatus, type WaitingFor } from './operation.ts'
import { newOperationId } from './operation-id.ts'
import {
  type OperationRecord,
  openOperations,
  type Purpose,
  readOperation,
  saveOperation,
} from './operation-store.ts'
import { readTransportTrust } from './sender-gate.ts'

const DAY_MS = 86_400_000

/** How long the eIM's own operations wait for the device: it may sleep for months. */
const OWN_DEADLINE_MS = 400 * DAY_MS

export type Progress = Partial<
  Pick<
    OperationRecord,
    | 'status'
    | 'outcome'
    | 'reason'
    | 'waitingFor'
    | 'waitingDetail'
    | 'mayHaveExecuted'
    | 'eimTransactionId'
    | 'unsignedErrors'
    | 'pausedUntil'
    | 'results'
    | 'previousIccid'
  >
>

/** Applies `progress`, saves, and tells the timeline and the outside when the status changed. */
export function advance(
  context: EuiccContext,
  operation: OperationRecord,
  progress: Progress,
): OperationRecord {
  const { sql, now } = context
  const waits = progress.waitingFor ?? operation.waitingFor
  const moved = {
    ...operation,
    ...progress,
    waitingSince: waits === operation.waitingFor ? operation.waitingSince : now,
    updatedAt: now,
  }
  saveOperation(sql, moved)
  if (moved.status !== operation.status) tell(context, moved)
  if (isFinal(moved.status)) afterEnd(context, moved)
  return moved
}

function tell({ sql, now, enrolment }: EuiccContext, operation: OperationRecord): void {
  const { id, status, outcome, reason, origin, createdAt, campaign } = operation
  const { type } = operation.request
  note(sql, now, `operation.${status}`, {
    operation: id,
    type,
    outcome,
    reason: reason && { code: reason.code, detail: reason.detail },
  })
  announce(sql, {
    kind: 'operation',
    tenant: enrolment.tenant,
    eid: enrolment.eid,
    at: now,
    operation: { id, type, status, outcome, reason, origin, createdAt, campaign },
  })
}

/** Creates the record; `held` or `queued` follows from its schedule. */
export function createOperation(context: EuiccContext, operation: OperationRecord): OperationRecord {
  saveOperation(context.sql, operation)
  tell(context, operation)
  if (operation.origin === 'operator' && operation.status === 'queued') wantPush(context)
  return operation
}

/** Only for what may leave for the first time: a package that came back must wait, or it would go to and fro for ever. */
function wantPush({ sql, now, enrolment: { tenant, eid } }: EuiccContext): void {
  if (readTransportTrust(sql).delivery !== 'injection') return
  announce(sql, { kind: 'push-wanted', tenant, eid, at: now })
}

/** An operation of the eIM's own: what it needs to know before or after an operator's. */
export function createOwnOperation(
  context: EuiccContext,
  request: OperationRequest,
  purpose: Purpose,
  eimId: string,
  subject: OperationRecord | null = null,
): OperationRecord {
  const { now } = context
  return createOperation(context, {
    id: newOperationId(context.enrolment.eid, now, context.random(10)),
    request,
    eimId,
    schedule: {
      priority: purpose === 'audit' ? 0 : 1000,
      notBefore: 0,
      deadline: subject?.schedule.deadline ?? now + OWN_DEADLINE_MS,
      after: null,
    },
    labels: {},
    retryOf: null,
    traceparent: null,
    origin: 'eim',
    purpose,
    subject: subject?.id ?? null,
    status: 'queued',
    outcome: null,
    reason: null,
    waitingFor: 'contact',
    waitingSince: now,
    waitingDetail: 'leaves at the next contact',
    mayHaveExecuted: false,
    eimTransactionId: newTransactionId(context),
    unsignedErrors: 0,
    pausedUntil: 0,
    results: [],
    previousIccid: null,
    createdAt: now,
    updatedAt: now,
  })
}

export function newTransactionId(context: EuiccContext): string {
  return toHex(context.random(16))
}

/** Asks for a signed list of the profiles, unless one is already waiting to leave. */
export function requestProfileList(
  context: EuiccContext,
  eimId: string,
  subject: OperationRecord | null = null,
): void {
  const purpose = subject ? 'evidence' : 'audit'
  const asked = openOperations(context.sql).some(
    (open) =>
      open.request.type === 'profile.list' &&
      open.subject === (subject?.id ?? null) &&
      // A list that is out already may be older than what is asked about now, unless it was asked about just that.
      (open.status === 'queued' || subject !== null),
  )
  if (!asked) createOwnOperation(context, { type: 'profile.list' }, purpose, eimId, subject)
}

/** Successors of one that succeeded may leave; those of one that did not can never. Its helpers are not needed any more. */
function afterEnd(context: EuiccContext, ended: OperationRecord): void {
  const delivery = latestDelivery(context.sql, ended.id)
  if (delivery && delivery.state !== 'closed')
    setDeliveryState(context.sql, delivery.eimTransactionId, 'closed')
  for (const open of openOperations(context.sql)) {
    if (open.schedule.after === ended.id) {
      if (ended.status === 'succeeded') release(context, open)
      else cancelAs(context, open, 'predecessor-ended', `${ended.id} ended as ${ended.status}`)
    } else if (open.subject === ended.id && open.status === 'queued') {
      cancelAs(context, open, 'not-needed', `${ended.id} has ended`)
    }
  }
}

function cancelAs(context: EuiccContext, operation: OperationRecord, code: string, detail: string): void {
  advance(context, operation, { status: 'cancelled', outcome: 'notExecuted', reason: { code, detail } })
}

function release(context: EuiccContext, operation: OperationRecord): void {
  const gate = gateOf(context, operation)
  if (operation.status === 'held' && !gate) {
    advance(context, operation, {
      status: 'queued',
      waitingFor: 'contact',
      waitingDetail: 'leaves at the next contact',
    })
    wantPush(context)
  }
}

/** What keeps an operation from being eligible, if anything does. */
export function gateOf(
  { sql, now }: Pick<EuiccContext, 'sql' | 'now'>,
  operation: Pick<OperationRecord, 'schedule'>,
): { readonly for: WaitingFor; readonly detail: string } | null {
  const { notBefore, after } = operation.schedule
  if (after !== null) {
    const predecessor = readOperation(sql, after)
    if (predecessor?.status !== 'succeeded')
      return { for: 'predecessor', detail: `${after} must succeed first` }
  }
  return notBefore > now
    ? { for: 'not-before', detail: `not before ${new Date(notBefore).toISOString()}` }
    : null
}

/** Lets time take effect: what is due is released, what is overdue ends. Idempotent. */
export function settle(context: EuiccContext): void {
  for (const open of openOperations(context.sql)) {
    if (open.schedule.deadline <= context.now) expire(context, open)
    else release(context, open)
  }
}

function expire(context: EuiccContext, listed: OperationRecord): void {
  const operation = readOperation(context.sql, listed.id)
  if (!operation || isFinal(operation.status)) return
  if (operation.status === 'executed')
    return confirm(context, operation, 'no rollback was heard of before the deadline')
  const left = operation.status === 'delivered'
  advance(context, operation, {
    status: 'expired',
    outcome: left ? 'unknown' : 'notExecuted',
    mayHaveExecuted: left,
    reason: {
      code: left ? 'no-result' : 'never-left',
      detail: left
        ? 'no verified result came before the deadline; the eUICC may have executed it'
        : 'the device did not come before the deadline',
    },
  })
  const changesProfiles = deliveryKindOf(operation.request) !== 'ipaEuiccData'
  if (left && changesProfiles && operation.origin === 'operator') requestProfileList(context, operation.eimId)
}

/** What the eUICC reported done is now beyond a rollback. */
export function confirm(context: EuiccContext, operation: OperationRecord, detail: string): void {
  advance(context, operation, { status: 'succeeded', outcome: 'done', reason: { code: 'done', detail } })
}

/** When `settle` has something to do next; null when nothing waits for time. */
export function nextDeadline(context: Pick<EuiccContext, 'sql'>): number | null {
  const instants = openOperations(context.sql).flatMap(({ status, schedule }): number[] =>
    status === 'held' && schedule.notBefore > 0
      ? [schedule.deadline, schedule.notBefore]
      : [schedule.deadline],
  )
  return instants.length === 0 ? null : Math.min(...instants)
}

/** Whether `status` still lets an operator cancel: nothing has left us. */
export function isCancellable(status: OperationStatus): boolean {
  return status === 'held' || status === 'queued'
}
