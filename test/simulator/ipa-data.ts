/** What the IPA answers to an IpaEuiccDataRequest (SGP.32 §2.11, BF52). */
import { decode, encode, type Infer, readTlv, wrap } from '../../shared/asn1/index.ts'
import { concatOctets, type Octets } from '../../shared/octets.ts'
import { eidToOctets, parseEid } from '../../shared/sgp22/index.ts'
import {
  EuiccPackageResult,
  IpaCapabilities,
  IpaEuiccData,
  IpaEuiccDataErrorCode,
  type IpaEuiccDataRequest,
  IpaEuiccDataResponse,
  PendingNotification,
} from '../../shared/sgp32/index.ts'
import { getCerts, retrieveNotifications, retrievePackageResults } from './es10b.ts'
import { tagsIn } from './profile-info.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'

type Data = Infer<typeof IpaEuiccData>
type Request = Infer<typeof IpaEuiccDataRequest>
export type Capabilities = Infer<typeof IpaCapabilities>

/** What the IPA, not the card, adds to the data. */
export interface IpaFacts {
  readonly eimId: string
  readonly capabilities: Capabilities
  readonly deviceInfo: NonNullable<Data['deviceInfo']>
  /** Knows the tags 80, 88 and BF2B instead of 81, A8 and A0 (SGP.32 v1.0). */
  readonly oldTags: boolean
}

export const DIRECT_DOWNLOAD: Capabilities = {
  ipaFeatures: ['directRspServerCommunication'],
  ipaSupportedProtocols: ['ipaRetrieveHttps'],
}

const VERSION = Uint8Array.of(3, 2, 0)

export const DEVICE_INFO: NonNullable<Data['deviceInfo']> = {
  tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11),
  deviceCapabilities: { eutranEpcSupportedRelease: Uint8Array.of(13, 0, 0) },
}

function euiccInfo1(euicc: SimulatedEuicc): NonNullable<Data['euiccInfo1']> {
  return {
    svn: VERSION,
    euiccCiPKIdListForVerification: euicc.ciPKIds,
    euiccCiPKIdListForSigning: euicc.ciPKIds,
  }
}

function euiccInfo2(euicc: SimulatedEuicc): NonNullable<Data['euiccInfo2']> {
  return {
    profileVersion: VERSION,
    svn: VERSION,
    euiccFirmwareVer: Uint8Array.of(1, 0, 0),
    extCardResource: Uint8Array.of(0x81, 0x01, 0x00, 0x82, 0x04, 0x00, 0x06, 0x83, 0xac),
    uiccCapability: ['usimSupport', 'isimSupport', 'akaMilenage', 'javacard'],
    rspCapability: ['additionalProfile'],
    euiccCiPKIdListForVerification: euicc.ciPKIds,
    euiccCiPKIdListForSigning: euicc.ciPKIds,
    ppVersion: VERSION,
    sasAcreditationNumber: 'SIM-ULATED-0001',
    ipaMode: 0,
    iotSpecificInfo: { iotVersion: [Uint8Array.of(1, 2, 0)], fallbackSupported: null },
  }
}

type Fill = (euicc: SimulatedEuicc, request: Request, facts: IpaFacts) => Partial<Data>

const FILLS: Readonly<Record<string, Fill>> = {
  A0: (euicc, request) => ({ notificationsList: wantedNotifications(euicc, request) }),
  '81': ({ state }) => ({ defaultSmdpAddress: state.defaultSmdpAddress }),
  A2: (euicc, { searchCriteriaEuiccPackageResult }) => ({
    euiccPackageResultList: retrievePackageResults(euicc, searchCriteriaEuiccPackageResult?.seqNumber).map(
      (octets) => decode(EuiccPackageResult, octets),
    ),
  }),
  BF20: (euicc) => ({ euiccInfo1: euiccInfo1(euicc) }),
  BF22: (euicc) => ({ euiccInfo2: euiccInfo2(euicc) }),
  '83': ({ state }) => ({ rootSmdsAddress: state.rootSmdsAddress }),
  '84': ({ state }, _request, { eimId }) => {
    const association = state.associations.find((each) => each.eimId === eimId)
    return { associationToken: association?.associationToken ?? undefined }
  },
  A5: (euicc, request) => ({
    eumCertificate: getCerts(euicc, request.euiccCiPKIdentifierToBeUsed)?.eumCertificate,
  }),
  A6: (euicc, request) => ({
    euiccCertificate: getCerts(euicc, request.euiccCiPKIdentifierToBeUsed)?.euiccCertificate,
  }),
  A8: (_euicc, _request, { capabilities }) => ({ ipaCapabilities: capabilities }),
  A9: (_euicc, _request, { deviceInfo }) => ({ deviceInfo }),
}

/** The tags of SGP.32 v1.0 for members that v1.2 moved. */
const OLD_TAGS: Readonly<Record<string, string>> = { '80': '81', '88': 'A8', BF2B: 'A0' }

function wantedNotifications(euicc: SimulatedEuicc, { searchCriteriaNotification }: Request) {
  const wanted = searchCriteriaNotification?.profileManagementOperation
  return retrieveNotifications(euicc, searchCriteriaNotification?.seqNumber)
    .map((octets) => decode(PendingNotification, octets))
    .filter((notification) => {
      const metadata =
        notification.otherSignedNotification?.tbsOtherNotification ??
        notification.profileInstallationResult?.profileInstallationResultData.notificationMetadata
      return !wanted || wanted.some((event) => metadata?.profileManagementOperation.includes(event))
    })
}

/** The whole BF52. */
export function answerDataRequest(euicc: SimulatedEuicc, request: Request, facts: IpaFacts): Octets {
  const { eimTransactionId } = request
  const { codes } = IpaEuiccDataErrorCode
  const refuse = (ipaEuiccDataErrorCode: number) =>
    encode(IpaEuiccDataResponse, {
      ipaEuiccDataResponseError: { eimTransactionId, ipaEuiccDataErrorCode },
    })
  const asked = tagsIn(request.tagList)
  const tags = asked.map((tag) => (facts.oldTags ? (OLD_TAGS[tag] ?? tag) : tag))
  const isKnown = (tag: string) => tag in FILLS && !(facts.oldTags && Object.values(OLD_TAGS).includes(tag))
  if (euicc.state.ecallActive) return refuse(codes.ecallActive)
  if (asked.length === 0 || !asked.every((tag) => (facts.oldTags && tag in OLD_TAGS) || isKnown(tag)))
    return refuse(codes.incorrectTagList)
  if (
    tags.some((tag) => tag === 'A5' || tag === 'A6') &&
    !getCerts(euicc, request.euiccCiPKIdentifierToBeUsed)
  )
    return refuse(codes.euiccCiPKIdNotFound)
  const data: Data = Object.assign({}, ...tags.map((tag) => FILLS[tag]?.(euicc, request, facts)))
  return facts.oldTags
    ? oldData({ ...data, eimTransactionId })
    : encode(IpaEuiccDataResponse, { ipaEuiccData: { ...data, eimTransactionId } })
}

/** IpaEuiccData as v1.0 wrote it: notifications as BF2B, default SM-DP+ address as 80, capabilities as 88 or as A8's content. */
function oldData(data: Data): Octets {
  const { notificationsList, defaultSmdpAddress, ipaCapabilities, ...rest } = data
  const others = encode(IpaEuiccData, rest)
  const old: Uint8Array[] = []
  if (notificationsList) {
    const list = notificationsList.map((notification) => encode(PendingNotification, notification))
    old.push(wrap(0xbf2b, wrap(0xa0, concatOctets(...list))))
  }
  if (defaultSmdpAddress !== undefined)
    old.push(wrap(0x80, new Uint8Array(new TextEncoder().encode(defaultSmdpAddress))))
  const last = ipaCapabilities
    ? wrap(0xa8, contentOf(encode(IpaCapabilities, ipaCapabilities)))
    : new Uint8Array()
  return wrap(0xbf52, wrap(0xa0, concatOctets(...old, contentOf(others), last)))
}

function contentOf(element: Octets): Octets {
  return element.slice(readTlv(element, 0, element.length).contentStart)
}

/** The EID as messages carry it. */
export function eidValueOf(euicc: SimulatedEuicc): Octets {
  return eidToOctets(parseEid(euicc.state.eid))
}
