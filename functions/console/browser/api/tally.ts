/** What the counts of a campaign say: the same arithmetic that its thresholds go by. */
import type { Tally } from './campaigns.ts'

/** 95 %, one-sided, as the API decides with. */
const Z = 1.645

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Between which shares (0 to 1) the true one almost certainly lies (Wilson). */
export function likelyShare(count: number, sample: number): Interval {
  if (sample === 0) return { low: 0, high: 1 }
  const share = count / sample
  const z2 = Z * Z
  const centre = share + z2 / (2 * sample)
  const spread = Z * Math.sqrt((share * (1 - share)) / sample + z2 / (4 * sample * sample))
  const whole = 1 + z2 / sample
  return { low: Math.max(0, (centre - spread) / whole), high: Math.min(1, (centre + spread) / whole) }
}

export function failuresIn({ failed, expired }: Tally): number {
  return failed + expired
}

/** eUICCs from which nothing more is expected. */
export function endedIn(tally: Tally): number {
  return tally.succeeded + failuresIn(tally) + tally.lost
}

/** All but those left out, and those cancelled, which count for neither side. */
export function countedIn(tally: Tally): number {
  return tally.waiting + tally.queued + tally.delivered + tally.retrying + endedIn(tally)
}

/** Everybody whom the campaign concerns. */
export function concernedIn(tally: Tally): number {
  return countedIn(tally) + tally.cancelled
}
