/** CoAP messages on the wire (RFC 7252 §3): read with every format error told apart from a message, written canonically. */
import type { CoapOption } from './option.ts'

export const MESSAGE_TYPES = ['CON', 'NON', 'ACK', 'RST'] as const
export type MessageType = (typeof MESSAGE_TYPES)[number]

export interface CoapMessage {
  readonly type: MessageType
  /** `class * 32 + detail`: 0.02 POST is 2, 2.04 Changed is 68; 0 is the empty message. */
  readonly code: number
  /** 0 to 65535 */
  readonly messageId: number
  /** 0 to 8 octets */
  readonly token: Uint8Array
  /** By number; occurrences of one number in their order. */
  readonly options: readonly CoapOption[]
  readonly payload: Uint8Array
}

/** What a datagram turned out to be. */
export type ReadMessage =
  | { readonly kind: 'message'; readonly message: CoapMessage }
  /** Malformed, but its type and id could be read: a CON is answered RST, others are ignored (RFC 7252 §4.2–4.3). */
  | {
      readonly kind: 'format-error'
      readonly type: MessageType
      readonly messageId: number
      readonly reason: string
    }
  /** No CoAP, or another version of it: ignored in silence. */
  | { readonly kind: 'ignored'; readonly reason: string }

const HEADER_OCTETS = 4
const LONGEST_TOKEN = 8
const PAYLOAD_MARKER = 0xff

export const EMPTY = 0
const NOTHING = new Uint8Array(0)

export function readMessage(octets: Uint8Array): ReadMessage {
  const [first = 0, code = 0, high = 0, low = 0] = octets
  if (octets.length < HEADER_OCTETS) return { kind: 'ignored', reason: 'shorter than a header' }
  if (first >> 6 !== 1) return { kind: 'ignored', reason: `version ${first >> 6}` }
  const type = MESSAGE_TYPES[(first >> 4) & 3] ?? 'RST'
  const messageId = high * 256 + low
  const wrong = (reason: string): ReadMessage => ({ kind: 'format-error', type, messageId, reason })
  const tokenLength = first & 0x0f
  if (tokenLength > LONGEST_TOKEN) return wrong('token length 9 to 15')
  if (code === EMPTY && octets.length > HEADER_OCTETS) return wrong('an empty message with content')
  const afterToken = HEADER_OCTETS + tokenLength
  if (afterToken > octets.length) return wrong('the token is cut off')
  const rest = readOptions(octets, afterToken)
  if (typeof rest === 'string') return wrong(rest)
  const token = octets.subarray(HEADER_OCTETS, afterToken)
  return { kind: 'message', message: { type, code, messageId, token, ...rest } }
}

function readOptions(octets: Uint8Array, start: number): Pick<CoapMessage, 'options' | 'payload'> | string {
  const options: CoapOption[] = []
  let number = 0
  for (let at = start; at < octets.length; ) {
    const first = octets[at] ?? 0
    if (first === PAYLOAD_MARKER) {
      const payload = octets.subarray(at + 1)
      return payload.length === 0 ? 'a payload marker without payload' : { options, payload }
    }
    const delta = readExtended(octets, at + 1, first >> 4)
    const length = delta && readExtended(octets, delta.next, first & 0x0f)
    if (!delta || !length) return 'an option header is reserved or cut off'
    number += delta.value
    const end = length.next + length.value
    if (number > 0xffff) return 'an option number beyond 65535'
    if (end > octets.length) return 'an option is cut off'
    options.push({ number, value: octets.subarray(length.next, end) })
    at = end
  }
  return { options, payload: NOTHING }
}

const ONE_MORE_OCTET = 13
const TWO_MORE_OCTETS = 14
const ONE_OCTET_BASE = 13
const TWO_OCTET_BASE = 269

function readExtended(
  octets: Uint8Array,
  at: number,
  nibble: number,
): { value: number; next: number } | null {
  if (nibble < ONE_MORE_OCTET) return { value: nibble, next: at }
  const [first, second] = [octets[at], octets[at + 1]]
  if (nibble === ONE_MORE_OCTET)
    return first === undefined ? null : { value: first + ONE_OCTET_BASE, next: at + 1 }
  if (nibble !== TWO_MORE_OCTETS || first === undefined || second === undefined) return null
  return { value: first * 256 + second + TWO_OCTET_BASE, next: at + 2 }
}

/** @throws {RangeError} when the token, an option or the message id cannot be written */
export function writeMessage({ type, code, messageId, token, options, payload }: CoapMessage): Uint8Array {
  if (token.length > LONGEST_TOKEN) throw new RangeError(`a token of ${token.length} octets`)
  if (!Number.isInteger(messageId) || messageId < 0 || messageId > 0xffff)
    throw new RangeError(`message id ${messageId}`)
  const first = 0x40 | (MESSAGE_TYPES.indexOf(type) << 4) | token.length
  const octets = [first, code, messageId >> 8, messageId & 0xff, ...token]
  let before = 0
  for (const { number, value } of options.toSorted((one, other) => one.number - other.number)) {
    const delta = extended(number - before)
    const length = extended(value.length)
    octets.push((delta.nibble << 4) | length.nibble, ...delta.more, ...length.more, ...value)
    before = number
  }
  if (payload.length === 0) return Uint8Array.from(octets)
  const message = new Uint8Array(octets.length + 1 + payload.length)
  message.set(octets)
  message[octets.length] = PAYLOAD_MARKER
  message.set(payload, octets.length + 1)
  return message
}

function extended(value: number): { nibble: number; more: number[] } {
  if (value < ONE_OCTET_BASE) return { nibble: value, more: [] }
  if (value < TWO_OCTET_BASE) return { nibble: ONE_MORE_OCTET, more: [value - ONE_OCTET_BASE] }
  const rest = value - TWO_OCTET_BASE
  if (rest > 0xffff) throw new RangeError(`an option delta or length of ${value}`)
  return { nibble: TWO_MORE_OCTETS, more: [rest >> 8, rest & 0xff] }
}

/** `2.04` for 68. */
export function showCode(code: number): string {
  return `${code >> 5}.${String(code & 0x1f).padStart(2, '0')}`
}

/** `code('2.04')` is 68. */
export function codeOf(text: `${number}.${number}`): number {
  const [group = '0', detail = '0'] = text.split('.')
  return Number(group) * 32 + Number(detail)
}
