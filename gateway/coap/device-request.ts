/** What a device's request asks for: its options understood, or the code that refuses it (RFC 7252 §5.4, §5.7, §5.8). */
import { type Block, readBlock } from './block.ts'
import { type CoapMessage, codeOf } from './message.ts'
import {
  type CoapOption,
  OPTION,
  type OptionDefinition,
  optionValue,
  readUint,
  unrecognizedCritical,
} from './option.ts'

export interface DeviceRequest {
  /** At the edge: `/gsma/rsp2/asn1` or `/gsma/rsp2/esipa/<function>`. */
  readonly path: string
  readonly block1: Block | undefined
  readonly block2: Block | undefined
  /** Octets of the whole body, if the client announces them. */
  readonly size1: number | undefined
  /** Hexadecimal; tells the blocks of one body from those of another (RFC 9175 §3). */
  readonly requestTag: string
  /** RFC 9175 §2 */
  readonly echo: Uint8Array | undefined
  /** Classes of responses the client does not want: 2 for 2.xx, 8 for 4.xx, 16 for 5.xx (RFC 7967 §2.1). */
  readonly unwantedResponses: number
}

export type ReadRequest =
  | { readonly kind: 'request'; readonly request: DeviceRequest }
  | { readonly kind: 'refused'; readonly code: number }
  /** A non-confirmable request with an option that is not understood is rejected in silence (RFC 7252 §5.4.1). */
  | { readonly kind: 'ignored' }

/** Short Uri-Paths, by what they stand for: `e` for `/gsma/rsp2/asn1`. */
export type PathAliases = ReadonlyMap<string, string>

const SLASH = 0x2f
const POST = codeOf('0.02')
const ASN1_PATH = 'gsma/rsp2/asn1'
const FUNCTION_PATH = /^gsma\/rsp2\/esipa\/[A-Za-z]{1,40}$/
/** The Content-Formats that a body may be called; SGP.32 leaves them out: application/octet-stream, application/json. */
const OCTET_STREAM = 42
const JSON_FORMAT = 50

export function readDeviceRequest(message: CoapMessage, aliases: PathAliases): ReadRequest {
  const { options, code, type } = message
  if (has(options, OPTION.proxyUri) || has(options, OPTION.proxyScheme)) return refused('5.05')
  if (unrecognizedCritical(options) !== null) return type === 'CON' ? refused('4.02') : { kind: 'ignored' }
  const path = pathOf(options, aliases)
  // No resource takes a query, and none has a representation of its own that a condition could hold for.
  if (path === undefined || has(options, OPTION.uriQuery)) return refused('4.04')
  if (code !== POST) return refused('4.05')
  if (has(options, OPTION.ifMatch) || has(options, OPTION.ifNoneMatch)) return refused('4.12')
  if (!isAcceptable(options, path)) return refused('4.06')
  const block1 = blockOf(options, OPTION.block1)
  const block2 = blockOf(options, OPTION.block2)
  if (block1 === 'reserved' || block2 === 'reserved') return refused('4.00')
  const unwanted = optionValue(options, OPTION.noResponse)
  const request = {
    path,
    block1,
    block2,
    size1: uintOf(options, OPTION.size1),
    requestTag: requestTagOf(options),
    echo: optionValue(options, OPTION.echo),
    unwantedResponses: unwanted ? readUint(unwanted) : 0,
  }
  return { kind: 'request', request }
}

function refused(text: Parameters<typeof codeOf>[0]): ReadRequest {
  return { kind: 'refused', code: codeOf(text) }
}

function has(options: readonly CoapOption[], definition: OptionDefinition): boolean {
  return optionValue(options, definition) !== undefined
}

/** Most requests have none, and allocate nothing for it. */
function requestTagOf(options: readonly CoapOption[]): string {
  let tag: string | undefined
  for (const { number, value } of options) {
    if (number !== OPTION.requestTag.number) continue
    const part = Buffer.from(value).toString('hex')
    tag = tag === undefined ? part : `${tag}-${part}`
  }
  return tag ?? ''
}

function pathOf(options: readonly CoapOption[], aliases: PathAliases): string | undefined {
  let path: string | undefined
  for (const { number, value } of options) {
    if (number !== OPTION.uriPath.number) continue
    const segment = segmentOf(value)
    if (segment === undefined) return undefined
    path = path === undefined ? segment : `${path}/${segment}`
  }
  if (path === undefined) return undefined
  return aliases.get(path) ?? (path === ASN1_PATH || FUNCTION_PATH.test(path) ? `/${path}` : undefined)
}

/** Undefined for what no path has: other characters than ASCII, and a slash that is not one between two segments. */
function segmentOf(value: Uint8Array): string | undefined {
  let segment = ''
  for (const octet of value) {
    if (octet > 0x7e || octet === SLASH) return undefined
    segment += String.fromCharCode(octet)
  }
  return segment
}

function isAcceptable(options: readonly CoapOption[], path: string): boolean {
  const accept = uintOf(options, OPTION.accept)
  return accept === undefined || accept === (path === `/${ASN1_PATH}` ? OCTET_STREAM : JSON_FORMAT)
}

function blockOf(
  options: readonly CoapOption[],
  definition: typeof OPTION.block1 | typeof OPTION.block2,
): Block | 'reserved' | undefined {
  const value = optionValue(options, definition)
  return value && (readBlock(value) ?? 'reserved')
}

function uintOf(options: readonly CoapOption[], definition: OptionDefinition): number | undefined {
  const value = optionValue(options, definition)
  return value && readUint(value)
}
