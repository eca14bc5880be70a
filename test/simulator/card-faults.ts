/** Faults of the card itself, that a test or an operator may switch on, and lies that it may tell once. */
import { decode, type Infer } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import { type Eco, EuiccPackageResult, type Psmo } from '../../shared/sgp32/index.ts'
import type { CardCredential } from './card-issuer.ts'
import { type AnswerSigner, packageResult, unsignedError } from './euicc-answers.ts'
import type { StepResult } from './execute-psmo.ts'

/** PSMO or eCO, by the standard's name. */
export type OperationName = keyof Infer<typeof Psmo> | keyof Infer<typeof Eco>

/** Lasting faults; none are set in a sound card. */
export interface CardFaults {
  /** Processing stops after this many operations, with processingTerminated … */
  interruptAfter?: number
  /** … and this code: 3, interruption, when left out. */
  terminationCode?: number
  /** The toolkit is busy: catBusy(5) for whatever would refresh the device. */
  catBusy?: boolean
  /** Operations that end with this code and do nothing. */
  forcedCodes?: Partial<Readonly<Record<OperationName, number>>>
  /** Packages longer than this, in octets, get sizeOverflow(15); 4096 when left out. */
  packageOctets?: number
  /** Results longer than this, in octets, end with resultSizeOverflow(1). */
  resultOctets?: number
  /** A certificate pair that is not the card's is shown, while results are signed as ever. */
  foreignCertificates?: CardCredential
  /** Gives the signed part of results another encoding than DER. */
  reshape?: (data: Octets) => Octets
  /** Notifications in the short form of IPAs that save octets. */
  compactNotifications?: boolean
}

export const LIES = [
  'bad-signature',
  'foreign-signature',
  'wrong-counter',
  'wrong-transaction-id',
  'unsigned-error',
  'replayed-result',
] as const
/** One false answer in place of a true one, which the card keeps. */
export type Lie = (typeof LIES)[number]

const FORCED: Readonly<Record<string, (code: number) => StepResult>> = {
  enable: (code) => ({ enableResult: code }),
  disable: (code) => ({ disableResult: code }),
  delete: (code) => ({ deleteResult: code }),
  listProfileInfo: (code) => ({ listProfileInfoResult: { profileInfoListError: code } }),
  configureImmediateEnable: (code) => ({ configureImmediateEnableResult: code }),
  setFallbackAttribute: (code) => ({ setFallbackAttributeResult: code }),
  unsetFallbackAttribute: (code) => ({ unsetFallbackAttributeResult: code }),
  setDefaultDpAddress: (code) => ({ setDefaultDpAddressResult: { setDefaultDpAddressResult: code } }),
  addEim: (code) => ({ addEimResult: { addEimResultCode: code } }),
  deleteEim: (code) => ({ deleteEimResult: code }),
  updateEim: (code) => ({ updateEimResult: code }),
  listEim: (code) => ({ listEimResult: { listEimError: code } }),
}

/** The result of an operation that a fault makes end with `code`; getRAT knows no error and ends as interrupted. */
export function forcedResult(name: string, code: number): StepResult {
  return FORCED[name]?.(code) ?? { processingTerminated: code }
}

const FLIPPED = 0xff

/** `truth` is the BF51 the card would give, `earlier` one it gave before. */
export function tell(
  lie: Lie,
  truth: Octets,
  earlier: Octets | null,
  signer: AnswerSigner,
  forger: CardCredential,
): Octets {
  const data = decode(EuiccPackageResult, truth).euiccPackageResultSigned?.euiccPackageResultDataSigned
  if (!data) return truth
  const { seqNumber, euiccResult, counterValue, eimTransactionId } = data
  switch (lie) {
    case 'bad-signature':
      return truth.with(-1, (truth.at(-1) ?? 0) ^ FLIPPED)
    case 'foreign-signature':
      return packageResult(data, seqNumber, euiccResult, { ...signer, credential: forger })
    case 'wrong-counter':
      return packageResult({ ...data, counterValue: counterValue + 1 }, seqNumber, euiccResult, signer)
    case 'wrong-transaction-id': {
      const other = eimTransactionId?.map((octet) => octet ^ FLIPPED) ?? Uint8Array.of(1)
      return packageResult({ ...data, eimTransactionId: other }, seqNumber, euiccResult, signer)
    }
    case 'unsigned-error':
      return unsignedError(data, signer.token)
    case 'replayed-result':
      return earlier ?? truth
  }
}
