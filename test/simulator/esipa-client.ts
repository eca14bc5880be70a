/**
 * The IPA's side of both ESipa bindings over HTTPS (SGP.32 §6.1). Packages and results pass through as octets: an IPA
 * has no business reading what eIM and eUICC sign for each other.
 */
import {
  Asn1Fault,
  decode,
  encode,
  type Infer,
  readTlv,
  readWholeTlv,
  wrap,
} from '../../shared/asn1/index.ts'
import { concatOctets, fromBase64, type Octets, toBase64, toHex } from '../../shared/octets.ts'
import {
  EimAcknowledgements,
  GetEimPackageRequest,
  ProvideEimPackageResultResponse,
} from '../../shared/sgp32/index.ts'

export interface HttpRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Octets
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Octets
}

/** Carries a request; rejects when no answer comes. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>

/** The eIM could not be reached or did not answer as the standard says: whatever was sent counts as not delivered. */
export class NotDelivered extends Error {}

/** The answer to GetEimPackage: a package (BF51, BF52 or BF54, complete) or an error. */
export type GivenPackage =
  | { readonly tag: number; readonly octets: Octets; readonly eimPackageError?: never }
  | { readonly eimPackageError: number }

/** The answer to ProvideEimPackageResult: sequence numbers that may be forgotten, none in an empty response. */
export type Provided =
  | { readonly acknowledged: readonly number[]; readonly error?: never }
  | { readonly error: number }

/** All reject with {@link NotDelivered}. Octets are complete elements. */
export interface EsipaClient {
  getEimPackage(request: Infer<typeof GetEimPackageRequest>): Promise<GivenPackage>
  /** `result` is an alternative of EimPackageResult. */
  provideEimPackageResult(eidValue: Octets | undefined, result: Octets): Promise<Provided>
  /** `pendingNotification` is an alternative of PendingNotification. */
  handleNotification(pendingNotification: Octets): Promise<void>
  /** The same function, carrying a result instead of a notification. */
  handleResult(eidValue: Octets | undefined, result: Octets): Promise<void>
}

/** Ways in which IPAs of the field write their messages. */
export interface ClientQuirks {
  /** Changes a finished ASN.1 message, or the element that goes into a JSON member. */
  readonly rewrite?: ((element: Octets) => Octets) | undefined
  /** JSON: the whole BF50 stands in eimPackageResult. */
  readonly wholeResult?: boolean | undefined
  /** JSON: base64 without padding, hexadecimal in lower case. */
  readonly looseText?: boolean | undefined
  /** HandleNotification without its A0 (SGP.32 v1.0). */
  readonly bareNotification?: boolean | undefined
}

const EID = 0x5a
const HANDLE_NOTIFICATION = 0xbf3d
const PENDING_NOTIFICATION = 0xa0
const GET_EIM_PACKAGE = 0xbf4f
const PROVIDE_EIM_PACKAGE_RESULT = 0xbf50
const INTEGER = 0x02

const COMMON = { 'X-Admin-Protocol': 'gsma/rsp/v2.1.0', 'User-Agent': 'gsma-rsp-ipad; simulator' }

async function post(send: Send, path: string, contentType: string, body: Octets): Promise<HttpResponse> {
  let response: HttpResponse
  try {
    response = await send({ path, headers: { ...COMMON, 'Content-Type': contentType }, body })
  } catch (error) {
    throw new NotDelivered(`no answer from ${path}`, { cause: error })
  }
  if (response.status !== 200 && response.status !== 204)
    throw new NotDelivered(`${path} answered ${response.status}`)
  return response
}

function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new NotDelivered('the answer cannot be read', { cause: error })
  }
}

function provideMessage(eidValue: Octets | undefined, result: Octets): Octets {
  return wrap(PROVIDE_EIM_PACKAGE_RESULT, eidValue ? concatOctets(wrap(EID, eidValue), result) : result)
}

function readGiven(body: Octets): GivenPackage {
  const outer = readWholeTlv(body)
  if (outer.tag !== GET_EIM_PACKAGE) throw new Asn1Fault('no GetEimPackageResponse', 0)
  const inner = readTlv(body, outer.contentStart, outer.end)
  if (inner.tag === INTEGER) return { eimPackageError: body[inner.contentStart] ?? 0 }
  return { tag: inner.tag, octets: body.slice(inner.start, inner.end) }
}

function readProvided(body: Octets): Provided {
  const { provideEimPackageResultError, eimAcknowledgements } = decode(ProvideEimPackageResultResponse, body)
  return provideEimPackageResultError === undefined
    ? { acknowledged: eimAcknowledgements ?? [] }
    : { error: provideEimPackageResultError }
}

/** POST /gsma/rsp2/asn1, one DER message each way. */
export function asn1Client(send: Send, quirks: ClientQuirks = {}): EsipaClient {
  const { rewrite = (message) => message } = quirks
  const call = async (message: Octets) => {
    const body = rewrite(message)
    return (await post(send, '/gsma/rsp2/asn1', 'application/x-gsma-rsp-asn1', body)).body
  }
  return {
    async getEimPackage(request) {
      const body = await call(encode(GetEimPackageRequest, request))
      return readable(() => readGiven(body))
    },
    async provideEimPackageResult(eidValue, result) {
      const body = await call(provideMessage(eidValue, result))
      return readable(() => readProvided(body))
    },
    async handleNotification(pendingNotification) {
      const inner = quirks.bareNotification
        ? pendingNotification
        : wrap(PENDING_NOTIFICATION, pendingNotification)
      await call(wrap(HANDLE_NOTIFICATION, inner))
    },
    async handleResult(eidValue, result) {
      await call(wrap(HANDLE_NOTIFICATION, provideMessage(eidValue, result)))
    },
  }
}

interface JsonAnswer {
  readonly header?: { readonly functionExecutionStatus?: { readonly status?: string } }
  readonly euiccPackageRequest?: string
  readonly ipaEuiccDataRequest?: string
  readonly profileDownloadTriggerRequest?: string
  readonly eimPackageError?: number
  readonly eimAcknowledgements?: string
}

const UNDEFINED_ERROR = 127

function readJsonGiven(answer: JsonAnswer): GivenPackage {
  const given =
    answer.euiccPackageRequest ?? answer.ipaEuiccDataRequest ?? answer.profileDownloadTriggerRequest
  if (given === undefined) return { eimPackageError: answer.eimPackageError ?? UNDEFINED_ERROR }
  const octets = fromBase64(given)
  return { tag: readWholeTlv(octets).tag, octets }
}

function readJsonProvided(answer: JsonAnswer): Provided {
  if (answer.header?.functionExecutionStatus?.status !== 'Executed-Success') return { error: UNDEFINED_ERROR }
  const { eimAcknowledgements } = answer
  return {
    acknowledged:
      eimAcknowledgements === undefined ? [] : decode(EimAcknowledgements, fromBase64(eimAcknowledgements)),
  }
}

function parseAnswer(body: Octets): JsonAnswer {
  const answer = JSON.parse(new TextDecoder().decode(body)) as JsonAnswer
  if (!answer.header?.functionExecutionStatus?.status) throw new NotDelivered('the answer has no header')
  return answer
}

/** POST /gsma/rsp2/esipa/<function>, JSON each way (SGP.32 §6.1.2, §6.4). */
export function jsonClient(send: Send, quirks: ClientQuirks = {}): EsipaClient {
  const { rewrite = (element) => element } = quirks
  const base64 = (octets: Octets) => {
    const text = toBase64(rewrite(octets))
    return quirks.looseText ? text.replace(/=+$/, '') : text
  }
  const hex = (octets: Octets) => (quirks.looseText ? toHex(octets).toLowerCase() : toHex(octets))
  const call = async (name: string, members: Readonly<Record<string, unknown>>) => {
    const body = new Uint8Array(new TextEncoder().encode(JSON.stringify(members)))
    return (await post(send, `/gsma/rsp2/esipa/${name}`, 'application/json;charset=UTF-8', body)).body
  }
  return {
    async getEimPackage({ eidValue, notifyStateChange, stateChangeCause, rPLMN }) {
      const body = await call('getEimPackage', {
        eidValue: hex(eidValue),
        notifyStateChange: notifyStateChange === undefined ? undefined : true,
        stateChangeCause,
        rPlmn: rPLMN && base64(rPLMN),
      })
      return readable(() => readJsonGiven(parseAnswer(body)))
    },
    async provideEimPackageResult(eidValue, result) {
      const eimPackageResult = base64(quirks.wholeResult ? provideMessage(eidValue, result) : result)
      const members = { eidValue: eidValue && hex(eidValue), eimPackageResult }
      const body = await call('provideEimPackageResult', members)
      return readable(() => readJsonProvided(parseAnswer(body)))
    },
    async handleNotification(pendingNotification) {
      await call('handleNotification', { pendingNotification: base64(pendingNotification) })
    },
    async handleResult(eidValue, result) {
      await call('handleNotification', { provideEimPackageResult: base64(provideMessage(eidValue, result)) })
    },
  }
}
