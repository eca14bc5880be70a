/** What an attacker or a broken client does: stops halfway, writes headers that are not true, changes octets. */
import { uint16, uint24 } from '../../../gateway/dtls/octet-writer.ts'
import { contentType, writePlainRecord } from '../../../gateway/dtls/record.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import type { VirtualPort } from './virtual-port.ts'

/** The server's first flight, and the client ready to answer it. */
export function halfway(port: VirtualPort, device: DtlsClient): void {
  device.finalFlight = () => []
  port.exchange(device, device.hello())
}

/** A fragment with a header that need not be true. */
export function fragment(
  type: number,
  length: number,
  sequence: number,
  offset: number,
  body: Buffer,
): Buffer {
  const parts = [Buffer.of(type), uint24(length), uint16(sequence), uint24(offset), uint24(body.length), body]
  return writePlainRecord(contentType.handshake, 9, Buffer.concat(parts))
}

export function mutated(octets: Buffer, offset: number, xor = 0xff): Buffer {
  const copy = Buffer.from(octets)
  copy[offset] = (copy[offset] ?? 0) ^ xor
  return copy
}
