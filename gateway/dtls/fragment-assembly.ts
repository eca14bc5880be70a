/**
 * Puts handshake messages together from fragments that overlap, repeat and arrive in any order (RFC 6347 §4.2.3), and
 * hands them out in the order of message_seq. What one peer can make it hold is bounded.
 */
import type { HandshakeFragment, HandshakeMessage } from './handshake-message.ts'

/** Octets of one message at most; a chain of certificates is the longest there is. */
const MESSAGE_LIMIT = 16 * 1024
/** Octets of all unfinished messages together at most. */
const TOTAL_LIMIT = 32 * 1024
/** How far ahead of the next expected message_seq a fragment may be. */
const WINDOW = 7

interface PartialMessage {
  readonly type: number
  readonly body: Buffer
  /** One octet per octet of the body, 1 when it has arrived; null when it came whole. */
  readonly arrived: Uint8Array | null
  missing: number
}

export class FragmentAssembly {
  #next: number
  #held = 0
  readonly #partial = new Map<number, PartialMessage>()

  /** `next`: the first message_seq to hand out. */
  constructor(next: number) {
    this.#next = next
  }

  get next(): number {
    return this.#next
  }

  /** Octets held for messages that are not handed out yet. */
  get held(): number {
    return this.#held
  }

  /** Keeps what is new in the fragment; `false` when it was dropped. */
  add(fragment: HandshakeFragment): boolean {
    const { sequence, length, offset, body } = fragment
    if (sequence < this.#next || sequence > this.#next + WINDOW) return false
    if (length > MESSAGE_LIMIT || offset + body.length > length) return false
    // An empty fragment carries nothing unless the whole message is empty (ServerHelloDone).
    if (body.length === 0 && length > 0) return false
    // Most messages come whole, and nothing has to be put together.
    if (body.length === length && !this.#partial.has(sequence)) return this.#addWhole(fragment)
    const message = this.#messageOf(fragment)
    if (message === undefined || contradicts(message, offset, body)) return false
    const { arrived } = message
    if (arrived === null) return true
    for (let index = 0; index < body.length; index++) {
      if (arrived[offset + index] === 1) continue
      arrived[offset + index] = 1
      message.body[offset + index] = body[index] as number
      message.missing--
    }
    return true
  }

  /** The next message in order, once all of it is there. */
  take(): HandshakeMessage | undefined {
    const message = this.#partial.get(this.#next)
    if (message === undefined || message.missing > 0) return undefined
    const sequence = this.#next
    this.#partial.delete(sequence)
    this.#held -= message.body.length
    this.#next++
    return { type: message.type, sequence, body: message.body }
  }

  #addWhole({ sequence, type, length, body }: HandshakeFragment): boolean {
    if (this.#held + length > TOTAL_LIMIT) return false
    this.#partial.set(sequence, { type, body: Buffer.from(body), arrived: null, missing: 0 })
    this.#held += length
    return true
  }

  /** The message this fragment belongs to; `undefined` when it disagrees with earlier fragments or is too much. */
  #messageOf({ sequence, type, length }: HandshakeFragment): PartialMessage | undefined {
    const known = this.#partial.get(sequence)
    if (known) return known.type === type && known.body.length === length ? known : undefined
    if (this.#held + length > TOTAL_LIMIT) return undefined
    const message = {
      type,
      body: Buffer.alloc(length),
      arrived: new Uint8Array(length),
      missing: length,
    }
    this.#partial.set(sequence, message)
    this.#held += length
    return message
  }
}

function contradicts(message: PartialMessage, offset: number, body: Buffer): boolean {
  for (let index = 0; index < body.length; index++) {
    const hasArrived = message.arrived === null || message.arrived[offset + index] === 1
    if (hasArrived && message.body[offset + index] !== body[index]) return true
  }
  return false
}
