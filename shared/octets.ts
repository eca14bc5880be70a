/** Octet strings: hexadecimal, base64, comparison, concatenation. Upper-case hex is what the standard's JSON binding writes. */
import { Fault } from './fault.ts'

export type Octets = Uint8Array<ArrayBuffer>

/** Thrown when text is not the hexadecimal or base64 it should be. */
export class OctetsTextFault extends Fault {
  readonly code = 'octets-text-malformed'
}

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0').toUpperCase())

/** Upper-case hexadecimal, two digits an octet. */
export function toHex(octets: Uint8Array): string {
  let text = ''
  for (const octet of octets) text += HEX[octet]
  return text
}

/** @throws {OctetsTextFault} when `text` is not an even number of hexadecimal digits (either case) */
export function fromHex(text: string): Octets {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) {
    throw new OctetsTextFault(`not hexadecimal: ${text.length} characters`)
  }
  const octets = new Uint8Array(text.length / 2)
  for (let index = 0; index < octets.length; index++) {
    octets[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
  }
  return octets
}

/** Base64 with padding, RFC 4648 §4. */
export function toBase64(octets: Uint8Array): string {
  let binary = ''
  for (let start = 0; start < octets.length; start += 8192) {
    binary += String.fromCharCode(...octets.subarray(start, start + 8192))
  }
  return btoa(binary)
}

/**
 * Reads base64 with or without padding, in the plain or the URL alphabet: devices in the field send all of them.
 * @throws {OctetsTextFault} on anything else
 */
export function fromBase64(text: string): Octets {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) {
    throw new OctetsTextFault(`not base64: ${text.length} characters`)
  }
  const binary = atob(plain)
  const octets = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) octets[index] = binary.charCodeAt(index)
  return octets
}

export function equalOctets(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false
  return true
}

export function concatOctets(...parts: readonly Uint8Array[]): Octets {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
