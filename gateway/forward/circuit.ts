/**
 * Keeps an edge that does not answer from being asked again and again: after some failures in a row, requests are refused
 * at once, and one at a time is let through to see whether it is back.
 */

/** Failures in a row. */
const TOLERATED = 5
const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 60_000

export class Circuit {
  #failures = 0
  #pauseMs = FIRST_PAUSE_MS
  #openUntil = 0

  /** Null when a request may go; otherwise the milliseconds until the next one may. */
  admit(now: number): number | null {
    if (this.#failures < TOLERATED) return null
    if (now < this.#openUntil) return this.#openUntil - now
    // This one is the probe; those that come while it is on its way wait for the next pause.
    this.#openUntil = now + this.#pauseMs
    return null
  }

  succeeded(): void {
    this.#failures = 0
    this.#pauseMs = FIRST_PAUSE_MS
  }

  failed(now: number): void {
    this.#failures++
    if (this.#failures < TOLERATED) return
    this.#openUntil = now + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
  }
}
