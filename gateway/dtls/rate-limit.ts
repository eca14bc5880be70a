/** A leaky bucket in one number, so that each session can have several. */

export interface Rate {
  readonly intervalMs: number
  /** Events that may come at once. */
  readonly burst: number
}

/**
 * `emptyAt` is when the bucket will be empty, milliseconds; 0 at the start. Gives the next value of it, or `undefined`
 * when the event is one too many.
 */
export function takeFromBucket(rate: Rate, emptyAt: number, now: number): number | undefined {
  const longest = rate.burst * rate.intervalMs
  // Further ahead it can be only when the clock was set back since.
  const from = emptyAt - now > longest ? now : Math.max(emptyAt, now)
  const next = from + rate.intervalMs
  return next - now > longest ? undefined : next
}
