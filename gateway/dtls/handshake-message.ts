/** Handshake messages and their fragments: twelve octets of header each (RFC 6347 §4.2.2). */
import { OctetReader } from './octet-reader.ts'

export const handshakeType = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  newSessionTicket: 4,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const

export const HANDSHAKE_HEADER_LENGTH = 12

export interface HandshakeMessage {
  readonly type: number
  /** message_seq */
  readonly sequence: number
  readonly body: Buffer
}

export interface HandshakeFragment {
  readonly type: number
  readonly sequence: number
  /** Octets of the whole message. */
  readonly length: number
  readonly offset: number
  readonly body: Buffer
}

/** Every fragment in one record. @throws {DecodeFault} when one does not fit its record or its message */
export function readHandshakeFragments(content: Buffer): HandshakeFragment[] {
  const reader = new OctetReader(content)
  const fragments: HandshakeFragment[] = []
  while (reader.remaining > 0) {
    const type = reader.uint8()
    const length = reader.uint24()
    const sequence = reader.uint16()
    const offset = reader.uint24()
    fragments.push({ type, length, sequence, offset, body: reader.octets(reader.uint24()) })
  }
  return fragments
}

/** The octets of a fragment; the whole message is the fragment from 0 to its length, as the transcript wants it. */
export function writeHandshakeFragment(
  message: HandshakeMessage,
  offset = 0,
  end = message.body.length,
): Buffer {
  const octets = Buffer.allocUnsafe(HANDSHAKE_HEADER_LENGTH + end - offset)
  placeHandshakeFragment(octets, 0, message, offset, end)
  return octets
}

/** As {@link writeHandshakeFragment}, at `start` in octets that have room for it. Returns the offset behind it. */
export function placeHandshakeFragment(
  octets: Buffer,
  start: number,
  { type, sequence, body }: HandshakeMessage,
  offset = 0,
  end = body.length,
): number {
  octets[start] = type
  octets.writeUIntBE(body.length, start + 1, 3)
  octets.writeUInt16BE(sequence, start + 4)
  octets.writeUIntBE(offset, start + 6, 3)
  octets.writeUIntBE(end - offset, start + 9, 3)
  const bodyStart = start + HANDSHAKE_HEADER_LENGTH
  return bodyStart + body.copy(octets, bodyStart, offset, end)
}
