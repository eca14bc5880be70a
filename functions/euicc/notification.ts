/** Notifications of the eUICC (SGP.22 §3.5, SGP.32 §3.7): stored raw before the device may forget them, verified, shown. */
import { sha256 } from '@noble/hashes/sha2.js'
import { Asn1Fault, decode, type Infer, type Json, rawOctets } from '../../shared/asn1/index.ts'
import { type Octets, toHex } from '../../shared/octets.ts'
import { iccidFromOctets, type NotificationMetadata } from '../../shared/sgp22/index.ts'
import { PendingNotification } from '../../shared/sgp32/index.ts'
import { judgeInstallation } from './download-result.ts'
import type { EuiccContext } from './euicc-context.ts'
import type { NotificationView } from './euicc-interface.ts'
import { readCertificates } from './facts.ts'
import { announce, note } from './journal.ts'
import { requestProfileList } from './life-cycle.ts'
import type { Place } from './place.ts'
import { contradicts, markStale, type NotifiedEvent } from './profile-picture.ts'
import { first, type Sql } from './sql.ts'
import { unsigned, type Verdict, type Verifier } from './verdict.ts'

type Notification = Infer<typeof PendingNotification>
type Metadata = Infer<typeof NotificationMetadata>

export interface JudgedNotification {
  readonly notification: Notification
  readonly octets: Octets
  readonly verdict: Verdict
}

const NO_OCTETS = new Uint8Array(0)
/** Of those that do not verify, which anybody could send, only this many are kept. */
const UNVERIFIED_KEPT = 64
const VERIFIED_KEPT = 2000

/** Verifies; nothing is written. */
export async function judgeNotification(
  sql: Sql,
  verifier: Verifier,
  notification: Notification,
): Promise<JudgedNotification> {
  return { notification, octets: rawOctets(notification), verdict: await judge(sql, verifier, notification) }
}

function judge(sql: Sql, verifier: Verifier, notification: Notification): Promise<Verdict> {
  const { profileInstallationResult, otherSignedNotification, compactOtherSignedNotification } = notification
  if (profileInstallationResult) return judgeInstallation(sql, verifier, profileInstallationResult)
  if (otherSignedNotification) {
    const { euiccCertificate, eumCertificate } = otherSignedNotification
    return verifier.judge(signedMetadata(otherSignedNotification), { euiccCertificate, eumCertificate })
  }
  if (compactOtherSignedNotification) {
    return verifier.judge(signedMetadata(compactOtherSignedNotification), readCertificates(sql))
  }
  return Promise.resolve(unsigned('a compact installation result: its download session is not known here'))
}

function signedMetadata(notification: {
  readonly tbsOtherNotification: Metadata
  readonly euiccNotificationSignature: Octets
}) {
  return {
    data: rawOctets(notification.tbsOtherNotification),
    suffix: NO_OCTETS,
    signature: notification.euiccNotificationSignature,
  }
}

function metadataOf(notification: Notification): Metadata | null {
  return (
    notification.profileInstallationResult?.profileInstallationResultData.notificationMetadata ??
    notification.otherSignedNotification?.tbsOtherNotification ??
    notification.compactOtherSignedNotification?.tbsOtherNotification ??
    null
  )
}

/** The eUICC's number of a notification: what the IPA may forget once we have it. */
function seqNumberOf(notification: Notification): number | null {
  const compact = notification.compactProfileInstallationResult?.compactProfileInstallationResultData
  return metadataOf(notification)?.seqNumber ?? compact?.seqNumber ?? null
}

/** Stores and applies; returns the sequence numbers to acknowledge. Call inside the transaction that commits it. */
export function storeNotification(context: EuiccContext, judged: JudgedNotification): number[] {
  const { sql, now, enrolment } = context
  const { notification, octets, verdict } = judged
  const metadata = metadataOf(notification)
  const seqNumber = seqNumberOf(notification)
  const id = toHex(sha256(octets).subarray(0, 16))
  const known = first(
    sql,
    'SELECT 1 FROM notification WHERE id = ? AND verified = ?',
    id,
    verdict.verified ? 1 : 0,
  )
  if (!known) {
    const operation = metadata?.profileManagementOperation[0] ?? null
    const iccid = metadata?.iccid ? iccidFromOctets(metadata.iccid) : null
    save(context, id, judged, {
      operation,
      iccid,
      notificationAddress: metadata?.notificationAddress ?? null,
    })
    note(sql, now, 'notification.received', { seqNumber, operation, iccid, verified: verdict.verified })
    announce(sql, {
      kind: 'notification',
      tenant: enrolment.tenant,
      eid: enrolment.eid,
      at: now,
      operation,
      iccid,
    })
    if (verdict.verified && metadata) effectOf(context, notification, metadata, iccid)
  }
  return seqNumber === null ? [] : [seqNumber]
}

function effectOf(
  context: EuiccContext,
  notification: Notification,
  metadata: Metadata,
  iccid: string | null,
): void {
  const failed = notification.profileInstallationResult?.profileInstallationResultData.finalResult.errorResult
  const event = metadata.profileManagementOperation[0]
  if (iccid === null || failed || !isEvent(event)) return
  if (!contradicts(context.sql, metadata.seqNumber, event, iccid)) return
  markStale(context)
  requestProfileList(context, context.enrolment.eimId)
}

function isEvent(name: string | undefined): name is NotifiedEvent {
  return name?.startsWith('notification') ?? false
}

type Summary = Pick<NotificationView, 'operation' | 'iccid' | 'notificationAddress'>

function save({ sql, now }: EuiccContext, id: string, judged: JudgedNotification, summary: Summary): void {
  const { verified, detail } = judged.verdict
  sql.run(
    'INSERT OR REPLACE INTO notification VALUES (?, ?, ?, ?, ?, ?)',
    id,
    seqNumberOf(judged.notification),
    now,
    judged.octets,
    verified ? 1 : 0,
    JSON.stringify({ ...summary, detail }),
  )
  sql.run(
    `DELETE FROM notification WHERE verified = ?1 AND received_at <
      (SELECT received_at FROM notification WHERE verified = ?1 ORDER BY received_at DESC LIMIT 1 OFFSET ?2)`,
    verified ? 1 : 0,
    (verified ? VERIFIED_KEPT : UNVERIFIED_KEPT) - 1,
  )
}

interface Row {
  id: string
  sequence_number: number | null
  received_at: number
  octets: Uint8Array
  verified: number
  record: string
}

/** Newest first, after `place`. */
export function listNotifications(sql: Sql, limit: number, place: Place | null): NotificationView[] {
  return sql
    .all<Row>(
      `SELECT * FROM notification WHERE ?1 IS NULL OR (received_at, id) < (?1, ?2)
       ORDER BY received_at DESC, id DESC LIMIT ?3`,
      place?.at ?? null,
      place?.id ?? null,
      limit,
    )
    .map((row) => ({
      ...(JSON.parse(row.record) as Summary & { detail: string }),
      id: row.id,
      seqNumber: row.sequence_number,
      receivedAt: new Date(row.received_at).toISOString(),
      verified: row.verified !== 0,
      octets: toHex(row.octets),
      decoded: decoded(row.octets),
    }))
}

function decoded(octets: Uint8Array): Json {
  try {
    return PendingNotification.toJson(decode(PendingNotification, octets))
  } catch (error) {
    if (error instanceof Asn1Fault) return { fault: error.message }
    throw error
  }
}
