/**
 * Every form outside the letter of SGP.32 v1.2 that devices and tools in the field send, one function each. They say which
 * field or alternative is meant; what is decoded then looks like v1.2. Only reading is tolerant.
 */
import { type Meant, readTlv, readTlvs, type Tlv } from '../asn1/index.ts'

const SEQUENCE = 0x30
const INTEGER = 0x02
const SIGNATURE = 0x5f37
const PROFILE_INFO = 0xe3
const NOTIFICATIONS_LIST = 0xbf2b
const PROFILE_INSTALLATION_RESULT = 0xbf37
const EUICC_PACKAGE_RESULT = 0xbf51
const RPLMN_OCTETS = 3

function hasChild(octets: Uint8Array, parent: Tlv, tag: number): boolean {
  return [...readTlvs(octets, parent.contentStart, parent.end)].some((child) => child.tag === tag)
}

/** Test tools leave out the `A0` or `A1` of EuiccPackageResult: `BF51 { 30 { 30 data, 5F37 } }` or `BF51 { 30 data, 5F37 }`. */
export function bareResult(octets: Uint8Array, start: number, end: number): Meant | undefined {
  const first = readTlv(octets, start, end)
  if (first.tag !== SEQUENCE) return undefined
  const from = first.end === end ? first.contentStart : start
  // An error's data has its code as a bare INTEGER, a result's data has none.
  const isError = hasChild(octets, readTlv(octets, from, end), INTEGER)
  return { name: isError ? 'euiccPackageErrorSigned' : 'euiccPackageResultSigned', start: from }
}

/** Test tools write `30`, or nothing, for the `A0` of ProfileInfoListResponse: `BF2D { 30 { E3 … } }`, `BF2D { E3 … }`. */
export function bareProfileList(octets: Uint8Array, start: number, end: number): Meant | undefined {
  const first = readTlv(octets, start, end)
  if (first.tag === PROFILE_INFO) return { name: 'profileInfoListOk', start }
  if (first.tag !== SEQUENCE || first.end !== end) return undefined
  return { name: 'profileInfoListOk', start: first.contentStart }
}

/**
 * IPAs in the field leave out the `A0` of IpaEuiccDataResponse: its fields stand directly under `BF52`, or the one `A0`
 * there is the notificationsList. An error without its `A1` is known by the INTEGER.
 */
export function bareData(octets: Uint8Array, start: number, end: number): Meant | undefined {
  const first = readTlv(octets, start, end)
  const isArm = (first.tag === 0xa0 || first.tag === 0xa1) && first.end === end
  if (isArm && !(first.tag === 0xa0 && isNotificationList(octets, first))) return undefined
  const isError = [...readTlvs(octets, start, end)].some((element) => element.tag === INTEGER)
  return { name: isError ? 'ipaEuiccDataResponseError' : 'ipaEuiccData', start }
}

function isNotificationList(octets: Uint8Array, list: Tlv): boolean {
  const notifications = [...readTlvs(octets, list.contentStart, list.end)]
  return notifications.length > 0 && notifications.every((each) => isNotification(octets, each))
}

/** A compact notification shares its tag with other things, but it alone carries a signature. */
function isNotification(octets: Uint8Array, element: Tlv): boolean {
  if (element.tag === PROFILE_INSTALLATION_RESULT || element.tag === SEQUENCE) return true
  return (element.tag === 0xa0 || element.tag === 0xa1) && hasChild(octets, element, SIGNATURE)
}

/** v1.0: IpaEuiccData has the default SM-DP+ in `80`, the capabilities in `88`, the notifications in `BF2B`. */
export function olderData(octets: Uint8Array, element: Tlv): Meant | undefined {
  if (element.tag === 0x80) return { name: 'defaultSmdpAddress', start: element.contentStart }
  if (element.tag === 0x88) return { name: 'ipaCapabilities', start: element.contentStart }
  return notificationsList(octets, element, 'notificationsList')
}

/** v1.0: the notifications beside a package result are a RetrieveNotificationsListResponse, `30 { BF51, BF2B { A0 … } }`. */
export function olderNotificationList(octets: Uint8Array, element: Tlv): Meant | undefined {
  return notificationsList(octets, element, 'notificationList')
}

function notificationsList(octets: Uint8Array, element: Tlv, name: string): Meant | undefined {
  if (element.tag !== NOTIFICATIONS_LIST) return undefined
  const list = readTlv(octets, element.contentStart, element.end)
  return list.tag === 0xa0 && list.end === element.end ? { name, start: list.contentStart } : undefined
}

/** v1.0: no stateChangeCause yet, so `81` was the rPLMN; it is too long for a cause. */
export function olderRplmn(_octets: Uint8Array, element: Tlv): Meant | undefined {
  const isRplmn = element.tag === 0x81 && element.end - element.contentStart >= RPLMN_OCTETS
  return isRplmn ? { name: 'rPLMN', start: element.contentStart } : undefined
}

/** v1.0: eimIdType of EimIdInfo is `84`. */
export function olderEimIdType(_octets: Uint8Array, element: Tlv): Meant | undefined {
  return element.tag === 0x84 ? { name: 'eimIdType', start: element.contentStart } : undefined
}

/** v1.0: the error inside ProvideEimPackageResult is a bare INTEGER, `BF50 03 02 01 01`. */
export function olderResultErrorField(_octets: Uint8Array, element: Tlv): Meant | undefined {
  return element.tag === INTEGER ? { name: 'eimPackageResult', start: element.start } : undefined
}

/** The INTEGER that {@link olderResultErrorField} lets in is the only field of the error that follows. */
export function olderResultError(octets: Uint8Array, start: number): Meant | undefined {
  return octets[start] === INTEGER ? { name: 'eimPackageResultResponseError', start } : undefined
}

/** v1.0: HandleNotificationEsipa has no tag around the notification, nor around the content of ProvideEimPackageResult. */
export function olderNotification(octets: Uint8Array, start: number, end: number): Meant | undefined {
  const first = readTlv(octets, start, end)
  switch (first.tag) {
    case 0x5a:
    case INTEGER:
    case EUICC_PACKAGE_RESULT:
    case 0xbf52:
    case 0xbf54:
      return { name: 'provideEimPackageResult', start }
    case SEQUENCE:
      return hasChild(octets, first, EUICC_PACKAGE_RESULT)
        ? { name: 'provideEimPackageResult', start }
        : { name: 'pendingNotification', start }
    default:
      return isNotification(octets, first) ? { name: 'pendingNotification', start } : undefined
  }
}

/** v1.3 devices differ on whether `A0` stands around the correlationId: `BF60 { 80 … }` is read as `BF60 { A0 { 80 … } }`. */
export function untaggedCorrelationId(_octets: Uint8Array, element: Tlv): Meant | undefined {
  const isBare = element.tag === 0x80 || element.tag === 0x5a
  return isBare ? { name: 'correlationId', start: element.start } : undefined
}

/** v1.0: ProvideEimPackageResultResponse without acknowledgements is `BF50 00`; some eIMs still answer so. */
export function emptyAcknowledgement(_octets: Uint8Array, start: number, end: number): Meant | undefined {
  return start === end ? { name: 'emptyResponse', start } : undefined
}
