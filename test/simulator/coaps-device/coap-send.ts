/** Lets an IPA use a {@link CoapsDevice} as it uses HTTPS: codes become the statuses they were made of. */
import { codeOf } from '../../../gateway/coap/message.ts'
import { NotDelivered, type Send } from '../esipa-client.ts'
import type { CoapsDevice } from './coaps-device.ts'

const ASN1_PATH = '/gsma/rsp2/asn1'
const JSON_TYPE = 'application/json;charset=UTF-8'
const ASN1_TYPE = 'application/x-gsma-rsp-asn1'

/** `alias`: a shorter Uri-Path for the ASN.1 binding, where the gateway has one. */
export function coapSend(device: CoapsDevice, alias?: string): Send {
  return async ({ path, body }) => {
    const outcome = await device.post(path === ASN1_PATH && alias !== undefined ? alias : path, body)
    switch (outcome.kind) {
      case 'answered': {
        const headers = { 'content-type': path === ASN1_PATH ? ASN1_TYPE : JSON_TYPE }
        return {
          status: outcome.octets.length > 0 ? 200 : 204,
          headers,
          body: new Uint8Array(outcome.octets),
        }
      }
      case 'refused': {
        const code = outcome.response?.code ?? codeOf('5.00')
        return { status: (code >> 5) * 100 + (code & 31), headers: {}, body: new Uint8Array() }
      }
      default:
        throw new NotDelivered(outcome.kind)
    }
  }
}
