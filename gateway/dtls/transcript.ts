/**
 * The handshake as both sides saw it: every message as if unfragmented (RFC 6347 §4.2.6). The octets are kept, not a
 * running hash, because CertificateVerify signs them with a hash of its own (RFC 5246 §7.4.8).
 */
import {
  HANDSHAKE_HEADER_LENGTH,
  type HandshakeMessage,
  placeHandshakeFragment,
} from './handshake-message.ts'
import { digest, type Hash } from './prf.ts'

/** Octets: a handshake with two short chains, so that it seldom has to grow. */
const USUAL_LENGTH = 3 * 1024

export class Transcript {
  #octets = Buffer.alloc(0)
  #length = 0

  add(message: HandshakeMessage): void {
    this.#makeRoom(HANDSHAKE_HEADER_LENGTH + message.body.length)
    this.#length = placeHandshakeFragment(this.#octets, this.#length, message)
  }

  /** All of it until now, as a view. */
  octets(): Buffer {
    return this.#octets.subarray(0, this.#length)
  }

  hash(hash: Hash): Buffer {
    return digest(hash, this.octets())
  }

  #makeRoom(octets: number): void {
    const needed = this.#length + octets
    if (needed <= this.#octets.length) return
    const longer = Buffer.allocUnsafe(Math.max(USUAL_LENGTH, 2 * needed))
    this.octets().copy(longer)
    this.#octets = longer
  }
}
