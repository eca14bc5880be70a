/** A flight of handshake messages, kept as messages and packed anew for each transmission (RFC 6347 §4.2.4). */
import {
  HANDSHAKE_HEADER_LENGTH,
  type HandshakeMessage,
  writeHandshakeFragment,
} from './handshake-message.ts'
import { CLASSIC_HEADER_LENGTH, contentType } from './record.ts'

export type FlightItem =
  | { readonly kind: 'message'; readonly isProtected: boolean; readonly message: HandshakeMessage }
  | { readonly kind: 'change-cipher-spec' }

/** Writes one record with the next sequence number of its epoch; `undefined` when none may be written. */
export interface RecordWriter {
  plain(type: number, content: Buffer): Buffer
  protect(type: number, content: Buffer): Buffer | undefined
  /** Octets a protected record is longer than its content. */
  readonly protectionOverhead: number
}

export interface FlightLimits {
  /** Octets of a datagram. */
  readonly datagram: number
  /** Octets of content in a record. */
  readonly content: number
}

const CHANGE_CIPHER_SPEC = Buffer.of(1)
/** A fragment smaller than this is not worth a record of its own. */
const SMALLEST_FRAGMENT = 32

/** The datagrams of one transmission: several records in each, no record above the limits. */
export function packFlight(
  items: readonly FlightItem[],
  writer: RecordWriter,
  limits: FlightLimits,
): Buffer[] {
  const packer = new Packer(limits.datagram)
  for (const item of items) {
    if (item.kind === 'change-cipher-spec') {
      packer.makeRoom(CLASSIC_HEADER_LENGTH + 1)
      packer.add(writer.plain(contentType.changeCipherSpec, CHANGE_CIPHER_SPEC))
    } else {
      packMessage(item, writer, limits, packer)
    }
  }
  return packer.finish()
}

function packMessage(
  { message, isProtected }: Extract<FlightItem, { kind: 'message' }>,
  writer: RecordWriter,
  limits: FlightLimits,
  packer: Packer,
): void {
  const overhead = HANDSHAKE_HEADER_LENGTH + (isProtected ? writer.protectionOverhead : CLASSIC_HEADER_LENGTH)
  const length = message.body.length
  let offset = 0
  do {
    packer.makeRoom(overhead + Math.min(length - offset, SMALLEST_FRAGMENT))
    const room = Math.min(packer.room - overhead, limits.content - HANDSHAKE_HEADER_LENGTH)
    const end = Math.min(length, offset + Math.max(room, 1))
    const content = writeHandshakeFragment(message, offset, end)
    const record = isProtected
      ? writer.protect(contentType.handshake, content)
      : writer.plain(contentType.handshake, content)
    if (record) packer.add(record)
    offset = end
  } while (offset < length)
}

class Packer {
  readonly #limit: number
  readonly #datagrams: Buffer[] = []
  #records: Buffer[] = []
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get room(): number {
    return this.#limit - this.#length
  }

  /** Starts another datagram unless `length` octets fit into this one. */
  makeRoom(length: number): void {
    if (this.room < length) this.#close()
  }

  add(record: Buffer): void {
    this.#records.push(record)
    this.#length += record.length
  }

  finish(): Buffer[] {
    this.#close()
    return this.#datagrams
  }

  #close(): void {
    if (this.#records.length > 0) this.#datagrams.push(Buffer.concat(this.#records))
    this.#records = []
    this.#length = 0
  }
}
