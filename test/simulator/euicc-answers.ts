/** What an eUICC signs: package results, package errors and notifications (SGP.32 §2.11.2, SGP.22 §2.5.6). */
import { encode, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, type Octets } from '../../shared/octets.ts'
import {
  eidToOctets,
  iccidToOctets,
  NotificationMetadata,
  parseEid,
  parseIccid,
} from '../../shared/sgp22/index.ts'
import {
  EuiccPackageErrorDataSigned,
  EuiccPackageErrorUnsigned,
  EuiccPackageResultDataSigned,
  encodeAssociationToken,
} from '../../shared/sgp32/index.ts'
import { signPlain } from './card-crypto.ts'
import type { CardCredential } from './card-issuer.ts'
import type { Switched } from './euicc-state.ts'
import type { StepResult } from './execute-psmo.ts'

const EUICC_PACKAGE_RESULT = 0xbf51
const RESULT_SIGNED = 0xa0
const ERROR_SIGNED = 0xa1
const ERROR_UNSIGNED = 0xa2
const SIGNATURE = 0x5f37
const SEQUENCE = 0x30
const COMPACT_OTHER_SIGNED_NOTIFICATION = 0xa1

/** What an answer repeats of the package it answers. */
export interface AnsweredHead {
  readonly eimId: string
  readonly counterValue: number
  readonly eimTransactionId?: Octets | undefined
}

/** With what an answer is signed; `token` is that of the eIM asked, null for none. */
export interface AnswerSigner {
  readonly credential: CardCredential
  readonly token: number | null
}

function signedAnswer(arm: number, data: Octets, { credential, token }: AnswerSigner): Octets {
  const signature = signPlain(credential.key, concatOctets(data, encodeAssociationToken(token)))
  return wrap(EUICC_PACKAGE_RESULT, wrap(arm, concatOctets(data, wrap(SIGNATURE, signature))))
}

/** The whole BF51. `reshape` may give the data another encoding than DER, as some cards do, before it is signed. */
export function packageResult(
  head: AnsweredHead,
  seqNumber: number,
  euiccResult: readonly StepResult[],
  signer: AnswerSigner,
  reshape: (data: Octets) => Octets = (data) => data,
): Octets {
  const { eimId, counterValue, eimTransactionId } = head
  const data = { eimId, counterValue, eimTransactionId, seqNumber, euiccResult }
  return signedAnswer(RESULT_SIGNED, reshape(encode(EuiccPackageResultDataSigned, data)), signer)
}

export function packageError(
  head: AnsweredHead,
  euiccPackageErrorCode: number,
  signer: AnswerSigner,
): Octets {
  const { eimId, counterValue, eimTransactionId } = head
  const data = { eimId, counterValue, eimTransactionId, euiccPackageErrorCode }
  return signedAnswer(ERROR_SIGNED, encode(EuiccPackageErrorDataSigned, data), signer)
}

/** Anybody could have made this one: there is nothing to sign with, or nobody to sign for. */
export function unsignedError({ eimId, eimTransactionId }: AnsweredHead, token: number | null): Octets {
  const error = { eimId, eimTransactionId, associationToken: token ?? undefined }
  const inner = encode(EuiccPackageErrorUnsigned, error)
  return wrap(EUICC_PACKAGE_RESULT, retag(inner, ERROR_UNSIGNED))
}

/** The element under another tag; its own tag is one octet long. */
function retag(element: Octets, tag: number): Octets {
  const octets = element.slice()
  octets[0] = tag
  return octets
}

/** An OtherSignedNotification, or its compact form (minimizeEsipaBytes). */
export function otherSignedNotification(
  eid: string,
  seqNumber: number,
  { event, profile }: Switched,
  credential: CardCredential,
  compact: boolean,
): Octets {
  const metadata = encode(NotificationMetadata, {
    seqNumber,
    profileManagementOperation: [event],
    notificationAddress: profile.smdpAddress,
    iccid: iccidToOctets(parseIccid(profile.iccid)),
  })
  const signature = wrap(SIGNATURE, signPlain(credential.key, metadata))
  if (compact) {
    const eidValue = wrap(0x5a, eidToOctets(parseEid(eid)))
    return wrap(COMPACT_OTHER_SIGNED_NOTIFICATION, concatOctets(eidValue, metadata, signature))
  }
  return wrap(
    SEQUENCE,
    concatOctets(metadata, signature, credential.euiccCertificate, credential.eumCertificate),
  )
}
