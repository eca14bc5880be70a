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
/** One octet, and two each for delta and length. */
const LONGEST_OPTION_HEADER = 5

export const EMPTY = 0
const NOTHING = new Uint8Array(0)

export function readMessage(octets: Uint8Array): ReadMessage {
  const { 0: first = 0, 1: code = 0, 2: high = 0, 3: low = 0 } = octets
  if (octets.length < HEADER_OCTETS) return { kind: 'ignored', reason: 'shorter than a header' }
  if (first >> 6 !== 1) return { kind: 'ignored', reason: `version ${first >> 6}` }
  const type = MESSAGE_TYPES[(first >> 4) & 3] ?? 'RST'
  const messageId = high * 256 + low
  const tokenLength = first & 0x0f
  if (tokenLength > LONGEST_TOKEN) return formatError(type, messageId, 'token length 9 to 15')
  if (code === EMPTY && octets.length > HEADER_OCTETS)
    return formatError(type, messageId, 'an empty message with content')
  const afterToken = HEADER_OCTETS + tokenLength
  if (afterToken > octets.length) return formatError(type, messageId, 'the token is cut off')
  const options: CoapOption[] = []
  const payload = readOptions(octets, afterToken, options)
  if (typeof payload === 'string') return formatError(type, messageId, payload)
  const token = octets.subarray(HEADER_OCTETS, afterToken)
  return { kind: 'message', message: { type, code, messageId, token, options, payload } }
}

function formatError(type: MessageType, messageId: number, reason: string): ReadMessage {
  return { kind: 'format-error', type, messageId, reason }
}

/** Adds what it reads to `options`; the payload behind them, or what is wrong. */
function readOptions(octets: Uint8Array, start: number, options: CoapOption[]): Uint8Array | string {
  let number = 0
  for (let at = start; at < octets.length; ) {
    const first = octets[at] ?? 0
    if (first === PAYLOAD_MARKER) {
      const payload = octets.subarray(at + 1)
      return payload.length === 0 ? 'a payload marker without payload' : payload
    }
    const delta = first >> 4
    const length = first & 0x0f
    const lengthAt = at + 1 + extendedOctets(delta)
    const valueAt = lengthAt + extendedOctets(length)
    if (delta === RESERVED || length === RESERVED || valueAt > octets.length)
      return 'an option header is reserved or cut off'
    number += readExtended(octets, at + 1, delta)
    const end = valueAt + readExtended(octets, lengthAt, length)
    if (number > 0xffff) return 'an option number beyond 65535'
    if (end > octets.length) return 'an option is cut off'
    options.push({ number, value: octets.subarray(valueAt, end) })
    at = end
  }
  return NOTHING
}

const ONE_MORE_OCTET = 13
const TWO_MORE_OCTETS = 14
const RESERVED = 15
const ONE_OCTET_BASE = 13
const TWO_OCTET_BASE = 269

/** Octets of the header that a delta or a length takes besides its nibble. */
function extendedOctets(nibble: number): number {
  return nibble < ONE_MORE_OCTET ? 0 : nibble - ONE_MORE_OCTET + 1
}

function readExtended(octets: Uint8Array, at: number, nibble: number): number {
  if (nibble < ONE_MORE_OCTET) return nibble
  const first = octets[at] ?? 0
  if (nibble === ONE_MORE_OCTET) return first + ONE_OCTET_BASE
  return first * 256 + (octets[at + 1] ?? 0) + TWO_OCTET_BASE
}

/** @throws {RangeError} when the token, an option or the message id cannot be written */
export function writeMessage({ type, code, messageId, token, options, payload }: CoapMessage): Uint8Array {
  if (token.length > LONGEST_TOKEN) throw new RangeError(`a token of ${token.length} octets`)
  if (!Number.isInteger(messageId) || messageId < 0 || messageId > 0xffff)
    throw new RangeError(`message id ${messageId}`)
  const inOrder = options.length > 1 ? options.toSorted((one, other) => one.number - other.number) : options
  const octets = new Uint8Array(longestOf(token, options, payload))
  octets[0] = 0x40 | (MESSAGE_TYPES.indexOf(type) << 4) | token.length
  octets[1] = code
  octets[2] = messageId >> 8
  octets[3] = messageId & 0xff
  octets.set(token, HEADER_OCTETS)
  let at = HEADER_OCTETS + token.length
  let before = 0
  for (const { number, value } of inOrder) {
    at = writeOptionHeader(octets, at, number - before, value.length)
    octets.set(value, at)
    at += value.length
    before = number
  }
  if (payload.length > 0) {
    octets[at++] = PAYLOAD_MARKER
    octets.set(payload, at)
    at += payload.length
  }
  return at === octets.length ? octets : octets.slice(0, at)
}

/** Octets of the message when delta and length of each option take as many as they can. */
function longestOf(token: Uint8Array, options: readonly CoapOption[], payload: Uint8Array): number {
  const start = HEADER_OCTETS + token.length + (payload.length === 0 ? 0 : 1 + payload.length)
  let longest = start
  for (const { value } of options) longest += LONGEST_OPTION_HEADER + value.length
  return longest
}

/** Returns the offset behind it. */
function writeOptionHeader(octets: Uint8Array, start: number, delta: number, length: number): number {
  octets[start] = (nibbleOf(delta) << 4) | nibbleOf(length)
  return writeExtended(octets, writeExtended(octets, start + 1, delta), length)
}

function nibbleOf(value: number): number {
  if (value < ONE_OCTET_BASE) return value
  return value < TWO_OCTET_BASE ? ONE_MORE_OCTET : TWO_MORE_OCTETS
}

function writeExtended(octets: Uint8Array, at: number, value: number): number {
  if (value < ONE_OCTET_BASE) return at
  if (value < TWO_OCTET_BASE) {
    octets[at] = value - ONE_OCTET_BASE
    return at + 1
  }
  const rest = value - TWO_OCTET_BASE
  if (rest > 0xffff) throw new RangeError(`an option delta or length of ${value}`)
  octets[at] = rest >> 8
  octets[at + 1] = rest & 0xff
  return at + 2
}

/** `2.04` for 68. */
export function showCode(code: number): string {
  return `${code >> 5}.${String(code & 0x1f).padStart(2, '0')}`
}

/** Of the digits. */
const ZERO = 0x30

/** `codeOf('2.04')` is 68. */
export function codeOf(text: `${number}.${number}`): number {
  const [group, tens, units] = [text.charCodeAt(0), text.charCodeAt(2), text.charCodeAt(3)]
  return (group - ZERO) * 32 + (tens - ZERO) * 10 + units - ZERO
}
