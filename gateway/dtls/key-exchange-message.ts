/** ServerKeyExchange and ClientKeyExchange of ECDHE_ECDSA, PSK and ECDHE_PSK (RFC 8422 §5.4, RFC 4279 §2, RFC 5489 §2). */

import { alertDescription } from './alert.ts'
import { type DigitallySigned, readDigitallySigned, writeDigitallySigned } from './certificate-message.ts'
import type { KeyExchange } from './cipher-suite.ts'
import { DecodeFault, OctetReader } from './octet-reader.ts'
import { uint8, uint16, vector8, vector16 } from './octet-writer.ts'

/** ECCurveType named_curve. */
const NAMED_CURVE = 3

export interface EphemeralShare {
  /** Named group. */
  readonly group: number
  readonly publicKey: Buffer
}

/** ServerECDHParams, which the server signs after both randoms. */
export function writeEphemeralShare({ group, publicKey }: EphemeralShare): Buffer {
  return Buffer.concat([uint8(NAMED_CURVE), uint16(group), vector8(publicKey)])
}

function readEphemeralShare(reader: OctetReader): EphemeralShare {
  if (reader.uint8() !== NAMED_CURVE) {
    throw new DecodeFault('not a named curve', alertDescription.illegalParameter)
  }
  const group = reader.uint16()
  return { group, publicKey: reader.vector8(1) }
}

/** With a certificate the share is signed; with a PSK an empty identity hint stands before it. */
export function writeServerKeyExchange(share: EphemeralShare, signed?: DigitallySigned): Buffer {
  const parameters = writeEphemeralShare(share)
  return signed
    ? Buffer.concat([parameters, writeDigitallySigned(signed)])
    : Buffer.concat([vector16(Buffer.alloc(0)), parameters])
}

export interface ServerKeyExchange {
  readonly share?: EphemeralShare
  readonly signed?: DigitallySigned
}

/** @throws {DecodeFault} */
export function readServerKeyExchange(body: Buffer, keyExchange: KeyExchange): ServerKeyExchange {
  const reader = new OctetReader(body)
  if (keyExchange !== 'ecdhe-ecdsa') reader.vector16()
  if (keyExchange === 'psk') {
    reader.end()
    return {}
  }
  const share = readEphemeralShare(reader)
  const signed = keyExchange === 'ecdhe-ecdsa' ? readDigitallySigned(reader) : undefined
  reader.end()
  return signed ? { share, signed } : { share }
}

export interface ClientKeyExchange {
  readonly identity?: Buffer
  readonly publicKey?: Buffer
}

export function writeClientKeyExchange({ identity, publicKey }: ClientKeyExchange): Buffer {
  return Buffer.concat([
    ...(identity ? [vector16(identity)] : []),
    ...(publicKey ? [vector8(publicKey)] : []),
  ])
}

/** @throws {DecodeFault} */
export function readClientKeyExchange(body: Buffer, keyExchange: KeyExchange): ClientKeyExchange {
  const reader = new OctetReader(body)
  const identity = keyExchange === 'ecdhe-ecdsa' ? undefined : reader.vector16()
  const publicKey = keyExchange === 'psk' ? undefined : reader.vector8(1)
  reader.end()
  return { ...(identity ? { identity } : {}), ...(publicKey ? { publicKey } : {}) }
}
