/** The extensions of the simulated client's hello. */
import { extensionType, writeProtocolName } from '../../../gateway/dtls/extension.ts'
import { uint16, vector8, vector16 } from '../../../gateway/dtls/octet-writer.ts'
import type { ClientOptions } from './client-options.ts'

export function helloExtensions(options: ClientOptions, ticket: Buffer | undefined): Map<number, Buffer> {
  const extensions = new Map<number, Buffer>([
    [extensionType.renegotiationInfo, Buffer.of(0)],
    [extensionType.extendedMasterSecret, Buffer.alloc(0)],
    [extensionType.supportedGroups, vector16(Buffer.concat((options.groups ?? [23]).map(uint16)))],
    [extensionType.ecPointFormats, vector8(Buffer.of(0))],
    [extensionType.signatureAlgorithms, vector16(Buffer.concat([0x0403, 0x0503].map(uint16)))],
  ])
  if (options.serverName) {
    const name = vector16(Buffer.concat([Buffer.of(0), vector16(Buffer.from(options.serverName))]))
    extensions.set(extensionType.serverName, name)
  }
  if (options.cid) extensions.set(extensionType.connectionId, vector8(options.cid))
  if (options.checksRoutability) extensions.set(extensionType.returnRoutabilityCheck, Buffer.alloc(0))
  if (options.protocol) {
    extensions.set(extensionType.applicationLayerProtocolNegotiation, writeProtocolName(options.protocol))
  }
  if (options.takesTickets) extensions.set(extensionType.sessionTicket, ticket ?? Buffer.alloc(0))
  if (options.usesRawPublicKeys) {
    extensions.set(extensionType.clientCertificateType, vector8(Buffer.of(2)))
    extensions.set(extensionType.serverCertificateType, vector8(Buffer.of(2)))
  }
  for (const [type, body] of options.extensions ?? []) extensions.set(type, body)
  return extensions
}
