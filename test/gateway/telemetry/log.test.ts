import { expect, it } from 'vitest'
import { createLog } from '../../../gateway/telemetry/index.ts'

function record() {
  const lines: Record<string, unknown>[] = []
  let now = Date.UTC(2026, 0, 1)
  const log = createLog({
    write: (line) => {
      expect(line.endsWith('\n')).toBe(true)
      lines.push(JSON.parse(line))
    },
    now: () => now,
    linesPerSecond: 2,
  })
  return { log, lines, pass: (milliseconds: number) => (now += milliseconds) }
}

it('writes one event a line, with its time, level and fields', () => {
  const { log, lines } = record()

  log('warn', 'edge_failed', { tenant: 'acme', status: 503 })

  expect(lines).toEqual([
    { time: '2026-01-01T00:00:00.000Z', level: 'warn', event: 'edge_failed', tenant: 'acme', status: 503 },
  ])
})

it('keeps what a stranger put in a field on its line', () => {
  const { log, lines } = record()

  log('info', 'handshake_failed', { reason: 'a\n{"level":"error"}\u2028' })

  expect(lines).toHaveLength(1)
})

it('writes a flood of one event as a few lines and a number, without silencing the others', () => {
  const { log, lines, pass } = record()

  for (let count = 0; count < 100; count++) log('info', 'handshake_failed')
  log('info', 'session_closed')
  pass(1000)
  log('info', 'handshake_failed')

  expect(lines.map(({ event, suppressed }) => [event, suppressed])).toEqual([
    ['handshake_failed', undefined],
    ['handshake_failed', undefined],
    ['session_closed', undefined],
    ['handshake_failed', 98],
  ])
})
