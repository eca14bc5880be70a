/**
 * Finds out what became of a package whose result is missing (SGP.32 §3.3.1, esp. after replayError): first the results
 * the card still keeps, then a fresh signed list as evidence, and only what was proven not done is sent again.
 */
import { type Delivery, latestDelivery, setDeliveryState } from './delivery.ts'
import { isVisiblyListed } from './eim-list.ts'
import type { EuiccContext } from './euicc-context.ts'
import { hasUnverifiedResult } from './evidence.ts'
import { advance, confirm, createOwnOperation, newTransactionId, requestProfileList } from './life-cycle.ts'
import { type OperationRecord, openOperations, readOperation } from './operation-store.ts'
import { isEco, onlyReads, stepsOf } from './package-steps.ts'
import { isVisiblyDone } from './profile-picture.ts'

/** euiccPackageResultList; and with it what explains a package that could not be checked. */
const KEPT_RESULTS = ['A2'] as const
const KEPT_RESULTS_AND_TOKEN = ['A2', '84', 'A5', 'A6'] as const

/** Signs it anew under a higher counter: only for what the eUICC proved it did not and will not execute. */
export function requeue(context: EuiccContext, operation: OperationRecord, delivery: Delivery): void {
  bury(context, operation, delivery)
  advance(context, operation, {
    status: 'queued',
    waitingFor: 'contact',
    waitingDetail: 'not executed the first time; leaves again under a new counter',
    eimTransactionId: newTransactionId(context),
    unsignedErrors: 0,
    pausedUntil: 0,
  })
}

/** With the one that is out under another key, if it was the key that was in doubt. */
function bury({ sql }: EuiccContext, operation: OperationRecord, delivery: Delivery): void {
  setDeliveryState(sql, delivery.eimTransactionId, 'dead')
  const latest = latestDelivery(sql, operation.id)
  if (latest?.state === 'open') setDeliveryState(sql, latest.eimTransactionId, 'dead')
}

/** The eUICC proved that it will not execute the delivery any more. */
export function startRecovery(context: EuiccContext, operation: OperationRecord, delivery: Delivery): void {
  bury(context, operation, delivery)
  advance(context, operation, {
    waitingFor: 'recovery',
    waitingDetail: 'the eUICC had this package before; its stored result is asked for',
    pausedUntil: 0,
  })
  createOwnOperation(
    context,
    { type: 'euicc.read', tags: KEPT_RESULTS },
    'recovery',
    operation.eimId,
    operation,
  )
  requestEvidence(context, operation)
}

function requestEvidence(context: EuiccContext, operation: OperationRecord): void {
  if (stepsOf(operation.request).some(isEco)) {
    const asked = openOperations(context.sql).some(
      (open) => open.request.type === 'eim.list' && open.subject === operation.id,
    )
    if (asked) return
    createOwnOperation(context, { type: 'eim.list' }, 'evidence', operation.eimId, operation)
  } else requestProfileList(context, operation.eimId, operation)
}

/** After an unsigned error: reads the card's kept results, token and certificates, once at a time. */
export function askAgain(context: EuiccContext, operation: OperationRecord): void {
  if (isAsking(context, operation)) return
  createOwnOperation(
    context,
    { type: 'euicc.read', tags: KEPT_RESULTS_AND_TOKEN },
    'recovery',
    operation.eimId,
    operation,
  )
}

function isAsking(context: EuiccContext, operation: OperationRecord): boolean {
  return openOperations(context.sql).some(
    (open) => open.purpose === 'recovery' && open.subject === operation.id,
  )
}

/** The card's kept results are known, and what was looked for is not among them: a fresh signed list decides. */
export function afterKeptResults(context: EuiccContext, operationId: string): void {
  const operation = readOperation(context.sql, operationId)
  if (operation?.status !== 'delivered' || latestDelivery(context.sql, operationId)?.state !== 'dead') return
  requestEvidence(context, operation)
}

/** A signed list came after the delivery died, so it shows what the delivery did, if it did anything. */
export function judgeByPicture(context: EuiccContext, operation: OperationRecord): void {
  if (operation.request.type === 'profile.download') return judgeDownloadByPicture(context, operation)
  if (operation.status === 'executed') return judgeExecuted(context, operation)
  const delivery = latestDelivery(context.sql, operation.id)
  if (operation.status !== 'delivered' || delivery?.state !== 'dead') return
  const seen = stepsOf(operation.request).map((step) =>
    isEco(step) ? isVisiblyListed(context.sql, step) : isVisiblyDone(context.sql, step),
  )
  if (seen.every((done) => done === true)) {
    const reason = {
      code: 'byEvidence',
      detail: 'its own result is lost, but a later signed list shows it done',
    }
    advance(context, operation, { status: 'succeeded', outcome: 'byEvidence', reason })
  } else if (isAsking(context, operation)) {
    // Its own result, good or bad, may still be on the card: until that is known nothing is sent again.
    return
  } else if (onlyReads(operation.request) || isProvenUndone(context, delivery, seen)) {
    requeue(context, operation, delivery)
  } else {
    const reason = {
      code: 'outcomeUnknown',
      detail: 'its result is lost or does not verify, and no list can show what became of it',
    }
    advance(context, operation, { status: 'failed', outcome: 'unknown', mayHaveExecuted: true, reason })
  }
}

/** What is not done may have been tried and refused: an answer in hand, though it does not verify, says so. */
function isProvenUndone(
  { sql }: EuiccContext,
  delivery: Delivery,
  seen: readonly (boolean | null)[],
): boolean {
  const { operationId, eimTransactionId } = delivery
  return seen.every((done) => done === false) && !hasUnverifiedResult(sql, operationId, eimTransactionId)
}

/** A list signed after the device came again tells whether it rolled back what it had reported done. */
function judgeExecuted(context: EuiccContext, operation: OperationRecord): void {
  const enables = stepsOf(operation.request).filter((step) => step.type === 'profile.enable')
  const last = enables.at(-1)
  if (!last || isVisiblyDone(context.sql, last))
    return confirm(context, operation, 'a later signed list confirms it')
  const reason = { code: 'rolledBack', detail: 'a later signed list shows another profile enabled' }
  advance(context, operation, { status: 'failed', outcome: 'rolledBack', reason })
}

/** Unsigned download errors that, with as many signed lists, are taken as the end of it. */
const DOWNLOAD_ATTEMPTS = 3

/** The IPA reported failure again and again, and no signed list or installation result says otherwise. */
function judgeDownloadByPicture(context: EuiccContext, operation: OperationRecord): void {
  if (operation.status !== 'delivered' || operation.unsignedErrors < DOWNLOAD_ATTEMPTS) return
  const detail = `the IPA reported failure ${operation.unsignedErrors} times, and signed lists show no installation`
  advance(context, operation, {
    status: 'failed',
    outcome: 'refused',
    reason: { code: 'downloadFailed', detail },
  })
}
