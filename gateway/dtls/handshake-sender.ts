/** The sending half of a handshake: numbers messages and records, keeps the current flight, and sends it again. */
import { type FlightItem, packFlight } from './flight.ts'
import type { HandshakeMessage } from './handshake-message.ts'
import { CLASSIC_HEADER_LENGTH, writePlainRecord } from './record.ts'
import type { MessageBody } from './server-flight.ts'
import type { Session } from './session.ts'

/** Header, explicit nonce, tag and inner content type at most; the peer's Connection ID comes on top. */
const PROTECTION_OVERHEAD = CLASSIC_HEADER_LENGTH + 8 + 16 + 1

export class HandshakeSender {
  #recordSequence: number
  #messageSequence: number
  #flight: FlightItem[] = []

  /** A server without state takes both numbers over from the hello it answers (RFC 6347 §4.2.1). */
  constructor(recordSequence: number, messageSequence: number) {
    this.#recordSequence = recordSequence
    this.#messageSequence = messageSequence
  }

  get hasFlight(): boolean {
    return this.#flight.length > 0
  }

  /** The peer has answered the flight before. */
  beginFlight(): void {
    this.#flight = []
  }

  add({ type, body }: MessageBody, isProtected = false): HandshakeMessage {
    const message = { type, body, sequence: this.#messageSequence++ }
    this.#flight.push({ kind: 'message', isProtected, message })
    return message
  }

  addChangeCipherSpec(): void {
    this.#flight.push({ kind: 'change-cipher-spec' })
  }

  /** The datagrams of the whole flight, with record numbers never used before. */
  transmit(
    session: Session | undefined,
    limits: { readonly datagram: number; readonly content: number; readonly paddingMultiple: number },
  ): Buffer[] {
    const writer = {
      plain: (type: number, content: Buffer) => this.plainRecord(type, content),
      protect: (type: number, content: Buffer) => session?.seal(type, content, limits.paddingMultiple),
      protectionOverhead: PROTECTION_OVERHEAD + (session?.peerCid.length ?? 0) + limits.paddingMultiple,
    }
    return packFlight(this.#flight, writer, limits)
  }

  plainRecord(type: number, content: Buffer): Buffer {
    return writePlainRecord(type, this.#recordSequence++, content)
  }
}
