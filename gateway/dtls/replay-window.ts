/** The sliding window of RFC 6347 §4.1.2.6: 64 sequence numbers, the right edge the highest one authenticated. */

export const WINDOW_LENGTH = 64

/** Kept as numbers, so that it can live in a typed array; bit 0 of `low` stands for `edge`, bit 31 of `high` for `edge - 63`. */
export interface ReplayWindow {
  /** -1 before the first record. */
  edge: number
  low: number
  high: number
}

export function isFresh(window: ReplayWindow, sequence: number): boolean {
  const age = window.edge - sequence
  if (age < 0) return true
  if (age >= WINDOW_LENGTH) return false
  const word = age < 32 ? window.low : window.high
  return ((word >>> (age & 31)) & 1) === 0
}

/** To be called after the record is authenticated, never before. */
export function mark(window: ReplayWindow, sequence: number): void {
  const shift = sequence - window.edge
  if (shift <= 0) {
    const age = -shift
    if (age < 32) window.low = (window.low | (1 << age)) >>> 0
    else window.high = (window.high | (1 << (age - 32))) >>> 0
    return
  }
  slide(window, shift)
  window.edge = sequence
  window.low = (window.low | 1) >>> 0
}

/** All that one or the other has seen. */
export function union(one: ReplayWindow, other: ReplayWindow): ReplayWindow {
  const [earlier, later] = one.edge < other.edge ? [one, other] : [other, one]
  const joined = { ...earlier }
  if (later.edge > earlier.edge) slide(joined, later.edge - earlier.edge)
  return { edge: later.edge, low: (joined.low | later.low) >>> 0, high: (joined.high | later.high) >>> 0 }
}

/** By 1 or more. */
function slide(window: ReplayWindow, shift: number): void {
  if (shift >= WINDOW_LENGTH) {
    window.low = 0
    window.high = 0
  } else if (shift >= 32) {
    window.high = shift === 32 ? window.low : (window.low << (shift - 32)) >>> 0
    window.low = 0
  } else {
    window.high = ((window.high << shift) | (window.low >>> (32 - shift))) >>> 0
    window.low = (window.low << shift) >>> 0
  }
}
