/** Decides from counts alone whether a campaign pauses itself, goes on to its next wave, or waits. */
import type { Gate, Pause, PauseLimits, Tally } from './campaign.ts'

/** 95 %, one-sided: whether too many fail is asked, not whether too few do. */
const Z = 1.645
/** Fewer than this have said nothing yet. */
const SMALLEST_SAMPLE = 5

/**
 * The lowest failure rate (0 to 1) that `failures` of `sample` make believable (Wilson): one failure of two says little,
 * ten of twenty say much.
 */
export function lowestLikelyRate(failures: number, sample: number): number {
  if (sample === 0) return 0
  const rate = failures / sample
  const z2 = Z * Z
  const centre = rate + z2 / (2 * sample)
  const spread = Z * Math.sqrt((rate * (1 - rate)) / sample + z2 / (4 * sample * sample))
  return Math.max(0, (centre - spread) / (1 + z2 / sample))
}

/** What somebody has seen and resumed in spite of. */
export interface Forgiven {
  readonly failures: number
  readonly ended: number
  readonly lost: number
}

export const NOTHING_FORGIVEN: Forgiven = { failures: 0, ended: 0, lost: 0 }

export function failuresIn(tally: Tally): number {
  return tally.failed + tally.expired
}

/** eUICCs from which nothing more is expected; a lost one may still surprise. */
export function endedIn(tally: Tally): number {
  return tally.succeeded + failuresIn(tally) + tally.lost
}

export function sizeOf(tally: Tally): number {
  return tally.waiting + tally.queued + tally.delivered + tally.retrying + endedIn(tally) + tally.cancelled
}

/** Whether the campaign as a whole has to stop. */
export function pauseFor(limits: PauseLimits, total: Tally, forgiven: Forgiven): Pause | null {
  const lost = total.lost - forgiven.lost
  if (limits.lost !== null && lost >= limits.lost) {
    const detail = `${lost} took the package and ${lost === 1 ? 'was' : 'were'} never seen again`
    return { code: 'lost', detail }
  }
  const failures = failuresIn(total) - forgiven.failures
  const sample = endedIn(total) - forgiven.ended
  if (limits.failurePercent === null || failures <= 0 || sample < SMALLEST_SAMPLE) return null
  if (lowestLikelyRate(failures, sample) * 100 <= limits.failurePercent) return null
  return {
    code: 'failures',
    detail: `${failures} of ${sample} failed: more than ${limits.failurePercent} % is almost certain`,
  }
}

/**
 * Where a wave stands: `open` while too few have ended, `failed` when all that can have, and too few in success, `passed`
 * otherwise. Those cancelled by hand count for neither.
 */
export function judgeWave(gate: Gate, tally: Tally): 'open' | 'failed' | 'passed' {
  const size = sizeOf(tally) - tally.cancelled
  const ended = endedIn(tally)
  if (ended * 100 < gate.endedPercent * size) return 'open'
  if (tally.succeeded * 100 >= gate.successPercent * ended) return 'passed'
  return ended === size ? 'failed' : 'open'
}

/** Nothing is expected any more, surprises by lost ones apart. */
export function isThrough(tally: Tally): boolean {
  return tally.waiting + tally.queued + tally.delivered + tally.retrying === 0
}
