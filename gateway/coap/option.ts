/** The CoAP options this server knows, and what RFC 7252 §5.4 asks of all others. */

export interface OptionDefinition {
  readonly number: number
  readonly name: string
  readonly repeatable: boolean
  /** Octets of the value; outside of these the option counts as unknown (RFC 7252 §5.4.3). */
  readonly shortest: number
  readonly longest: number
}

const define = (number: number, name: string, shortest: number, longest: number, repeatable = false) =>
  ({ number, name, shortest, longest, repeatable }) satisfies OptionDefinition

/** IANA CoAP Option Numbers; lengths from the RFC that defines each. */
export const OPTION = {
  ifMatch: define(1, 'If-Match', 0, 8, true),
  uriHost: define(3, 'Uri-Host', 1, 255),
  eTag: define(4, 'ETag', 1, 8, true),
  ifNoneMatch: define(5, 'If-None-Match', 0, 0),
  observe: define(6, 'Observe', 0, 3),
  uriPort: define(7, 'Uri-Port', 0, 2),
  locationPath: define(8, 'Location-Path', 0, 255, true),
  uriPath: define(11, 'Uri-Path', 0, 255, true),
  contentFormat: define(12, 'Content-Format', 0, 2),
  maxAge: define(14, 'Max-Age', 0, 4),
  uriQuery: define(15, 'Uri-Query', 0, 255, true),
  accept: define(17, 'Accept', 0, 2),
  locationQuery: define(20, 'Location-Query', 0, 255, true),
  block2: define(23, 'Block2', 0, 3),
  block1: define(27, 'Block1', 0, 3),
  size2: define(28, 'Size2', 0, 4),
  proxyUri: define(35, 'Proxy-Uri', 1, 1034),
  proxyScheme: define(39, 'Proxy-Scheme', 1, 255),
  size1: define(60, 'Size1', 0, 4),
  echo: define(252, 'Echo', 1, 40),
  noResponse: define(258, 'No-Response', 0, 1),
  requestTag: define(292, 'Request-Tag', 0, 8, true),
} as const

const byNumber = new Map<number, OptionDefinition>(Object.values(OPTION).map((each) => [each.number, each]))

export interface CoapOption {
  readonly number: number
  readonly value: Uint8Array
}

/** A critical option that is not understood must not be passed over (RFC 7252 §5.4.1). */
export function isCritical(number: number): boolean {
  return number % 2 === 1
}

/**
 * The first critical option that this server must treat as unrecognized: not known, of a wrong length, or one more than
 * the option may occur (RFC 7252 §5.4.3, §5.4.5). Null when there is none.
 */
export function unrecognizedCritical(options: readonly CoapOption[]): number | null {
  let before = -1
  for (const { number, value } of options) {
    const known = byNumber.get(number)
    const fits = known && value.length >= known.shortest && value.length <= known.longest
    const surplus = number === before && known?.repeatable === false
    if ((!fits || surplus) && isCritical(number)) return number
    before = number
  }
  return null
}

/** The value of the first occurrence, unless its length makes it unrecognized. */
export function optionValue(
  options: readonly CoapOption[],
  { number, shortest, longest }: OptionDefinition,
): Uint8Array | undefined {
  // A loop: asked a dozen times for every request, where a closure each would be most of what is allocated.
  for (const option of options) {
    if (option.number !== number) continue
    const { value } = option
    return value.length >= shortest && value.length <= longest ? value : undefined
  }
  return undefined
}

export function optionValues(options: readonly CoapOption[], { number }: OptionDefinition): Uint8Array[] {
  return options.filter((option) => option.number === number).map((option) => option.value)
}

/** An option of format uint: big-endian, leading zeros left out (RFC 7252 §3.2). */
export function uintOption({ number }: OptionDefinition, value: number): CoapOption {
  const octets: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return { number, value: Uint8Array.from(octets) }
}

export function readUint(value: Uint8Array): number {
  return value.reduce((sum, octet) => sum * 256 + octet, 0)
}

export function stringOption({ number }: OptionDefinition, text: string): CoapOption {
  return { number, value: new TextEncoder().encode(text) }
}
