/** ServerHello (RFC 5246 §7.4.1.3) and NewSessionTicket (RFC 5077 §3.3). */
import { type Extensions, readExtensions, writeExtensions } from './extension.ts'
import { OctetReader } from './octet-reader.ts'
import { uint16, uint32, vector8, vector16 } from './octet-writer.ts'
import { DTLS_1_2 } from './record.ts'

export interface ServerHello {
  readonly random: Buffer
  readonly sessionId: Buffer
  readonly suite: number
  readonly extensions: Extensions
}

export function writeServerHello(hello: ServerHello): Buffer {
  return Buffer.concat([
    uint16(DTLS_1_2),
    hello.random,
    vector8(hello.sessionId),
    uint16(hello.suite),
    Buffer.of(0),
    writeExtensions(hello.extensions),
  ])
}

/** @throws {DecodeFault} */
export function readServerHello(body: Buffer): ServerHello & { readonly version: number } {
  const reader = new OctetReader(body)
  const version = reader.uint16()
  const random = reader.octets(32)
  const sessionId = reader.vector8()
  const suite = reader.uint16()
  reader.uint8()
  const extensions = readExtensions(reader)
  reader.end()
  return { version, random, sessionId, suite, extensions }
}

/** `lifetimeSeconds` is a hint to the client. */
export function writeNewSessionTicket(ticket: Buffer, lifetimeSeconds: number): Buffer {
  return Buffer.concat([uint32(lifetimeSeconds), vector16(ticket)])
}

/** The ticket. @throws {DecodeFault} */
export function readNewSessionTicket(body: Buffer): Buffer {
  const reader = new OctetReader(body)
  reader.uint32()
  const ticket = reader.vector16()
  reader.end()
  return ticket
}
