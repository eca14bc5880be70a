/** The list of extensions in a hello, and the bodies of the extensions this implementation knows. */
import { alertDescription } from './alert.ts'
import { DecodeFault, OctetReader, readUint16List } from './octet-reader.ts'
import { uint16, vector8, vector16 } from './octet-writer.ts'

export const extensionType = {
  serverName: 0,
  maxFragmentLength: 1,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  applicationLayerProtocolNegotiation: 16,
  clientCertificateType: 19,
  serverCertificateType: 20,
  extendedMasterSecret: 23,
  recordSizeLimit: 28,
  sessionTicket: 35,
  connectionId: 54,
  returnRoutabilityCheck: 61,
  renegotiationInfo: 0xff01,
} as const

export type Extensions = ReadonlyMap<number, Buffer>

/** Reads the optional block at the end of a hello. @throws {DecodeFault} also when an extension stands there twice */
export function readExtensions(hello: OctetReader): Extensions {
  const extensions = new Map<number, Buffer>()
  if (hello.remaining === 0) return extensions
  const list = new OctetReader(hello.vector16())
  while (list.remaining > 0) {
    const type = list.uint16()
    if (extensions.has(type)) {
      throw new DecodeFault(`extension ${type} is there twice`, alertDescription.illegalParameter)
    }
    extensions.set(type, list.vector16())
  }
  return extensions
}

/** Nothing at all for no extensions: the block is optional. */
export function writeExtensions(extensions: Extensions): Buffer {
  if (extensions.size === 0) return Buffer.alloc(0)
  const parts = [...extensions].flatMap(([type, body]) => [uint16(type), vector16(body)])
  return vector16(Buffer.concat(parts))
}

/** Octets of a host name at most (RFC 1035 §2.3.4). */
const HOST_NAME_LIMIT = 255

/** The host_name of RFC 6066 §3, in lower case. @throws {DecodeFault} also when it can be no host's name */
export function readServerName(body: Buffer): string | undefined {
  const outer = new OctetReader(body)
  const names = new OctetReader(outer.vector16(1))
  outer.end()
  let hostName: string | undefined
  while (names.remaining > 0) {
    const type = names.uint8()
    const name = names.vector16(1)
    if (type !== 0) continue
    if (name.length > HOST_NAME_LIMIT || name.some((octet) => octet > 0x7f)) {
      throw new DecodeFault('a server name that no host can have', alertDescription.illegalParameter)
    }
    hostName ??= name.toString('latin1').toLowerCase()
  }
  return hostName
}

/** The list of named groups or signature schemes. */
export function readNumberList(body: Buffer): number[] {
  const reader = new OctetReader(body)
  const list = readUint16List(reader.vector16(2))
  reader.end()
  return list
}

/** Certificate types or point formats. */
export function readOctetList(body: Buffer): number[] {
  const reader = new OctetReader(body)
  const list = [...reader.vector8(1)]
  reader.end()
  return list
}

/** RFC 7301 §3.1. */
export function readProtocolNames(body: Buffer): string[] {
  const outer = new OctetReader(body)
  const list = new OctetReader(outer.vector16(2))
  outer.end()
  const names: string[] = []
  while (list.remaining > 0) names.push(list.vector8(1).toString('latin1'))
  return names
}

export function writeProtocolName(name: string): Buffer {
  return vector16(vector8(Buffer.from(name, 'latin1')))
}

/** RFC 9146 §3: the Connection ID its sender wants to receive. */
export function readConnectionId(body: Buffer): Buffer {
  const reader = new OctetReader(body)
  const cid = reader.vector8()
  reader.end()
  return cid
}

/** RFC 6066 §4: 512 to 4096 octets. @throws {DecodeFault} illegal_parameter for any other value */
export function readMaxFragmentLength(body: Buffer): number {
  const code = body.length === 1 ? body.readUInt8(0) : 0
  if (code < 1 || code > 4) {
    throw new DecodeFault('max_fragment_length is not 1 to 4', alertDescription.illegalParameter)
  }
  return 256 << code
}

/** RFC 8449 §4. @throws {DecodeFault} illegal_parameter below 64 */
export function readRecordSizeLimit(body: Buffer): number {
  const reader = new OctetReader(body)
  const limit = reader.uint16()
  reader.end()
  if (limit < 64) throw new DecodeFault('record_size_limit below 64', alertDescription.illegalParameter)
  return limit
}

/** For extensions whose body must be empty. @throws {DecodeFault} */
export function readEmpty(body: Buffer): true {
  new OctetReader(body).end()
  return true
}
