/** The two HTTP bindings (SGP.32 §6.1): how a body becomes an ESipa message, and an answer becomes a body. */
import { Asn1Fault, type Json } from '../../shared/asn1/index.ts'
import type { Octets } from '../../shared/octets.ts'
import { UnreachedFault } from './esipa-request.ts'
import { JSON_FUNCTIONS, type JsonFunction } from './json-messages.ts'
import { requestFromJson, responseToJson } from './json-translation.ts'

export interface Binding {
  readonly name: 'asn1' | 'json'
  /** Media type of requests. */
  readonly mediaType: string
  /** Content-Type of answers. */
  readonly contentType: string
  /** @throws {UnreachedFault} 400 */
  toMessage(body: Octets): Octets
  toBody(answer: Octets): Octets | string
}

const ASN1_TYPE = 'application/x-gsma-rsp-asn1'

/** SGP.32 §6.1.1: the body is the message. */
export const ASN1_BINDING: Binding = {
  name: 'asn1',
  mediaType: ASN1_TYPE,
  contentType: ASN1_TYPE,
  toMessage: (body) => body,
  toBody: (answer) => answer,
}

/** SGP.32 §6.1.2: a path for each function, JSON members for the fields. */
const JSON_BINDINGS: ReadonlyMap<string, Binding> = new Map(
  Array.from(JSON_FUNCTIONS, ([name, messages]) => [name, jsonBinding(messages)]),
)

/** The binding of the function at the end of the path. @throws {UnreachedFault} 404 when there is no such function */
export function jsonBindingOf(name: string): Binding {
  const binding = JSON_BINDINGS.get(name)
  if (!binding) throw new UnreachedFault(404, 'ESipa has no such function')
  return binding
}

function jsonBinding({ request, response }: JsonFunction): Binding {
  return {
    name: 'json',
    mediaType: 'application/json',
    contentType: 'application/json;charset=UTF-8',
    toMessage(body) {
      try {
        return requestFromJson(request, parseJson(body))
      } catch (error) {
        if (!(error instanceof Asn1Fault)) throw error
        throw new UnreachedFault(400, error.message, { cause: error })
      }
    },
    toBody(answer) {
      if (!response) throw new TypeError('a function without an answer was answered')
      return JSON.stringify(responseToJson(response, answer))
    },
  }
}

function parseJson(body: Octets): Json {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Json
  } catch (error) {
    throw new UnreachedFault(400, 'the body is not JSON', { cause: error })
  }
}
