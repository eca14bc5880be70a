/** Writes the integers and vectors of the TLS presentation language (RFC 5246 §4). */

export function uint8(value: number): Buffer {
  return Buffer.of(value)
}

export function uint16(value: number): Buffer {
  return Buffer.of(value >>> 8, value & 0xff)
}

export function uint24(value: number): Buffer {
  return Buffer.of(value >>> 16, (value >>> 8) & 0xff, value & 0xff)
}

export function uint32(value: number): Buffer {
  const octets = Buffer.allocUnsafe(4)
  octets.writeUInt32BE(value)
  return octets
}

export function uint48(value: number): Buffer {
  const octets = Buffer.allocUnsafe(6)
  octets.writeUIntBE(value, 0, 6)
  return octets
}

export function vector8(octets: Uint8Array): Buffer {
  return Buffer.concat([uint8(octets.length), octets])
}

export function vector16(octets: Uint8Array): Buffer {
  return Buffer.concat([uint16(octets.length), octets])
}

export function vector24(octets: Uint8Array): Buffer {
  return Buffer.concat([uint24(octets.length), octets])
}
