/**
 * What the device brings: package results, data, download results, notifications. Everything is judged first (which may
 * wait for cryptography), then applied and committed in one go, and only then acknowledged (SGP.32 §5.14.6).
 */
import { Asn1Fault, decode, encode, type Infer, rawOctets } from '../../shared/asn1/index.ts'
import { type Octets, toHex } from '../../shared/octets.ts'
import {
  EimPackageResultErrorCode,
  EuiccPackageResult,
  HandleNotificationEsipa,
  type IpaEuiccDataResponse,
  type PendingNotification,
  type ProfileDownloadTriggerResult,
  ProvideEimPackageResult,
  ProvideEimPackageResultResponse,
} from '../../shared/sgp32/index.ts'
import { findByTransaction, openDeliveries } from './delivery.ts'
import { applyDownload, judgeDownload } from './download-result.ts'
import type { EuiccContext } from './euicc-context.ts'
import {
  applyEuiccData,
  judgeCertificates,
  learnCertificates,
  resumeAfterCertificates,
} from './euicc-data.ts'
import { keepEvidence, unappliedEvidence } from './evidence.ts'
import { type JudgedNotification, judgeNotification, storeNotification } from './notification.ts'
import { readOperation } from './operation-store.ts'
import { applyUnsignedError } from './package-error.ts'
import { applyClaim, type Claim, judgeResult } from './package-result.ts'
import { unsigned, type Verdict, type Verifier } from './verdict.ts'

type ProvidedResult = Infer<typeof ProvideEimPackageResult>['eimPackageResult']
type ResultError = NonNullable<ProvidedResult['eimPackageResultResponseError']>

/** The parts of any message, in one shape. */
interface Parts {
  readonly results: readonly Infer<typeof EuiccPackageResult>[]
  readonly notifications: readonly Infer<typeof PendingNotification>[]
  readonly data: Infer<typeof IpaEuiccDataResponse> | null
  readonly download: Infer<typeof ProfileDownloadTriggerResult> | null
  readonly error: ResultError | null
}

const NO_PARTS: Parts = { results: [], notifications: [], data: null, download: null, error: null }

function partsOf(provided: ProvidedResult): Parts {
  if (provided.euiccPackageResult) return { ...NO_PARTS, results: [provided.euiccPackageResult] }
  if (provided.ePRAndNotifications) {
    const { euiccPackageResult, notificationList } = provided.ePRAndNotifications
    return { ...NO_PARTS, results: [euiccPackageResult], notifications: notificationList }
  }
  if (provided.ipaEuiccDataResponse) {
    const data = provided.ipaEuiccDataResponse.ipaEuiccData
    return {
      ...NO_PARTS,
      results: data?.euiccPackageResultList ?? [],
      notifications: data?.notificationsList ?? [],
      data: provided.ipaEuiccDataResponse,
    }
  }
  if (provided.profileDownloadTriggerResult)
    return { ...NO_PARTS, download: provided.profileDownloadTriggerResult }
  return { ...NO_PARTS, error: provided.eimPackageResultResponseError ?? null }
}

export function encodeAcknowledgement(seqNumbers: readonly number[]): Octets {
  return encode(
    ProvideEimPackageResultResponse,
    seqNumbers.length > 0 ? { eimAcknowledgements: [...new Set(seqNumbers)] } : { emptyResponse: {} },
  )
}

/** What commits a message and returns the sequence numbers that may be acknowledged after it. */
export type Commit = (context: EuiccContext) => number[]

/** Judges a ProvideEimPackageResult (BF50); undecodable octets are kept, since an error could make the device roll back. */
export async function judgeProvided(
  context: EuiccContext,
  verifier: Verifier,
  octets: Octets,
): Promise<Commit> {
  try {
    return await judgeParts(
      context,
      verifier,
      partsOf(decode(ProvideEimPackageResult, octets).eimPackageResult),
    )
  } catch (error) {
    if (error instanceof Asn1Fault) return keepUndecodable(octets, error)
    throw error
  }
}

/** Judges a HandleNotificationEsipa (BF3D): a notification, or a result that comes this way. */
export async function judgeNotified(
  context: EuiccContext,
  verifier: Verifier,
  octets: Octets,
): Promise<Commit> {
  try {
    const { pendingNotification, provideEimPackageResult } = decode(HandleNotificationEsipa, octets)
    const parts = pendingNotification
      ? { ...NO_PARTS, notifications: [pendingNotification] }
      : provideEimPackageResult
        ? partsOf(provideEimPackageResult.eimPackageResult)
        : NO_PARTS
    return await judgeParts(context, verifier, parts)
  } catch (error) {
    if (error instanceof Asn1Fault) return keepUndecodable(octets, error)
    throw error
  }
}

function keepUndecodable(octets: Octets, fault: Asn1Fault): Commit {
  return ({ sql, now }) => {
    keepEvidence(sql, {
      operationId: null,
      kind: 'undecodable',
      receivedAt: now,
      octets,
      applied: false,
      verdict: unsigned(`not decodable: ${fault.message}`),
    })
    return []
  }
}

async function judgeParts(context: EuiccContext, verifier: Verifier, parts: Parts): Promise<Commit> {
  const { sql } = context
  const data = parts.data?.ipaEuiccData
  const learnt = data ? await judgeCertificates(verifier, data) : null
  // Certificates that came with the results are what verifies them.
  if (learnt?.certificates)
    sql.transaction(() => learnCertificates(context, learnt.certificates, learnt.detail))
  const claims = await Promise.all(parts.results.map((result) => judgeResult(sql, verifier, result)))
  const stored = learnt?.certificates ? await judgeStored(context, verifier) : []
  const notifications = await Promise.all(
    parts.notifications.map((notification) => judgeNotification(sql, verifier, notification)),
  )
  const { download } = parts
  const downloadVerdict = download && (await judgeDownload(sql, verifier, download))
  return (committing) => {
    if (data?.euiccCertificate && learnt && !learnt.certificates)
      learnCertificates(committing, null, learnt.detail)
    if (learnt?.certificates) resumeAfterCertificates(committing)
    for (const claim of stored) applyClaim(committing, claim)
    return commitParts(committing, parts, claims, notifications, downloadVerdict)
  }
}

function commitParts(
  context: EuiccContext,
  parts: Parts,
  claims: readonly Claim[],
  notifications: readonly JudgedNotification[],
  downloadVerdict: Verdict | null,
): number[] {
  const acknowledged = [
    ...claims.flatMap((claim) => applyClaim(context, claim)),
    ...notifications.flatMap((judged) => storeNotification(context, judged)),
  ]
  if (parts.data) applyEuiccData(context, parts.data)
  if (parts.download && downloadVerdict) applyDownload(context, parts.download, downloadVerdict)
  if (parts.error) applyResultError(context, parts.error)
  return acknowledged
}

/** Package results that were kept because nothing could verify or decode them then, judged again. */
export async function judgeStored(context: EuiccContext, verifier: Verifier): Promise<Claim[]> {
  const claims: Claim[] = []
  for (const evidence of unappliedEvidence(context.sql)) {
    for (const result of resultsIn(evidence.octets as Octets)) {
      const claim = await judgeResult(context.sql, verifier, result)
      if (claim.verdict.verified) claims.push(claim)
    }
  }
  return claims
}

function resultsIn(octets: Octets): readonly Infer<typeof EuiccPackageResult>[] {
  for (const read of [
    () => [decode(EuiccPackageResult, octets)],
    () => partsOf(decode(ProvideEimPackageResult, octets).eimPackageResult).results,
  ]) {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Asn1Fault)) throw error
    }
  }
  return []
}

/** The IPA says that a package was unusable: unsigned, so it is recorded and the package stays out. */
function applyResultError(context: EuiccContext, error: ResultError): void {
  const { sql, now } = context
  const named = error.eimTransactionId && findByTransaction(sql, toHex(error.eimTransactionId))
  const delivery = named ?? openDeliveries(sql)[0]
  const operation = delivery && readOperation(sql, delivery.operationId)
  const name = EimPackageResultErrorCode.nameOf(error.eimPackageResultErrorCode)
  keepEvidence(sql, {
    operationId: operation?.id ?? null,
    kind: 'eimPackageResultResponseError',
    receivedAt: now,
    octets: rawOctets(error),
    applied: false,
    verdict: unsigned(`the IPA answered ${name}: recorded, not believed`),
  })
  applyUnsignedError(context, delivery, operation, {
    eimId: delivery?.eimId ?? '',
    detail: `the IPA answered ${name}`,
  })
}
