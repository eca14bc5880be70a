/**
 * Results of signed packages (SGP.32 §2.11.2): verified over the octets received, matched by eimId and counterValue,
 * applied once. An unsigned error proves nothing and ends nothing.
 */
import { type Infer, rawOctets } from '../../shared/asn1/index.ts'
import { type Octets, toHex } from '../../shared/octets.ts'
import {
  EuiccPackageErrorCode,
  type EuiccPackageResult,
  encodeAssociationToken,
  RollbackProfileResult,
} from '../../shared/sgp32/index.ts'
import { learnKey, readAssociation, writeAssociation } from './association.ts'
import { type Delivery, findByCounter, findByTransaction, setDeliveryState } from './delivery.ts'
import { learnFromEcos } from './eim-list.ts'
import type { EuiccContext } from './euicc-context.ts'
import { evidenceId, findEvidence, keepEvidence } from './evidence.ts'
import { readCertificates, readDeviceFact } from './facts.ts'
import { announce, note } from './journal.ts'
import { advance, requestProfileList } from './life-cycle.ts'
import { isFinal } from './operation.ts'
import { type OperationRecord, readOperation } from './operation-store.ts'
import { applyPackageError, applyUnsignedError } from './package-error.ts'
import { stepsOf } from './package-steps.ts'
import { applyRollback, applySteps, enabledIccid, type StepOutcome } from './profile-picture.ts'
import { askAgain, judgeByPicture } from './recovery.ts'
import type { Sql } from './sql.ts'
import { readResults, rollbackIn } from './step-results.ts'
import { unsigned, type Verdict, type Verifier } from './verdict.ts'

const MINUTE_MS = 60_000

type Result = Infer<typeof EuiccPackageResult>
type SignedResult = NonNullable<Result['euiccPackageResultSigned']>
type SignedData = SignedResult['euiccPackageResultDataSigned']

/** A result found in a message, and what was found out about it before the store is touched. */
export interface Claim {
  readonly result: Result
  readonly octets: Octets
  readonly verdict: Verdict
}

/** The delivery that a result says it answers. */
function deliveryOf(sql: Sql, result: Result): Delivery | undefined {
  const signed =
    result.euiccPackageResultSigned?.euiccPackageResultDataSigned ??
    result.euiccPackageErrorSigned?.euiccPackageErrorDataSigned
  if (signed) {
    const { eimId, counterValue, eimTransactionId } = signed
    if (eimTransactionId === undefined) return findByCounter(sql, eimId, counterValue)
    const delivery = findByTransaction(sql, toHex(eimTransactionId))
    return delivery?.eimId === eimId && delivery.counterValue === counterValue ? delivery : undefined
  }
  const named = result.euiccPackageErrorUnsigned?.eimTransactionId
  return named && findByTransaction(sql, toHex(named))
}

/** Verifies; nothing is written. */
export async function judgeResult(sql: Sql, verifier: Verifier, result: Result): Promise<Claim> {
  const octets = rawOctets(result)
  const signed = signedPartOf(result)
  if (!signed) return { result, octets, verdict: unsigned('an unsigned error: recorded, not believed') }
  const delivery = deliveryOf(sql, result)
  const token = delivery?.token ?? readAssociation(sql, signed.eimId)?.token ?? null
  const certificates = readCertificates(sql)
  const verdict = await verifier.judge({ ...signed, suffix: encodeAssociationToken(token) }, certificates)
  if (verdict.verified || !delivery || !isVersion10(sql)) return { result, octets, verdict }
  const asVersion10 = await verifier.judge({ ...signed, suffix: eimSignatureIn(delivery) }, certificates)
  return { result, octets, verdict: asVersion10.verified ? asVersion10 : verdict }
}

/** `5F37 40 r || s`, the last element of the package that was answered. */
function eimSignatureIn({ octets }: Delivery): Octets {
  return octets.slice(-EIM_SIGNATURE_OCTETS) as Octets
}

const EIM_SIGNATURE_OCTETS = 67

/**
 * Cards that say iotVersion 1.0: some read that version's text as a signature over the data and the eimSignature object,
 * in place of the association token (SGP.32 v1.0 §2.11.2.1).
 */
function isVersion10(sql: Sql): boolean {
  const info = readDeviceFact(sql, 'euiccInfo2')
  return JSON.stringify(info ?? null).includes('"iotVersion":["0100')
}

function signedPartOf(result: Result): { data: Octets; signature: Octets; eimId: string } | null {
  if (result.euiccPackageResultSigned) {
    const { euiccPackageResultDataSigned: data, euiccSignEPR } = result.euiccPackageResultSigned
    return { data: rawOctets(data), signature: euiccSignEPR, eimId: data.eimId }
  }
  if (result.euiccPackageErrorSigned) {
    const { euiccPackageErrorDataSigned: data, euiccSignEPE } = result.euiccPackageErrorSigned
    return { data: rawOctets(data), signature: euiccSignEPE, eimId: data.eimId }
  }
  return null
}

/** Applies a judged result and returns the sequence numbers to acknowledge; call inside the transaction that commits it. */
export function applyClaim(context: EuiccContext, claim: Claim): number[] {
  const { sql, now } = context
  const delivery = deliveryOf(sql, claim.result)
  const operation = delivery && readOperation(sql, delivery.operationId)
  const repeated = findEvidence(sql, evidenceId(claim.octets))?.applied ?? false
  const applies = claim.verdict.verified && operation !== undefined
  keepEvidence(sql, {
    operationId: operation?.id ?? null,
    kind: 'euiccPackageResult',
    receivedAt: now,
    octets: claim.octets,
    applied: applies,
    verdict: operation
      ? claim.verdict
      : { ...claim.verdict, detail: `${claim.verdict.detail}; answers no package of ours` },
  })
  if (claim.result.euiccPackageErrorUnsigned) {
    applyUnsignedError(context, delivery, operation, claim.result.euiccPackageErrorUnsigned)
    return []
  }
  if (!applies || !delivery) {
    reportUnverified(context, claim, operation)
    return []
  }
  const data = claim.result.euiccPackageResultSigned?.euiccPackageResultDataSigned
  if (!repeated) {
    if (data) applyResult(context, delivery, operation, data)
    else applyError(context, delivery, operation, claim.result)
  }
  return data ? [data.seqNumber] : []
}

function reportUnverified(context: EuiccContext, claim: Claim, operation: OperationRecord | undefined): void {
  const { sql, now, enrolment } = context
  const detail = operation ? claim.verdict.detail : 'a result answers no package of ours'
  note(sql, now, 'result.unverified', { operation: operation?.id ?? null, detail })
  announce(sql, { kind: 'unverified-result', tenant: enrolment.tenant, eid: enrolment.eid, at: now, detail })
  if (!operation || isFinal(operation.status)) return
  const lacksCertificates = !readCertificates(sql)
  advance(context, operation, {
    waitingFor: 'certificate',
    waitingDetail: detail,
    // If they are refused, as under a CI we do not know, question and package would go to and fro all contact long.
    ...(lacksCertificates ? { pausedUntil: now + MINUTE_MS } : {}),
  })
  if (lacksCertificates) askAgain(context, operation)
}

function applyError(
  context: EuiccContext,
  delivery: Delivery,
  operation: OperationRecord,
  result: Result,
): void {
  const code = result.euiccPackageErrorSigned?.euiccPackageErrorDataSigned.euiccPackageErrorCode
  if (code === undefined || delivery.state === 'closed') return
  applyPackageError(context, delivery, operation, { number: code, name: EuiccPackageErrorCode.nameOf(code) })
}

function applyResult(
  context: EuiccContext,
  delivery: Delivery,
  operation: OperationRecord,
  data: SignedData,
): void {
  acceptCounter(context, delivery)
  if (!isFinal(operation.status)) learnKey(context, delivery)
  const rolledBack = rollbackIn(data.euiccResult)
  if (rolledBack !== undefined) return applyRolledBack(context, delivery, operation, data, rolledBack)
  if (delivery.state === 'closed' && !operation.mayHaveExecuted) return
  const steps = stepsOf(operation.request)
  const results = readResults(steps, data.euiccResult)
  const outcomes = steps.flatMap((step, index): StepOutcome[] => {
    const result = data.euiccResult[index]
    return result && results[index]?.ok ? [[step, result]] : []
  })
  const previousIccid = enabledIccid(context.sql)
  learnFromEcos(context, operation, outcomes)
  const needsList = applySteps(context, { seqNumber: data.seqNumber, by: operation.id }, outcomes)
  setDeliveryState(context.sql, delivery.eimTransactionId, 'closed')
  finish(context, operation, { results, previousIccid })
  if (needsList) requestProfileList(context, operation.eimId)
  const subject = operation.subject && readOperation(context.sql, operation.subject)
  if (subject && !needsList) judgeByPicture(context, subject)
}

/** The eUICC took this counter, so the jumps that a replayError may have made necessary are over. */
function acceptCounter({ sql }: EuiccContext, delivery: Delivery): void {
  const association = readAssociation(sql, delivery.eimId)
  if (association && association.replays > 0) writeAssociation(sql, { ...association, replays: 0 })
}

/** The end of an operation, or `executed` while the standard lets it still turn. */
function finish(
  context: EuiccContext,
  operation: OperationRecord,
  found: Pick<OperationRecord, 'results' | 'previousIccid'>,
): void {
  const { sql, now, enrolment } = context
  if (isFinal(operation.status)) {
    note(sql, now, 'operation.late_result', { operation: operation.id })
    announce(sql, {
      kind: 'late-result',
      tenant: enrolment.tenant,
      eid: enrolment.eid,
      at: now,
      operationId: operation.id,
    })
    advance(context, operation, { ...found, mayHaveExecuted: false })
    return
  }
  const step = found.results.findIndex((result) => !result.ok)
  const failed = found.results[step]
  if (failed) {
    const wireCode = failed.code ?? undefined
    const reason = {
      code: failed.code?.name ?? 'unexpectedResult',
      detail: describeFailure(failed.type, failed.code?.name),
      wireCode,
      step,
    }
    advance(context, operation, { ...found, status: 'failed', outcome: 'refused', reason })
    return
  }
  const canTurn = stepsOf(operation.request).some((each) => each.type === 'profile.enable' && each.rollback)
  if (canTurn) {
    const waiting = {
      waitingFor: 'confirmation',
      waitingDetail: 'done; a list signed at the next contact proves that no rollback followed',
    } as const
    advance(context, operation, { ...found, status: 'executed', ...waiting })
    return
  }
  // Both states are told: what waits for `executed` must not depend on whether a confirmation was needed.
  const executed = advance(context, operation, { ...found, status: 'executed' })
  const reason = { code: 'done', detail: 'the eUICC signed that it did' }
  advance(context, executed, { status: 'succeeded', outcome: 'done', reason })
}

function describeFailure(type: string, code: string | undefined): string {
  if (code === 'notExecuted') return `${type} was not executed: a step before it failed or processing ended`
  return code === undefined
    ? `${type} was answered with the result of another function`
    : `the eUICC answered ${type} with ${code}`
}

function applyRolledBack(
  context: EuiccContext,
  delivery: Delivery,
  operation: OperationRecord,
  data: SignedData,
  code: number,
): void {
  setDeliveryState(context.sql, delivery.eimTransactionId, 'closed')
  // Without its first result the picture never left the previous profile: the list alone settles it.
  if (code === RollbackProfileResult.codes.ok && operation.previousIccid !== null) {
    applyRollback(context, { seqNumber: data.seqNumber, by: operation.id }, operation.previousIccid)
  }
  requestProfileList(context, operation.eimId)
  const { sql, now, enrolment } = context
  note(sql, now, 'operation.rolled_back', {
    operation: operation.id,
    rollbackResult: RollbackProfileResult.nameOf(code),
  })
  if (isFinal(operation.status)) {
    announce(sql, {
      kind: 'late-result',
      tenant: enrolment.tenant,
      eid: enrolment.eid,
      at: now,
      operationId: operation.id,
    })
    return
  }
  if (code !== RollbackProfileResult.codes.ok) return
  advance(context, operation, {
    status: 'failed',
    outcome: 'rolledBack',
    reason: {
      code: 'rolledBack',
      detail: 'the device could not keep the connection and returned to the previous profile',
      wireCode: { name: 'rollbackResult', number: code },
    },
  })
}
