/** Wakes a station when it wants to be woken. */
export class Alarm {
  readonly #ring: () => void
  #timer: NodeJS.Timeout | undefined
  #at = Number.POSITIVE_INFINITY

  constructor(ring: () => void) {
    this.#ring = ring
  }

  /** Milliseconds since 1970; undefined: not at all. May ring earlier, for nothing, but then it has to be set again. */
  set(at: number | undefined): void {
    // Most are put off by the next datagram; ringing once in vain costs less than a new timer for each.
    if (at !== undefined && at >= this.#at) return
    clearTimeout(this.#timer)
    this.#at = at ?? Number.POSITIVE_INFINITY
    if (at !== undefined) this.#timer = setTimeout(() => this.#go(), Math.max(0, at - Date.now()))
  }

  #go(): void {
    this.#at = Number.POSITIVE_INFINITY
    this.#ring()
  }
}
