/** Answers to download triggers (BF54): a signed installation result settles the order, an unsigned error only starts looking. */
import { type Infer, rawOctets } from '../../shared/asn1/index.ts'
import { toHex } from '../../shared/octets.ts'
import { BppCommandId, ErrorReason, type ProfileInstallationResult } from '../../shared/sgp22/index.ts'
import { ProfileDownloadErrorReason, ProfileDownloadTriggerResult } from '../../shared/sgp32/index.ts'
import { type Delivery, findByTransaction, openDeliveries, setDeliveryState } from './delivery.ts'
import type { EuiccContext } from './euicc-context.ts'
import { keepEvidence } from './evidence.ts'
import { readCertificates } from './facts.ts'
import { note } from './journal.ts'
import { advance, requestProfileList } from './life-cycle.ts'
import { isFinal } from './operation.ts'
import { type OperationRecord, readOperation } from './operation-store.ts'
import { markStale } from './profile-picture.ts'
import type { Sql } from './sql.ts'
import { unsigned, type Verdict, type Verifier } from './verdict.ts'

type Result = Infer<typeof ProfileDownloadTriggerResult>
type InstallationResult = Infer<typeof ProfileInstallationResult>

const MINUTE_MS = 60_000
const NO_OCTETS = new Uint8Array(0)

/** The signature of a ProfileInstallationResult covers its BF27 as received (SGP.22 §2.5.6). */
export function judgeInstallation(
  sql: Sql,
  verifier: Verifier,
  result: InstallationResult,
): Promise<Verdict> {
  return verifier.judge(
    {
      data: rawOctets(result.profileInstallationResultData),
      suffix: NO_OCTETS,
      signature: result.euiccSignPIR,
    },
    readCertificates(sql),
  )
}

export function judgeDownload(sql: Sql, verifier: Verifier, result: Result): Promise<Verdict> {
  const installation = result.profileDownloadTriggerResultData.profileInstallationResult
  return installation
    ? judgeInstallation(sql, verifier, installation)
    : Promise.resolve(unsigned('an unsigned error of the IPA: recorded, not believed'))
}

function deliveryOf(sql: Sql, result: Result): Delivery | undefined {
  if (result.eimTransactionId) return findByTransaction(sql, toHex(result.eimTransactionId))
  return openDeliveries(sql).find((open) => open.kind === 'downloadTrigger')
}

/** Call inside the transaction that commits it. */
export function applyDownload(context: EuiccContext, result: Result, verdict: Verdict): void {
  const { sql, now } = context
  const delivery = deliveryOf(sql, result)
  const operation = delivery && readOperation(sql, delivery.operationId)
  keepEvidence(sql, {
    operationId: operation?.id ?? null,
    kind: 'profileDownloadTriggerResult',
    receivedAt: now,
    octets: rawOctets(result),
    applied: verdict.verified && operation !== undefined,
    verdict,
  })
  const installation = result.profileDownloadTriggerResultData.profileInstallationResult
  if (installation && verdict.verified) showInstalled(context, installation)
  if (!operation || !delivery || isFinal(operation.status)) return
  if (installation) {
    if (verdict.verified) settleByInstallation(context, delivery, operation, result, installation)
    else advance(context, operation, { waitingFor: 'certificate', waitingDetail: verdict.detail })
    return
  }
  const reason = result.profileDownloadTriggerResultData.profileDownloadError?.profileDownloadErrorReason
  onUnsignedError(context, operation, reason ?? ProfileDownloadErrorReason.codes.undefinedError)
}

function settleByInstallation(
  context: EuiccContext,
  delivery: Delivery,
  operation: OperationRecord,
  result: Result,
  installation: InstallationResult,
): void {
  setDeliveryState(context.sql, delivery.eimTransactionId, 'closed')
  const { errorResult } = installation.profileInstallationResultData.finalResult
  const data = ProfileDownloadTriggerResult.toJson(result)
  if (!errorResult) {
    const executed = advance(context, operation, {
      status: 'executed',
      results: [{ type: 'profile.download', code: null, ok: true, data }],
    })
    const reason = { code: 'done', detail: 'the eUICC signed that it installed the profile' }
    advance(context, executed, { status: 'succeeded', outcome: 'done', reason })
    return
  }
  const wireCode = { name: ErrorReason.nameOf(errorResult.errorReason), number: errorResult.errorReason }
  const command = BppCommandId.nameOf(errorResult.bppCommandId)
  advance(context, operation, {
    status: 'failed',
    outcome: 'refused',
    results: [{ type: 'profile.download', code: wireCode, ok: false, data }],
    reason: {
      code: wireCode.name,
      detail: `the eUICC stopped at ${command} with ${wireCode.name}`,
      wireCode,
    },
  })
}

/** A signed list shows the installed profile with all that belongs to it. */
function showInstalled(context: EuiccContext, { profileInstallationResultData }: InstallationResult): void {
  if (!profileInstallationResultData.finalResult.successResult) return
  markStale(context)
  requestProfileList(context, context.enrolment.eimId)
}

/** Unsigned: the trigger stays out, and a signed list is asked for that shows whether a profile came. */
function onUnsignedError(context: EuiccContext, operation: OperationRecord, number: number): void {
  const name = ProfileDownloadErrorReason.nameOf(number)
  note(context.sql, context.now, 'download.unsigned_error', { operation: operation.id, reason: name })
  const unsignedErrors = operation.unsignedErrors + 1
  advance(context, operation, {
    unsignedErrors,
    pausedUntil: context.now + MINUTE_MS * 2 ** Math.min(unsignedErrors - 1, 10),
    waitingFor: 'evidence',
    waitingDetail: `the IPA reports ${name}, unsigned; the trigger is given again and a signed list is asked for`,
  })
  requestProfileList(context, operation.eimId, operation)
}
