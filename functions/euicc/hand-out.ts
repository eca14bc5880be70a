/** Polls: what leaves, when it has left for good, and the answer's octets (SGP.32 §5.14.5). */
import { decode, encode, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, equalOctets, type Octets } from '../../shared/octets.ts'
import { GetEimPackageRequest, GetEimPackageResponse, StateChangeCause } from '../../shared/sgp32/index.ts'
import { readAssociation, writeAssociation } from './association.ts'
import { type Asked, type Decision, decide } from './decide.ts'
import {
  countHandOut,
  type Delivery,
  deliveryKindOf,
  insertDelivery,
  keysTried,
  longestNotGiven,
} from './delivery.ts'
import type { EuiccContext } from './euicc-context.ts'
import type { HandOutAnswer, PollAnswer, PollRequest, SignedPackage } from './euicc-interface.ts'
import { askAtFirstContact, onStateChange } from './first-contact.ts'
import { announce, isNewContact, nextContactDue, note, noteContact } from './journal.ts'
import { advance, nextDeadline, requestProfileList, settle } from './life-cycle.ts'
import { type OperationRecord, openOperations } from './operation-store.ts'
import { requeue } from './recovery.ts'

/** BF4F { 02 01 01 }: the same octets for every empty poll. */
export const NO_PACKAGE = encode(GetEimPackageResponse, { eimPackageError: 1 })

const EIM_SIGNATURE = 0x5f37
const EUICC_PACKAGE_REQUEST = 0xbf51
const GET_EIM_PACKAGE = 0xbf4f

/** BF4F { 5A 10 … }: a poll that says nothing but its EID. */
const PLAIN_POLL_OCTETS = 21

/** Whether a poll tells of no change: then an object that knows nothing is pending needs not even look. */
export function isPlainPoll({ octets }: PollRequest): boolean {
  return octets.length === PLAIN_POLL_OCTETS
}

/**
 * Until when, milliseconds since the epoch, plain polls get {@link NO_PACKAGE} unless something is asked of the eUICC
 * before; null while anything is open.
 */
export function quietUntil(context: EuiccContext): number | null {
  return openOperations(context.sql).length === 0 ? nextContactDue(context.sql) : null
}

/** Answers a poll, or says what to sign for it. Writes only when there is something to write. */
export function answerPoll(context: EuiccContext, request: PollRequest): PollAnswer {
  const { notifyStateChange, stateChangeCause } = decode(GetEimPackageRequest, request.octets)
  const changed = notifyStateChange !== undefined || stateChangeCause !== undefined
  if (changed || hasNews(context)) {
    context.sql.transaction(() => onContact(context, changed, stateChangeCause))
  }
  return present(context, withUsableKey(context, request))
}

/** What a poll would get, without anybody having called: for injection. Null when there is nothing. */
export function offerPackage(context: EuiccContext, request: PollRequest): PollAnswer | null {
  const decision = withUsableKey(context, request)
  return decision.kind === 'none' || decision.kind === 'ask' ? null : present(context, decision)
}

function present(context: EuiccContext, decision: Decision): PollAnswer {
  switch (decision.kind) {
    case 'none':
      return { kind: 'answer', octets: NO_PACKAGE }
    case 'ask':
      return { kind: 'ask-campaign', operationId: decision.operation.id, campaign: decision.campaign }
    case 'sign':
      return {
        kind: 'sign',
        operationId: decision.operation.id,
        eimId: decision.operation.eimId,
        keyId: decision.association.keyId,
        euiccPackageSigned: decision.euiccPackageSigned,
        associationToken: decision.associationToken,
      }
    default:
      return {
        kind: 'answer',
        octets: wrap(
          GET_EIM_PACKAGE,
          context.sql.transaction(() => give(context, decision)),
        ),
      }
  }
}

/** Unsigned errors to one package after which the eUICC may well trust another of our keys. */
const KEY_DOUBT = 2

/**
 * What leaves, signed with another key when the eUICC keeps saying that it cannot check the package: the result of a key
 * change may have been lost. It trusts one key only, so of the two packages at most one can ever be executed.
 */
function withUsableKey(context: EuiccContext, asked: Asked): Decision {
  const decision = decide(context, asked)
  if (decision.kind !== 'repeat' || decision.operation.unsignedErrors < KEY_DOUBT) return decision
  const { operation, delivery } = decision
  const association = readAssociation(context.sql, delivery.eimId)
  if (delivery.kind !== 'euiccPackage' || !association) return decision
  const keyIds = asked.identities.find(({ eimId }) => eimId === delivery.eimId)?.keyIds ?? []
  const tried = keysTried(context.sql, operation.id, association.token)
  const untried = keyIds.find((keyId) => !tried.includes(keyId))
  // Each was a guess, and what spoke against it may have been damaged on its way. The same octets under another key, in turn, can still not be executed twice.
  if (untried === undefined)
    return { ...decision, delivery: longestNotGiven(context.sql, operation.id) ?? delivery }
  context.sql.transaction(() => {
    note(context.sql, context.now, 'key.changed', {
      eim: delivery.eimId,
      keyId: untried,
      operation: operation.id,
    })
    writeAssociation(context.sql, { ...association, keyId: untried })
    requeue(context, operation, delivery)
  })
  return decide(context, asked)
}

/** Whether this contact itself changes something: a first or new wake-up, something to confirm, something due. */
function hasNews(context: EuiccContext): boolean {
  const { sql, now } = context
  const due = nextDeadline(context)
  return (
    (due !== null && due <= now) ||
    isNewContact(sql, now) ||
    openOperations(sql).some((open) => open.status === 'executed')
  )
}

function onContact(context: EuiccContext, changed: boolean, cause: number | undefined): void {
  const { sql, now, enrolment } = context
  settle(context)
  const wasSeen = noteContact(sql, now)
  if (wasSeen) announce(sql, { kind: 'seen', tenant: enrolment.tenant, eid: enrolment.eid, at: now })
  askAtFirstContact(context)
  for (const open of openOperations(sql)) {
    if (open.status === 'executed') requestProfileList(context, open.eimId, open)
  }
  if (!changed) return
  const name = cause === undefined ? 'unknown' : StateChangeCause.nameOf(cause)
  onStateChange(context, cause, name)
  announce(sql, { kind: 'state-changed', tenant: enrolment.tenant, eid: enrolment.eid, at: now, cause: name })
}

/** Gives unsigned octets, new or again, or the octets of a package again. */
function give(context: EuiccContext, decision: Extract<Decision, { kind: 'repeat' | 'give' }>): Octets {
  const { sql, now } = context
  if (decision.kind === 'repeat') {
    countHandOut(sql, decision.delivery.eimTransactionId, now)
    return decision.delivery.octets as Octets
  }
  const { operation, octets } = decision
  recordDelivery(context, operation, octets, { counterValue: null, token: null, keyId: null })
  return octets
}

/**
 * Commits a signed package: from here on its counter is spent, and every poll gets these octets until a result comes.
 * `again` when the decision it was signed for does not stand any more.
 */
export function commitPackage(context: EuiccContext, signed: SignedPackage): HandOutAnswer {
  return context.sql.transaction((): HandOutAnswer => {
    const decision = decide(context, signed.request)
    const stands =
      decision.kind === 'sign' &&
      decision.operation.id === signed.operationId &&
      decision.association.keyId === signed.keyId &&
      equalOctets(decision.euiccPackageSigned, signed.euiccPackageSigned)
    if (!stands) return { kind: 'again' }
    const { association, counterValue, operation } = decision
    const octets = wrap(
      EUICC_PACKAGE_REQUEST,
      concatOctets(signed.euiccPackageSigned, wrap(EIM_SIGNATURE, signed.eimSignature)),
    )
    writeAssociation(context.sql, { ...association, counter: counterValue })
    recordDelivery(context, operation, octets, {
      counterValue,
      token: association.token,
      keyId: association.keyId,
    })
    return { kind: 'answer', octets: wrap(GET_EIM_PACKAGE, octets) }
  })
}

function recordDelivery(
  context: EuiccContext,
  operation: OperationRecord,
  octets: Octets,
  signedWith: Pick<Delivery, 'counterValue' | 'token' | 'keyId'>,
): void {
  const { sql, now } = context
  insertDelivery(sql, {
    eimTransactionId: operation.eimTransactionId,
    operationId: operation.id,
    kind: deliveryKindOf(operation.request),
    eimId: operation.eimId,
    ...signedWith,
    octets,
    state: 'open',
    firstAt: now,
    lastAt: now,
    count: 1,
  })
  advance(context, operation, {
    status: 'delivered',
    waitingFor: 'result',
    waitingDetail: 'handed out; the result is awaited',
  })
}
