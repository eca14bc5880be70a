/** Log lines: JSON, one event a line. Never keys, never Connection IDs, never pre-shared keys. */

export type LogLevel = 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, string | number | boolean | null>>
/** `event`: lower case with underscores, as `handshake_failed`. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void

export interface LogOptions {
  readonly write: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Lines of one event and level in a second; the rest are counted and told in the next that is written. */
  readonly linesPerSecond: number
}

interface Window {
  second: number
  lines: number
  suppressed: number
}

const TO_STANDARD_OUTPUT: LogOptions = {
  write: (line) => process.stdout.write(line),
  now: Date.now,
  linesPerSecond: 20,
}

export function createLog(options: Partial<LogOptions> = {}): Log {
  const { write, now, linesPerSecond } = { ...TO_STANDARD_OUTPUT, ...options }
  const windows = new Map<string, Window>()
  return (level, event, fields = {}) => {
    const at = now()
    const window = windowOf(windows, `${level} ${event}`, Math.floor(at / 1000))
    if (window.lines >= linesPerSecond) {
      window.suppressed++
      return
    }
    window.lines++
    const suppressed = window.suppressed > 0 ? { suppressed: window.suppressed } : {}
    window.suppressed = 0
    write(`${JSON.stringify({ time: new Date(at).toISOString(), level, event, ...fields, ...suppressed })}\n`)
  }
}

function windowOf(windows: Map<string, Window>, kind: string, second: number): Window {
  const window = windows.get(kind) ?? { second, lines: 0, suppressed: 0 }
  windows.set(kind, window)
  if (window.second !== second) {
    window.second = second
    window.lines = 0
  }
  return window
}
