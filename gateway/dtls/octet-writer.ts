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

/** Writes into octets that are there already: for what is written so often that a Buffer for each part would show. */
export class OctetCursor {
  readonly #octets: Buffer
  #offset = 0

  constructor(octets: Buffer) {
    this.#octets = octets
  }

  /** A view of what was written. */
  get written(): Buffer {
    return this.#octets.subarray(0, this.#offset)
  }

  uint8(value: number): this {
    this.#offset = this.#octets.writeUInt8(value, this.#offset)
    return this
  }

  uint16(value: number): this {
    this.#offset = this.#octets.writeUInt16BE(value, this.#offset)
    return this
  }

  uint32(value: number): this {
    this.#offset = this.#octets.writeUInt32BE(value, this.#offset)
    return this
  }

  uint48(value: number): this {
    this.#offset = this.#octets.writeUIntBE(value, this.#offset, 6)
    return this
  }

  octets(octets: Uint8Array): this {
    this.#octets.set(octets, this.#offset)
    this.#offset += octets.length
    return this
  }

  vector8(octets: Uint8Array): this {
    return this.uint8(octets.length).octets(octets)
  }

  vector16(octets: Uint8Array): this {
    return this.uint16(octets.length).octets(octets)
  }

  /** A vector whose length takes one octet. */
  text8(text: string): this {
    const length = this.#octets.write(text, this.#offset + 1)
    this.uint8(length)
    this.#offset += length
    return this
  }
}
