/** Retry-After (RFC 9110 §10.2.3): seconds, or a date. */

/** A day: what a device should wait at most, whatever the edge says. */
const LONGEST_SECONDS = 86_400

/** Seconds; null when there is none or it cannot be read. `now`: milliseconds since 1970. */
export function readRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  if (/^\d{1,10}$/.test(value)) return Math.min(Number(value), LONGEST_SECONDS)
  const at = /^[A-Z][a-z]+, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) return null
  return Math.min(Math.max(0, Math.ceil((at - now) / 1000)), LONGEST_SECONDS)
}
