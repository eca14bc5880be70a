/**
 * What a poll gets: pure reading, so that an empty poll costs no write. One package is in flight at a time; a package
 * goes before data, data before a download trigger, so that an IPA that never answers one does not block the other.
 */
import { fromHex, type Octets } from '../../shared/octets.ts'
import { encodeAssociationToken } from '../../shared/sgp32/index.ts'
import { type Association, isExhausted, newAssociation, nextCounter, readAssociation } from './association.ts'
import {
  type Delivery,
  type DeliveryKind,
  deliveryKindOf,
  highestCounter,
  latestDelivery,
} from './delivery.ts'
import type { EuiccContext } from './euicc-context.ts'
import type { PollRequest, SigningIdentity } from './euicc-interface.ts'
import { type OperationRecord, openOperations } from './operation-store.ts'
import { encodeEuiccPackageSigned } from './package-steps.ts'
import { encodeDataRequest, encodeTrigger } from './unsigned-requests.ts'
import { withCounters } from './update-counter.ts'

type SigningAssociation = Association & { readonly keyId: string }

export type Decision =
  | { readonly kind: 'none' }
  /** It leaves only with the word of its campaign. */
  | { readonly kind: 'ask'; readonly operation: OperationRecord; readonly campaign: string }
  /** The same octets as before. */
  | { readonly kind: 'repeat'; readonly operation: OperationRecord; readonly delivery: Delivery }
  /** BF52 or BF54: not signed, ready to go. */
  | { readonly kind: 'give'; readonly operation: OperationRecord; readonly octets: Octets }
  | {
      readonly kind: 'sign'
      readonly operation: OperationRecord
      readonly association: SigningAssociation
      readonly counterValue: number
      readonly euiccPackageSigned: Octets
      readonly associationToken: Octets
    }

/** Tries after which an unanswered question no longer goes before the packages. */
const URGENT_TRIES: Readonly<Record<string, number>> = { 'first-contact': 1, recovery: 3 }

/** Data requests and triggers given this often without an answer are spaced out. */
const FAST_TRIES = 5
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

interface Candidate {
  readonly operation: OperationRecord
  readonly kind: DeliveryKind
  readonly delivery: Delivery | undefined
}

/** What `decide` needs of a poll. */
export type Asked = Pick<PollRequest, 'identities' | 'clearances'>

export function decide(context: EuiccContext, asked: Asked): Decision {
  const decision = decideAmong(context, asked)
  if (decision.kind !== 'sign' && decision.kind !== 'give') return decision
  const { operation } = decision
  const isCleared = operation.status !== 'queued' || asked.clearances?.[operation.id] === 'leave'
  return operation.campaign === undefined || isCleared
    ? decision
    : { kind: 'ask', operation, campaign: operation.campaign }
}

function decideAmong(context: EuiccContext, { identities, clearances }: Asked): Decision {
  const candidates = openOperations(context.sql)
    .filter(
      ({ id, status }) => status === 'delivered' || (status === 'queued' && clearances?.[id] !== 'wait'),
    )
    .map(
      (operation): Candidate => ({
        operation,
        kind: deliveryKindOf(operation.request),
        delivery: operation.status === 'delivered' ? latestDelivery(context.sql, operation.id) : undefined,
      }),
    )
  if (candidates.length === 0) return { kind: 'none' }
  const unsigned = () =>
    nextUnsigned(context, candidates, 'ipaEuiccData') ?? nextUnsigned(context, candidates, 'downloadTrigger')
  const next = urgentData(context, candidates) ?? nextPackage(context, candidates, identities)
  if (next && isStuck(next)) {
    const other = unsigned()
    if (other && lastGiven(other) < lastGiven(next)) return other
  }
  return next ?? unsigned() ?? { kind: 'none' }
}

/** A package given this often without a result takes turns with the questions that wait: their answers may be what it lacks. */
const PATIENT_HAND_OUTS = 3

function isStuck(decision: Decision): boolean {
  return decision.kind === 'repeat' && decision.delivery.count >= PATIENT_HAND_OUTS
}

function lastGiven(decision: Decision): number {
  return decision.kind === 'repeat' ? decision.delivery.lastAt : 0
}

/** Questions whose answers a package needs: keys and token at first contact, kept results in a recovery. */
function urgentData(context: EuiccContext, candidates: readonly Candidate[]): Decision | null {
  const urgent = candidates.find(
    ({ operation, kind, delivery }) =>
      kind === 'ipaEuiccData' &&
      (delivery?.count ?? 0) < (URGENT_TRIES[operation.purpose ?? ''] ?? 0) &&
      operation.pausedUntil <= context.now,
  )
  return urgent ? give(urgent) : null
}

function nextPackage(
  context: EuiccContext,
  candidates: readonly Candidate[],
  identities: readonly SigningIdentity[],
): Decision | null {
  const packages = candidates.filter(({ kind }) => kind === 'euiccPackage')
  const inFlight = packages.find(({ delivery }) => delivery?.state === 'open')
  if (inFlight?.delivery) {
    const { operation, delivery } = inFlight
    return operation.pausedUntil > context.now ? null : { kind: 'repeat', operation, delivery }
  }
  for (const { operation } of packages) {
    const decision = operation.status === 'queued' ? toSign(context, operation, identities) : null
    if (decision) return decision
  }
  return null
}

/** How the association stands, and the key to sign with: the one the eUICC trusts, or the identity's present one. */
function associationFor(
  { sql }: EuiccContext,
  eimId: string,
  identities: readonly SigningIdentity[],
): SigningAssociation | null {
  const association = readAssociation(sql, eimId) ?? newAssociation(eimId)
  const keyId = association.keyId ?? identities.find((each) => each.eimId === eimId)?.keyId
  return keyId === undefined ? null : { ...association, keyId }
}

function toSign(
  context: EuiccContext,
  operation: OperationRecord,
  identities: readonly SigningIdentity[],
): Decision | null {
  const association = associationFor(context, operation.eimId, identities)
  if (!association || isExhausted(association)) return null
  // A key that has had its turn before may have signed beyond where another began anew.
  const signed = highestCounter(context.sql, operation.eimId, association.keyId)
  const counterValue = Math.max(nextCounter(association), signed + 1)
  return {
    kind: 'sign',
    operation,
    association,
    counterValue,
    euiccPackageSigned: encodeEuiccPackageSigned({
      eimId: operation.eimId,
      eid: context.enrolment.eid,
      counterValue,
      eimTransactionId: operation.eimTransactionId,
      request: withCounters(context.sql, operation.request, { ...association, counter: counterValue }),
    }),
    associationToken: encodeAssociationToken(association.token),
  }
}

function nextUnsigned(
  context: EuiccContext,
  candidates: readonly Candidate[],
  kind: DeliveryKind,
): Decision | null {
  const due = candidates.find(
    (candidate) =>
      candidate.kind === kind &&
      candidate.operation.pausedUntil <= context.now &&
      isDueAgain(context, candidate.delivery),
  )
  return due ? give(due) : null
}

function isDueAgain({ now }: EuiccContext, delivery: Delivery | undefined): boolean {
  if (!delivery || delivery.count < FAST_TRIES) return true
  return now >= delivery.lastAt + Math.min(MINUTE_MS * 2 ** (delivery.count - FAST_TRIES), DAY_MS)
}

function give({ operation, delivery }: Candidate): Decision {
  if (delivery?.state === 'open') return { kind: 'repeat', operation, delivery }
  const { request, eimTransactionId } = operation
  const id = fromHex(eimTransactionId)
  if (request.type === 'euicc.read')
    return { kind: 'give', operation, octets: encodeDataRequest(request.tags, id) }
  if (request.type === 'profile.download')
    return { kind: 'give', operation, octets: encodeTrigger(request.source, id) }
  throw new TypeError(`${request.type} leaves only signed`)
}
