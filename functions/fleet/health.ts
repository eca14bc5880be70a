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

/** Of a row of `euiccs`, at the instant `now` (SQL). Each row meets exactly one of the four. */
export function isInHealth(health: Health, now: string): string {
  const ago = (intervals: number) => `${now} - ${intervals} * ${INTERVAL}`
  switch (health) {
    case 'seen':
      return `last_seen_at > ${ago(LATE_AFTER)}`
    case 'late':
      return `(last_seen_at > ${ago(SILENT_AFTER)} AND last_seen_at <= ${ago(LATE_AFTER)})`
    case 'silent':
      return `last_seen_at <= ${ago(SILENT_AFTER)}`
    case 'never':
      return 'last_seen_at IS NULL'
  }
}

const AFTER_ALL = String(Number.MAX_SAFE_INTEGER)

/** Between which values of `heard_at` all in that health are, whatever their intervals; among others where these differ. */
export function spanOf(health: Health, now: string): { readonly from: string; readonly to: string } {
  const ago = (intervals: number, interval: string) => `${now} - ${intervals * 1000} * ${interval}`
  switch (health) {
    case 'seen':
      return { from: ago(LATE_AFTER, extreme('max')), to: AFTER_ALL }
    case 'late':
      return { from: ago(SILENT_AFTER, extreme('max')), to: ago(LATE_AFTER, extreme('min')) }
    case 'silent':
      return { from: '1', to: ago(SILENT_AFTER, extreme('min')) }
    case 'never':
      return { from: '0', to: '0' }
  }
}

/** The shortest or longest interval of a tenant (`?1`), seconds: one look into an index. */
function extreme(which: 'min' | 'max'): string {
  return `${which}(${DEFAULT_POLL_SECONDS}, coalesce((SELECT ${which}(expected_poll_seconds)
    FROM euiccs INDEXED BY euiccs_by_rhythm
    WHERE tenant = ?1 AND retired_at IS NULL AND expected_poll_seconds IS NOT NULL), ${DEFAULT_POLL_SECONDS}))`
}
