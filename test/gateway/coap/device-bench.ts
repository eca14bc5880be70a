/** A CoAP server in virtual time, with messages written by hand. */
import type { CoapEffect, DeviceDatagram, DeviceSession } from '../../../gateway/coap/coap-effect.ts'
import { type CoapServerOptions, DEFAULT_COAP_OPTIONS } from '../../../gateway/coap/coap-options.ts'
import { CoapServer } from '../../../gateway/coap/coap-server.ts'
import { type CoapMessage, codeOf, readMessage, writeMessage } from '../../../gateway/coap/message.ts'
import { type CoapOption, OPTION, stringOption } from '../../../gateway/coap/option.ts'
import { DEFAULT_TIMING } from '../../../gateway/coap/timing.ts'

export const POST = codeOf('0.02')
export const NOTHING = new Uint8Array(0)
export const SESSION: DeviceSession = {
  id: 1,
  longestMessage: 1200,
  blockSize: 1024,
  timing: DEFAULT_TIMING,
}
export const HOME = 'home'

export const path = (text: string): CoapOption[] =>
  text.split('/').map((segment) => stringOption(OPTION.uriPath, segment))
export const ASN1 = path('gsma/rsp2/asn1')

export function server(changes: Partial<CoapServerOptions> = {}): CoapServer<string> {
  return new CoapServer({
    ...DEFAULT_COAP_OPTIONS,
    random: () => 0,
    randomOctets: (length) => new Uint8Array(length).fill(0xec),
    ...changes,
  })
}

export function request(change: Partial<CoapMessage> = {}): Uint8Array {
  const head = { type: 'CON', code: POST, messageId: 1, token: Uint8Array.of(7) } as const
  return writeMessage({ ...head, options: ASN1, payload: Uint8Array.of(0xbf, 0x4f, 0), ...change })
}

export function from(
  octets: Uint8Array,
  change: Partial<DeviceDatagram<string>> = {},
): DeviceDatagram<string> {
  return { session: SESSION, octets, origin: HOME, unprovenPath: undefined, ...change }
}

export function read(octets: Uint8Array): CoapMessage {
  const result = readMessage(octets)
  if (result.kind !== 'message') throw new Error(JSON.stringify(result))
  return result.message
}

export function sent(effects: readonly CoapEffect<string>[]): CoapMessage[] {
  return effects.flatMap((effect) => (effect.kind === 'send' ? [read(effect.octets)] : []))
}

export function forwarded(effects: readonly CoapEffect<string>[]) {
  const forward = effects.find((effect) => effect.kind === 'forward')
  if (forward?.kind !== 'forward') throw new Error(`nothing forwarded: ${JSON.stringify(effects)}`)
  return forward
}

export const ok = (body: Uint8Array) => ({ status: 200, body, retryAfter: null })

export function option({ options }: CoapMessage, { number }: { number: number }): Uint8Array | undefined {
  return options.find((each) => each.number === number)?.value
}
