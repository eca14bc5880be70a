/**
 * The handshake as both sides saw it: every message as if unfragmented (RFC 6347 §4.2.6). The octets are kept, not a
 * running hash, because CertificateVerify signs them with a hash of its own (RFC 5246 §7.4.8).
 */
import { type HandshakeMessage, writeHandshakeFragment } from './handshake-message.ts'
import { digest, type Hash } from './prf.ts'

export class Transcript {
  readonly #messages: Buffer[] = []

  add(message: HandshakeMessage): void {
    this.#messages.push(writeHandshakeFragment(message))
  }

  octets(): Buffer {
    return Buffer.concat(this.#messages)
  }

  hash(hash: Hash): Buffer {
    return digest(hash, this.octets())
  }
}
