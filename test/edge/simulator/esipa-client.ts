/** The IPA's side of both ESipa bindings over HTTPS (SGP.32 §6.1): a message out, a message back. */
import { decode, encode, type Infer } from '../../../shared/asn1/index.ts'
import { fromBase64, type Octets, toBase64, toHex } from '../../../shared/octets.ts'
import {
  EimAcknowledgements,
  EsipaMessageFromEimToIpa,
  EsipaMessageFromIpaToEim,
  EuiccPackageRequest,
  IpaEuiccDataRequest,
  PendingNotification,
  ProfileDownloadTriggerRequest,
  ProvideEimPackageResult,
} from '../../../shared/sgp32/index.ts'

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

export type RequestMessage = Infer<typeof EsipaMessageFromIpaToEim>
export type ResponseMessage = Infer<typeof EsipaMessageFromEimToIpa>

/** The eIM could not be reached or did not answer as the standard says: whatever was sent counts as not delivered. */
export class NotDelivered extends Error {}

/** Sends one message; null when the function has no answer (HandleNotification). @throws {NotDelivered} */
export type EsipaClient = (message: RequestMessage) => Promise<ResponseMessage | null>

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

/** POST /gsma/rsp2/asn1, one DER message each way. */
export function asn1Client(send: Send): EsipaClient {
  return async (message) => {
    const body = encode(EsipaMessageFromIpaToEim, message)
    const response = await post(send, '/gsma/rsp2/asn1', 'application/x-gsma-rsp-asn1', body)
    return response.status === 204 ? null : readable(() => decode(EsipaMessageFromEimToIpa, response.body))
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

/** POST /gsma/rsp2/esipa/<function>, DER objects in base64 members. Only the functions this IPA uses. */
export function jsonClient(send: Send): EsipaClient {
  const call = async (name: string, members: object): Promise<JsonAnswer | null> => {
    const body = new Uint8Array(new TextEncoder().encode(JSON.stringify(members)))
    const response = await post(send, `/gsma/rsp2/esipa/${name}`, 'application/json;charset=UTF-8', body)
    if (response.status === 204) return null
    return readable(() => {
      const answer = JSON.parse(new TextDecoder().decode(response.body)) as JsonAnswer
      if (!answer.header?.functionExecutionStatus?.status) throw new Error('the answer has no header')
      return answer
    })
  }
  return async (message) => {
    if (message.getEimPackageRequest) {
      const answer = await call('getEimPackage', getEimPackageMembers(message.getEimPackageRequest))
      return readable(() => ({ getEimPackageResponse: readPackage(answer) }))
    }
    if (message.provideEimPackageResult) {
      const answer = await call('provideEimPackageResult', provideMembers(message.provideEimPackageResult))
      return readable(() => ({ provideEimPackageResultResponse: readAcknowledgements(answer) }))
    }
    if (message.handleNotificationEsipa) {
      await call('handleNotification', notificationMembers(message.handleNotificationEsipa))
      return null
    }
    throw new TypeError('the simulated IPA does not send this function in JSON')
  }
}

function getEimPackageMembers(request: NonNullable<RequestMessage['getEimPackageRequest']>) {
  return {
    eidValue: toHex(request.eidValue),
    notifyStateChange: request.notifyStateChange === undefined ? undefined : true,
    stateChangeCause: request.stateChangeCause,
    rPlmn: request.rPLMN && toBase64(request.rPLMN),
  }
}

function readPackage(answer: JsonAnswer | null) {
  if (answer?.euiccPackageRequest) {
    return { euiccPackageRequest: decode(EuiccPackageRequest, fromBase64(answer.euiccPackageRequest)) }
  }
  if (answer?.ipaEuiccDataRequest) {
    return { ipaEuiccDataRequest: decode(IpaEuiccDataRequest, fromBase64(answer.ipaEuiccDataRequest)) }
  }
  if (answer?.profileDownloadTriggerRequest) {
    const octets = fromBase64(answer.profileDownloadTriggerRequest)
    return { profileDownloadTriggerRequest: decode(ProfileDownloadTriggerRequest, octets) }
  }
  return { eimPackageError: answer?.eimPackageError ?? 127 }
}

/** The EimPackageResult alternative alone, cut out of the whole message's encoding. */
function provideMembers(result: Infer<typeof ProvideEimPackageResult>) {
  const { eidValue, eimPackageResult } = result
  const alone = encode(ProvideEimPackageResult, { eimPackageResult })
  const headerLength = (alone[2] ?? 0) < 0x80 ? 3 : 3 + ((alone[2] ?? 0) & 0x7f)
  return { eidValue: eidValue && toHex(eidValue), eimPackageResult: toBase64(alone.subarray(headerLength)) }
}

function readAcknowledgements(answer: JsonAnswer | null) {
  return answer?.eimAcknowledgements
    ? { eimAcknowledgements: decode(EimAcknowledgements, fromBase64(answer.eimAcknowledgements)) }
    : { emptyResponse: {} }
}

function notificationMembers(notification: NonNullable<RequestMessage['handleNotificationEsipa']>) {
  return notification.pendingNotification
    ? { pendingNotification: toBase64(encode(PendingNotification, notification.pendingNotification)) }
    : {
        provideEimPackageResult: toBase64(
          encode(ProvideEimPackageResult, notification.provideEimPackageResult),
        ),
      }
}
