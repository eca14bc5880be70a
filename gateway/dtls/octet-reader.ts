/** Reads the vectors and integers of the TLS presentation language (RFC 5246 §4), never past the end. */
import { Fault } from '../../shared/fault.ts'
import { type AlertDescription, alertDescription } from './alert.ts'

/** Thrown when a peer's message is malformed; `alert` is what the peer is told if it may be told anything. */
export class DecodeFault extends Fault {
  readonly code = 'dtls-message-malformed'
  readonly alert: AlertDescription

  constructor(message: string, alert: AlertDescription = alertDescription.decodeError) {
    super(message)
    this.alert = alert
  }
}

/** A cursor over one message. Everything it returns is a view of the octets it was given. */
export class OctetReader {
  readonly #octets: Buffer
  #offset = 0

  constructor(octets: Buffer) {
    this.#octets = octets
  }

  get offset(): number {
    return this.#offset
  }

  get remaining(): number {
    return this.#octets.length - this.#offset
  }

  uint8(): number {
    return this.#octets.readUInt8(this.#advance(1))
  }

  uint16(): number {
    return this.#octets.readUInt16BE(this.#advance(2))
  }

  uint24(): number {
    return this.#octets.readUIntBE(this.#advance(3), 3)
  }

  uint32(): number {
    return this.#octets.readUInt32BE(this.#advance(4))
  }

  uint48(): number {
    return this.#octets.readUIntBE(this.#advance(6), 6)
  }

  octets(length: number): Buffer {
    const start = this.#advance(length)
    return this.#octets.subarray(start, start + length)
  }

  /** A vector whose length takes one octet. */
  vector8(minimum = 0): Buffer {
    return this.#vector(this.uint8(), minimum)
  }

  /** A vector whose length takes two octets. */
  vector16(minimum = 0): Buffer {
    return this.#vector(this.uint16(), minimum)
  }

  /** A vector whose length takes three octets. */
  vector24(minimum = 0): Buffer {
    return this.#vector(this.uint24(), minimum)
  }

  /** @throws {DecodeFault} when octets are left */
  end(): void {
    if (this.remaining > 0) throw new DecodeFault(`${this.remaining} octets follow the message`)
  }

  #vector(length: number, minimum: number): Buffer {
    if (length < minimum) throw new DecodeFault(`a vector of ${length} octets, at least ${minimum} expected`)
    return this.octets(length)
  }

  #advance(length: number): number {
    const start = this.#offset
    if (length > this.#octets.length - start) throw new DecodeFault(`message ends ${length} octets too early`)
    this.#offset = start + length
    return start
  }
}

/** The 16-bit numbers of a list such as cipher_suites. @throws {DecodeFault} on an odd length */
export function readUint16List(octets: Buffer): number[] {
  if (octets.length % 2 !== 0) throw new DecodeFault('a list of 16-bit numbers has an odd length')
  return Array.from({ length: octets.length / 2 }, (_, index) => octets.readUInt16BE(2 * index))
}
