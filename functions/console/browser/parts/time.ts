/** Times and spans in words. */

const STEPS = [
  { unit: 'year', seconds: 31_557_600 },
  { unit: 'month', seconds: 2_629_800 },
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' })

/** "3 min. ago", "in 2 days", "now" within half a minute. */
export function relativeTime(at: number, now: number): string {
  const seconds = (at - now) / 1000
  if (Math.abs(seconds) < 30) return 'now'
  const step = STEPS.find((each) => Math.abs(seconds) >= each.seconds) ?? STEPS[STEPS.length - 1]
  if (!step) return 'now'
  const count = Math.round(seconds / step.seconds)
  return RELATIVE.format(count === 0 ? Math.sign(seconds) : count, step.unit)
}

/** "90 s", "5 min", "3 h", "2 days": the coarsest that says it. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** In the reader's time zone. */
export function exactTime(at: number): string {
  return EXACT.format(at)
}

export function clockTime(at: number): string {
  return CLOCK.format(at)
}
