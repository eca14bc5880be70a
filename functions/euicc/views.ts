/** The state of an eUICC in the words of the API. */
import { Asn1Fault, decode, type Json, type Schema } from '../../shared/asn1/index.ts'
import { toHex } from '../../shared/octets.ts'
import {
  EimIdType,
  EimPackageResultResponseError,
  EuiccPackageResult,
  IpaEuiccDataResponse,
  ProfileDownloadTriggerResult,
} from '../../shared/sgp32/index.ts'
import { HIGHEST_COUNTER, isExhausted, listAssociations, readAssociation } from './association.ts'
import { latestDelivery, openDeliveries } from './delivery.ts'
import { listEims } from './eim-list.ts'
import type { EuiccContext } from './euicc-context.ts'
import type {
  EimView,
  EuiccView,
  EvidenceView,
  ProfilesView,
  TimelineEntry,
  TraceEntry,
  Transport,
} from './euicc-interface.ts'
import { type Evidence, evidenceOf } from './evidence.ts'
import { listDeviceFacts, readCertificates, readPicture } from './facts.ts'
import { lastContact, predictNextContact } from './journal.ts'
import { isFinal, type OperationView, type Waiting } from './operation.ts'
import { countOpenOperations, type OperationRecord } from './operation-store.ts'
import { listProfiles } from './profile-picture.ts'
import type { Sql } from './sql.ts'

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : instant(ms)
}

export function viewEuicc(
  context: EuiccContext,
  certificateVerdict: { verified: boolean; detail: string },
): EuiccView {
  const { sql, now, enrolment } = context
  const certificates = readCertificates(sql)
  const { eid, eimId, labels, group, expectedPollSeconds, timeZone } = enrolment
  return {
    eid,
    eimId,
    labels,
    group,
    expectedPollSeconds,
    timeZone,
    enrolledAt: instant(enrolment.enrolledAt),
    updatedAt: instant(enrolment.updatedAt),
    lastSeenAt: instantOrNull(lastContact(sql)),
    nextExpectedAt: instantOrNull(predictNextContact(sql, expectedPollSeconds, now)),
    retiredAt: instantOrNull(enrolment.retiredAt),
    facts: Object.fromEntries(
      listDeviceFacts(sql).map(({ name, value, learntAt }) => [name, { value, learntAt: instant(learntAt) }]),
    ),
    certificates: certificates && {
      euiccCertificate: toHex(certificates.euiccCertificate),
      eumCertificate: toHex(certificates.eumCertificate),
      ...certificateVerdict,
    },
    openOperations: countOpenOperations(sql),
  }
}

export function viewOperation(context: EuiccContext, operation: OperationRecord): OperationView {
  const {
    id,
    request,
    eimId,
    origin,
    status,
    outcome,
    reason,
    schedule,
    retryOf,
    campaign,
    labels,
    traceparent,
  } = operation
  const { type, ...params } = request
  const delivery = latestDelivery(context.sql, id)
  return {
    id,
    eid: context.enrolment.eid,
    type,
    params: params as Json,
    eimId,
    origin,
    status,
    outcome,
    reason,
    waiting: isFinal(status) ? null : waitingOf(context, operation),
    mayHaveExecuted: operation.mayHaveExecuted,
    priority: schedule.priority,
    notBefore: schedule.notBefore === 0 ? null : instant(schedule.notBefore),
    deadline: instant(schedule.deadline),
    after: schedule.after,
    retryOf,
    campaign: campaign ?? null,
    labels,
    traceparent,
    createdAt: instant(operation.createdAt),
    updatedAt: instant(operation.updatedAt),
    delivery: delivery
      ? {
          kind: delivery.kind,
          eimTransactionId: delivery.eimTransactionId,
          counterValue: delivery.counterValue,
          firstAt: instant(delivery.firstAt),
          lastAt: instant(delivery.lastAt),
          count: delivery.count,
        }
      : null,
    results: operation.results,
    evidence: evidenceOf(context.sql, id),
  }
}

/** What an operation waits for is derived where it can be: another package in flight, an exhausted counter. */
function waitingOf({ sql, now, enrolment }: EuiccContext, operation: OperationRecord): Waiting {
  const association = readAssociation(sql, operation.eimId)
  const nextExpectedAt = instantOrNull(predictNextContact(sql, enrolment.expectedPollSeconds, now))
  const common = { since: instant(operation.waitingSince), nextExpectedAt }
  if (operation.status === 'queued') {
    if (association && isExhausted(association)) {
      return {
        for: 'counter',
        ...common,
        detail: 'the counter is used up: update the eIM key with a fresh counter',
      }
    }
    const other = openDeliveries(sql).find(
      (open) => open.kind === 'euiccPackage' && open.operationId !== operation.id,
    )
    if (other)
      return {
        for: 'package-in-flight',
        ...common,
        detail: `${other.operationId} is in flight; one package at a time`,
      }
  }
  return { for: operation.waitingFor, ...common, detail: operation.waitingDetail }
}

export function viewProfiles(sql: Sql): ProfilesView {
  const { provenAt, stale } = readPicture(sql)
  return { provenAt: instantOrNull(provenAt), stale, profiles: listProfiles(sql) }
}

export function viewEims(sql: Sql, ownEimIds: readonly string[]): EimView[] {
  const associations = new Map(listAssociations(sql).map((association) => [association.eimId, association]))
  const listed = new Map(listEims(sql).map((eim) => [eim.eimId, eim]))
  return [...new Set([...listed.keys(), ...associations.keys()])].map((eimId) => {
    const association = associations.get(eimId)
    const eim = listed.get(eimId)
    const type = eim?.eimIdType ?? null
    return {
      eimId,
      eimIdType: type === null ? null : EimIdType.nameOf(type),
      ours: ownEimIds.includes(eimId),
      counterUsed: association?.counter ?? null,
      counterLeft: association
        ? isExhausted(association)
          ? 0
          : HIGHEST_COUNTER - association.counter
        : null,
      associationToken: association?.token ?? null,
      keyId: association?.keyId ?? null,
      provenAt: instantOrNull(eim?.provenAt ?? null),
    }
  })
}

const EVIDENCE_TYPES: Readonly<Record<EvidenceView['kind'], Schema<unknown> | null>> = {
  euiccPackageResult: EuiccPackageResult,
  ipaEuiccDataResponse: IpaEuiccDataResponse,
  profileDownloadTriggerResult: ProfileDownloadTriggerResult,
  eimPackageResultResponseError: EimPackageResultResponseError,
  undecodable: null,
}

export function viewEvidence(evidence: Evidence): EvidenceView {
  return {
    id: evidence.id,
    operationId: evidence.operationId as EvidenceView['operationId'],
    kind: evidence.kind,
    receivedAt: instant(evidence.receivedAt),
    octets: toHex(evidence.octets),
    decoded: decodedJson(EVIDENCE_TYPES[evidence.kind], evidence.octets),
    verdict: { ...evidence.verdict, applied: evidence.applied },
  }
}

function decodedJson(schema: Schema<unknown> | null, octets: Uint8Array): Json {
  if (!schema) return null
  try {
    return schema.toJson(decode(schema, octets))
  } catch (error) {
    if (error instanceof Asn1Fault) return { fault: error.message }
    throw error
  }
}

/** Newest first. */
export function listTimeline(sql: Sql, limit: number, before: number | null): TimelineEntry[] {
  return sql
    .all<{ id: number; at: number; event: string; detail: string }>(
      'SELECT * FROM timeline WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?',
      before,
      before,
      limit,
    )
    .map(({ id, at, event, detail }) => ({ id, at: instant(at), event, detail: JSON.parse(detail) as Json }))
}

interface TraceRow {
  id: number
  at: number
  function: string
  transport: string
  request: Uint8Array
  response: Uint8Array | null
}

/** Newest first. */
export function listTrace(sql: Sql, limit: number, before: number | null): TraceEntry[] {
  return sql
    .all<TraceRow>(
      'SELECT * FROM trace WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?',
      before,
      before,
      limit,
    )
    .map((row) => ({
      id: row.id,
      at: instant(row.at),
      function: row.function,
      transport: JSON.parse(row.transport) as Transport,
      request: toHex(row.request),
      response: row.response && toHex(row.response),
    }))
}
