/**
 * Which eUICC a result or a notification is from. This only finds the object to ask: what the message claims is believed
 * by nobody before its signature is verified there.
 */
import {
  Asn1Fault,
  decode,
  type Infer,
  readTlv,
  readTlvs,
  readWholeTlv,
  showTag,
  type Tlv,
} from '../../shared/asn1/index.ts'
import { type Octets, toHex } from '../../shared/octets.ts'
import { parseCertificate, valuesOf } from '../../shared/pki/index.ts'
import { type EuiccPackageResult, ProvideEimPackageResult } from '../../shared/sgp32/index.ts'
import { type EidValue, eidValueIn } from './eid-value.ts'
import { type EsipaRequest, UnreachedFault } from './esipa-request.ts'
import { eidOfTransaction } from './outstanding-transactions.ts'

/**
 * The sender of a ProvideEimPackageResult (BF50): its eidValue, else whoever got the package it answers, else the
 * subject of the certificate it brings (SGP.32 §5.14.6 note 1). `missing` when none of these tells.
 */
export async function senderOfResult(request: EsipaRequest, octets: Octets): Promise<EidValue> {
  const eidValue = eidValueIn(octets, readWholeTlv(octets))
  if (eidValue !== 'missing') return eidValue
  const result = readResult(octets)
  if (!result) return 'missing'
  const transaction = transactionOf(result)
  const eid = transaction ? await eidOfTransaction(request, toHex(transaction)) : null
  if (eid !== null) return { eid }
  const certificate = result.ipaEuiccDataResponse?.ipaEuiccData?.euiccCertificate
  return certificate ? subjectOf(certificate) : 'missing'
}

type EimPackageResult = Infer<typeof ProvideEimPackageResult>['eimPackageResult']

function readResult(octets: Octets): EimPackageResult | null {
  try {
    return decode(ProvideEimPackageResult, octets).eimPackageResult
  } catch (error) {
    if (error instanceof Asn1Fault) return null
    throw error
  }
}

function transactionOf(result: EimPackageResult): Octets | undefined {
  const { ipaEuiccDataResponse, profileDownloadTriggerResult, eimPackageResultResponseError } = result
  const packageResult = result.euiccPackageResult ?? result.ePRAndNotifications?.euiccPackageResult
  if (packageResult) return packageTransactionOf(packageResult)
  if (ipaEuiccDataResponse) {
    const { ipaEuiccData, ipaEuiccDataResponseError } = ipaEuiccDataResponse
    return (ipaEuiccData ?? ipaEuiccDataResponseError)?.eimTransactionId
  }
  return (profileDownloadTriggerResult ?? eimPackageResultResponseError)?.eimTransactionId
}

function packageTransactionOf(result: Infer<typeof EuiccPackageResult>): Octets | undefined {
  const { euiccPackageResultSigned, euiccPackageErrorSigned, euiccPackageErrorUnsigned } = result
  const signed =
    euiccPackageResultSigned?.euiccPackageResultDataSigned ??
    euiccPackageErrorSigned?.euiccPackageErrorDataSigned
  return (signed ?? euiccPackageErrorUnsigned)?.eimTransactionId
}

const TAG = {
  pendingNotification: 0xa0,
  provideEimPackageResult: 0xbf50,
  profileInstallationResult: 0xbf37,
  otherSignedNotification: 0x30,
  compactProfileInstallationResult: 0xa0,
  compactOtherSignedNotification: 0xa1,
} as const

/**
 * The sender of a HandleNotificationEsipa (BF3D). A ProfileInstallationResult names no eUICC: `missing`.
 * @throws {UnreachedFault} 400 when no notification is inside
 */
export async function senderOfNotification(request: EsipaRequest): Promise<EidValue> {
  const { octets } = request
  const outer = readWholeTlv(octets)
  const inner = readTlv(octets, outer.contentStart, outer.end)
  switch (inner.tag) {
    case TAG.provideEimPackageResult:
      return senderOfResult(request, octets.subarray(inner.start, inner.end))
    case TAG.pendingNotification:
      return senderOfPending(octets, readTlv(octets, inner.contentStart, inner.end))
    default:
      // SGP.32 v1.0 had the notification here directly.
      return senderOfPending(octets, inner)
  }
}

function senderOfPending(octets: Octets, notification: Tlv): EidValue {
  switch (notification.tag) {
    case TAG.compactOtherSignedNotification:
      return eidValueIn(octets, notification)
    case TAG.otherSignedNotification:
      return senderOfOtherSigned(octets, notification)
    case TAG.profileInstallationResult:
    case TAG.compactProfileInstallationResult:
      return 'missing'
    default:
      throw new UnreachedFault(400, `${showTag(notification.tag)} is no pending notification`)
  }
}

const CERTIFICATE = 0x30

/** OtherSignedNotification: metadata, signature, eUICC certificate, EUM certificate. */
function senderOfOtherSigned(octets: Octets, { contentStart, end }: Tlv): EidValue {
  for (const { tag, start, end: last } of readTlvs(octets, contentStart, end)) {
    if (tag === CERTIFICATE) return subjectOf(octets.subarray(start, last))
  }
  return 'missing'
}

/** The EID is the serialNumber in the subject of an eUICC certificate (SGP.22 §4.5.2.1.0.1). */
function subjectOf(certificate: Octets): EidValue {
  try {
    const [eid] = valuesOf(parseCertificate(certificate).subject, 'serialNumber')
    if (eid === undefined) return 'missing'
    return /^[0-9]{32}$/.test(eid) ? { eid } : 'malformed'
  } catch (error) {
    if (error instanceof Asn1Fault) return 'missing'
    throw error
  }
}
