/** Milliseconds; what is longer, a timer takes for nothing at all. */
const LONGEST_DELAY = 2 ** 31 - 1

/** Wakes a station when it wants to be woken. */
export class Alarm {
  readonly #ring: () => void
  #timer: NodeJS.Timeout | undefined
  /** By the clock that nobody sets. */
  #ringsAt = Number.POSITIVE_INFINITY

  constructor(ring: () => void) {
    this.#ring = ring
  }

  /** Milliseconds since 1970; undefined: not at all. May ring earlier, for nothing, but then it has to be set again. */
  set(at: number | undefined): void {
    const delay = at === undefined ? Number.POSITIVE_INFINITY : Math.max(0, at - Date.now())
    const ringsAt = performance.now() + delay
    // Most are put off by the next datagram; ringing once in vain costs less than a new timer for each.
    if (at !== undefined && ringsAt >= this.#ringsAt) return
    clearTimeout(this.#timer)
    this.#ringsAt = ringsAt
    if (at !== undefined) this.#timer = setTimeout(() => this.#go(), Math.min(delay, LONGEST_DELAY))
  }

  #go(): void {
    this.#ringsAt = Number.POSITIVE_INFINITY
    this.#ring()
  }
}
