/** ClientHello and HelloVerifyRequest (RFC 5246 §7.4.1.2, RFC 6347 §4.2.1). */
import { type Extensions, readExtensions, writeExtensions } from './extension.ts'
import { DecodeFault, OctetReader, readUint16List } from './octet-reader.ts'
import { uint16, vector8, vector16 } from './octet-writer.ts'
import { DTLS_1_2 } from './record.ts'

export const RANDOM_LENGTH = 32
const NULL_COMPRESSION = 0

/** What stands before the extensions. */
export interface ClientHelloStart {
  readonly version: number
  readonly random: Buffer
  readonly sessionId: Buffer
  readonly cookie: Buffer
  readonly suites: readonly number[]
  /** What a client must not change between its two hellos: everything here but the cookie (RFC 6347 §4.2.1). */
  readonly bound: readonly Buffer[]
}

export interface ClientHello extends ClientHelloStart {
  readonly extensions: Extensions
}

/**
 * Reads the start of a hello from its first fragment, of which the extensions may be missing.
 * @throws {DecodeFault} when the fragment ends before the compression methods do
 */
export function readClientHelloStart(fragment: Buffer): ClientHelloStart {
  return readStart(new OctetReader(fragment))
}

/** @throws {DecodeFault} */
export function readClientHello(body: Buffer): ClientHello {
  const reader = new OctetReader(body)
  const start = readStart(reader)
  const extensions = readExtensions(reader)
  reader.end()
  return { ...start, extensions }
}

function readStart(reader: OctetReader): ClientHelloStart {
  const version = reader.octets(2)
  const random = reader.octets(RANDOM_LENGTH)
  const sessionId = reader.vector8()
  if (sessionId.length > 32) throw new DecodeFault('a session id of more than 32 octets')
  const cookie = reader.vector8()
  const suites = reader.vector16(2)
  const compressions = reader.vector8(1)
  if (!compressions.includes(NULL_COMPRESSION)) throw new DecodeFault('no null compression')
  return {
    version: version.readUInt16BE(0),
    random,
    sessionId,
    cookie,
    suites: readUint16List(suites),
    bound: [version, random, sessionId, suites, compressions],
  }
}

export interface ClientHelloFields {
  readonly random: Buffer
  readonly sessionId: Buffer
  readonly cookie: Buffer
  readonly suites: readonly number[]
  readonly extensions: Extensions
}

export function writeClientHello(hello: ClientHelloFields): Buffer {
  return Buffer.concat([
    uint16(DTLS_1_2),
    hello.random,
    vector8(hello.sessionId),
    vector8(hello.cookie),
    vector16(Buffer.concat(hello.suites.map(uint16))),
    vector8(Buffer.of(NULL_COMPRESSION)),
    writeExtensions(hello.extensions),
  ])
}

export function writeHelloVerifyRequest(cookie: Buffer): Buffer {
  return Buffer.concat([uint16(DTLS_1_2), vector8(cookie)])
}

/** The cookie. @throws {DecodeFault} */
export function readHelloVerifyRequest(body: Buffer): Buffer {
  const reader = new OctetReader(body)
  reader.uint16()
  const cookie = reader.vector8()
  reader.end()
  return cookie
}
