/** Whether a device calls as often as it should; the same words in lists, counts and the condition that finds them. */

export const HEALTHS = [
  /** Within one and a half of its intervals. */
  'seen',
  /** Later than that. */
  'late',
  /** For more than three of its intervals nothing was heard. */
  'silent',
  /** Enrolled, and never heard. */
  'never',
] as const
export type Health = (typeof HEALTHS)[number]

/** How often a device is expected where nobody has said. */
export const DEFAULT_POLL_SECONDS = 86_400

const LATE_AFTER = 1.5
const SILENT_AFTER = 3

/** Milliseconds between two contacts. */
const INTERVAL = `1000 * coalesce(expected_poll_seconds, ${DEFAULT_POLL_SECONDS})`

/** Of a row of `euiccs`, with the instant `now` (an SQL parameter). Each row meets exactly one of the four. */
export function isInHealth(health: Health, now: string): string {
  const isHeardWithin = (intervals: number) => `last_seen_at > ${now} - ${intervals} * ${INTERVAL}`
  switch (health) {
    case 'seen':
      return isHeardWithin(LATE_AFTER)
    case 'late':
      return `(${isHeardWithin(SILENT_AFTER)} AND NOT ${isHeardWithin(LATE_AFTER)})`
    case 'silent':
      return `NOT ${isHeardWithin(SILENT_AFTER)}`
    case 'never':
      return 'last_seen_at IS NULL'
  }
}
