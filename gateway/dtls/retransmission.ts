/** When a flight is sent again, and how small its datagrams become on the way (RFC 6347 §4.2.4.1, §4.1.1.1). */

const RESENDS = 4
const HANDSHAKE_LIMIT_MS = 90_000
/** Datagram sizes of the second and later resends: a path that swallows a flight may swallow big datagrams. */
const SMALLER_DATAGRAMS = [576, 508, 256]

export class Retransmission {
  readonly #initialMs: number
  readonly #startedAt: number
  readonly #datagramLimit: number
  #timeoutMs: number
  #resends = 0
  #lastSentAt = 0
  /** When the flight is to be sent again, or the handshake to be given up; milliseconds. */
  deadline: number

  constructor(initialMs: number, datagramLimit: number, now: number) {
    this.#initialMs = initialMs
    this.#timeoutMs = initialMs
    this.#datagramLimit = datagramLimit
    this.#startedAt = now
    this.deadline = now + HANDSHAKE_LIMIT_MS
  }

  /** Octets of a datagram now. */
  get datagramLimit(): number {
    const smaller = SMALLER_DATAGRAMS[Math.min(this.#resends - 2, SMALLER_DATAGRAMS.length - 1)]
    return Math.min(this.#datagramLimit, smaller ?? this.#datagramLimit)
  }

  /** A flight leaves. `jitter`: 0 to 1, spreads the timer by a tenth both ways. */
  sent(now: number, jitter: number): void {
    this.#lastSentAt = now
    const wait = Math.round(this.#timeoutMs * (0.9 + 0.2 * jitter))
    this.deadline = Math.min(now + wait, this.#startedAt + HANDSHAKE_LIMIT_MS)
  }

  /** Waits for something that is not the peer's turn. */
  pause(): void {
    this.deadline = this.#startedAt + HANDSHAKE_LIMIT_MS
  }

  /** An unauthenticated sign that the peer has given up. */
  shorten(now: number, limitMs: number): void {
    this.deadline = Math.min(this.deadline, now + limitMs)
    this.#resends = RESENDS
  }

  /** The deadline has come; `false` when the handshake is to be given up. */
  mayResend(now: number): boolean {
    if (this.#resends >= RESENDS || now - this.#startedAt >= HANDSHAKE_LIMIT_MS) return false
    this.#resends++
    this.#timeoutMs *= 2
    return true
  }

  /** Whether the peer's repeated flight is answered: two eager peers must not storm each other. */
  mayAnswerRepeat(now: number): boolean {
    return now - this.#lastSentAt >= this.#initialMs / 2
  }
}
