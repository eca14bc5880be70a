/** What the IPA answers to an IpaEuiccDataRequest (SGP.32 §2.11, BF52). */
import { decode, type Infer } from '../../../shared/asn1/index.ts'
import { toHex } from '../../../shared/octets.ts'
import {
  EuiccPackageResult,
  type IpaEuiccData,
  IpaEuiccDataErrorCode,
  type IpaEuiccDataRequest,
  type IpaEuiccDataResponse,
  PendingNotification,
} from '../../../shared/sgp32/index.ts'
import type { SimulatedEuicc } from './simulated-euicc.ts'

type Data = Infer<typeof IpaEuiccData>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const CI_KEY = Uint8Array.from({ length: 20 }, (_, index) => index)
const VERSION = Uint8Array.of(3, 2, 0)

const EUICC_INFO_1: NonNullable<Data['euiccInfo1']> = {
  svn: VERSION,
  euiccCiPKIdListForVerification: [CI_KEY],
  euiccCiPKIdListForSigning: [CI_KEY],
}

const EUICC_INFO_2: NonNullable<Data['euiccInfo2']> = {
  profileVersion: VERSION,
  svn: VERSION,
  euiccFirmwareVer: Uint8Array.of(1, 0, 0),
  extCardResource: Uint8Array.of(0x81, 0x01, 0x00, 0x82, 0x04, 0x00, 0x06, 0x83, 0xac),
  uiccCapability: ['usimSupport', 'isimSupport', 'akaMilenage', 'javacard'],
  rspCapability: ['additionalProfile'],
  euiccCiPKIdListForVerification: [CI_KEY],
  euiccCiPKIdListForSigning: [CI_KEY],
  ppVersion: VERSION,
  sasAcreditationNumber: 'SIM-ULATED-0001',
  ipaMode: 0,
  iotSpecificInfo: { iotVersion: [Uint8Array.of(1, 2, 0)], fallbackSupported: null },
}

type Fill = (data: Mutable<Data>, euicc: SimulatedEuicc, eimId: string) => void

const FILLS: Readonly<Record<string, Fill>> = {
  A0: (data, euicc) => {
    data.notificationsList = euicc.state.notifications.map(({ octets }) =>
      decode(PendingNotification, octets),
    )
  },
  '81': (data, euicc) => {
    data.defaultSmdpAddress = euicc.state.defaultSmdpAddress
  },
  A2: (data, euicc) => {
    data.euiccPackageResultList = euicc.state.results.map(({ octets }) => decode(EuiccPackageResult, octets))
  },
  BF20: (data) => {
    data.euiccInfo1 = EUICC_INFO_1
  },
  BF22: (data) => {
    data.euiccInfo2 = EUICC_INFO_2
  },
  '83': (data, euicc) => {
    data.rootSmdsAddress = euicc.state.rootSmdsAddress
  },
  '84': (data, euicc, eimId) => {
    const association = euicc.state.associations.find((each) => each.eimId === eimId)
    if (association && association.associationToken !== null)
      data.associationToken = association.associationToken
  },
  A5: (data, euicc) => {
    data.eumCertificate = euicc.eumCertificate
  },
  A6: (data, euicc) => {
    data.euiccCertificate = euicc.euiccCertificate
  },
  A8: (data) => {
    data.ipaCapabilities = {
      ipaFeatures: ['directRspServerCommunication'],
      ipaSupportedProtocols: ['ipaRetrieveHttps'],
    }
  },
  A9: (data) => {
    data.deviceInfo = {
      tac: Uint8Array.of(0x35, 0x29, 0x06, 0x11),
      deviceCapabilities: { eutranEpcSupportedRelease: Uint8Array.of(13, 0, 0) },
    }
  },
}

function tagsIn(hex: string): string[] {
  return hex.match(/(9F|BF|5F)..|../g) ?? []
}

export function answerDataRequest(
  euicc: SimulatedEuicc,
  request: Infer<typeof IpaEuiccDataRequest>,
  eimId: string,
): Infer<typeof IpaEuiccDataResponse> {
  const { eimTransactionId } = request
  const refuse = (ipaEuiccDataErrorCode: number) => ({
    ipaEuiccDataResponseError: { eimTransactionId, ipaEuiccDataErrorCode },
  })
  const { codes } = IpaEuiccDataErrorCode
  const tags = tagsIn(toHex(request.tagList))
  if (euicc.state.ecallActive) return refuse(codes.ecallActive)
  if (tags.length === 0 || tags.some((tag) => !(tag in FILLS))) return refuse(codes.incorrectTagList)
  const data: Mutable<Data> = { eimTransactionId }
  for (const tag of tags) FILLS[tag]?.(data, euicc, eimId)
  return { ipaEuiccData: data }
}
