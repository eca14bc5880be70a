/** Daily maintenance windows by somebody's clock. */
import type { MaintenanceWindow } from './campaign.ts'

const MINUTES_A_DAY = 24 * 60

/** Making one costs more than using it a thousand times. */
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  clocks.set(timeZone, clock)
  return clock
}

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

/** `deviceZone` is the eUICC's IANA time zone, if known; `now` in milliseconds since the epoch. */
export function isWindowOpen(window: MaintenanceWindow, deviceZone: string | null, now: number): boolean {
  const zone = window.timeZone === 'device' ? (deviceZone ?? 'UTC') : window.timeZone
  const minute = minuteOf(clockOf(zone).format(now))
  const from = minuteOf(window.from)
  const length = (minuteOf(window.to) - from + MINUTES_A_DAY) % MINUTES_A_DAY || MINUTES_A_DAY
  return (minute - from + MINUTES_A_DAY) % MINUTES_A_DAY < length
}
