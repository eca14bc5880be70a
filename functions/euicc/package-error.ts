/** What a package error means for the operation: a signed one settles or starts recovery, an unsigned one only slows us down. */
import type { Infer } from '../../shared/asn1/index.ts'
import { EuiccPackageErrorCode, type EuiccPackageErrorUnsigned } from '../../shared/sgp32/index.ts'
import { learnKey, readAssociation, writeAssociation } from './association.ts'
import { type Delivery, latestDelivery, openDeliveries } from './delivery.ts'
import type { EuiccContext } from './euicc-context.ts'
import { note } from './journal.ts'
import { advance, requestProfileList } from './life-cycle.ts'
import { isFinal } from './operation.ts'
import { type OperationRecord, readOperation } from './operation-store.ts'
import { onlyReads } from './package-steps.ts'
import { askAgain, requeue, startRecovery } from './recovery.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Unsigned errors that are taken as hiccups before hand-outs are spaced out. */
const PATIENCE = 3

interface WireCode {
  readonly name: string
  readonly number: number
}

/** A verified EuiccPackageErrorSigned. */
export function applyPackageError(
  context: EuiccContext,
  delivery: Delivery,
  operation: OperationRecord,
  code: WireCode,
): void {
  note(context.sql, context.now, 'package.refused', { operation: operation.id, code: code.name })
  if (isFinal(operation.status)) return
  learnKey(context, delivery)
  switch (code.number) {
    case EuiccPackageErrorCode.codes.replayError:
      return onReplayError(context, delivery, operation)
    case EuiccPackageErrorCode.codes.ecallActive:
      // The counter may or may not have advanced: only the same octets can never be executed twice.
      advance(context, operation, {
        pausedUntil: context.now + MINUTE_MS,
        waitingDetail: 'an emergency call is active; the same package is given again later',
      })
      return
    case EuiccPackageErrorCode.codes.counterValueOutOfRange:
      exhaust(context, delivery)
      return fail(
        context,
        operation,
        code,
        'the eUICC takes no higher counter: update the eIM key with a fresh counter',
      )
    default:
      return fail(context, operation, code, `the eUICC refused the package with ${code.name}`)
  }
}

/** The eUICC will never execute these octets (again): find out whether it already had. */
function onReplayError(context: EuiccContext, delivery: Delivery, operation: OperationRecord): void {
  const association = readAssociation(context.sql, delivery.eimId)
  if (association) writeAssociation(context.sql, { ...association, replays: association.replays + 1 })
  // The eIM's own lists are asked for their freshness: an old result would not do.
  if (operation.origin === 'eim' && onlyReads(operation.request)) requeue(context, operation, delivery)
  else startRecovery(context, operation, delivery)
}

function exhaust({ sql }: EuiccContext, delivery: Delivery): void {
  const association = readAssociation(sql, delivery.eimId)
  if (association) writeAssociation(sql, { ...association, exhausted: true })
}

function fail(context: EuiccContext, operation: OperationRecord, wireCode: WireCode, detail: string): void {
  advance(context, operation, {
    status: 'failed',
    outcome: 'refused',
    reason: { code: wireCode.name, detail, wireCode },
  })
}

/**
 * EuiccPackageErrorUnsigned or an error of the IPA: anybody could have made it. The package stays out; results kept by
 * the card and its token are asked for, since a wrong token is the usual cause.
 */
export function applyUnsignedError(
  context: EuiccContext,
  matched: Delivery | undefined,
  named: OperationRecord | undefined,
  error: Pick<Infer<typeof EuiccPackageErrorUnsigned>, 'eimId'> & { readonly detail?: string },
): void {
  const { sql, now } = context
  const delivery =
    matched ?? openDeliveries(sql).find((open) => open.kind === 'euiccPackage' && open.eimId === error.eimId)
  const operation = named ?? (delivery && readOperation(sql, delivery.operationId))
  const detail = error.detail ?? 'the eUICC could not check the package'
  note(sql, now, 'package.unsigned_error', { operation: operation?.id ?? null, detail })
  if (!operation || !delivery || operation.status !== 'delivered') return
  // It may be about the same package under another key.
  if (latestDelivery(sql, operation.id)?.state !== 'open') return
  const unsignedErrors = operation.unsignedErrors + 1
  const spaced = Math.min(MINUTE_MS * 2 ** (unsignedErrors - PATIENCE), DAY_MS)
  advance(context, operation, {
    unsignedErrors,
    pausedUntil: unsignedErrors < PATIENCE ? 0 : now + spaced,
    waitingDetail: `${unsignedErrors} unsigned error(s) received, not believed: ${detail}`,
  })
  if (delivery.kind === 'euiccPackage') askAgain(context, operation)
  if (delivery.kind === 'downloadTrigger') requestProfileList(context, operation.eimId, operation)
}
