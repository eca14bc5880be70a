import { describe, expect, it } from 'vitest'
import { Circuit } from '../../../gateway/forward/circuit.ts'

function fail(circuit: Circuit, times: number, now: number): void {
  for (let count = 0; count < times; count++) circuit.failed(now)
}

describe('a circuit', () => {
  it('lets everything pass until five failures in a row', () => {
    const circuit = new Circuit()
    fail(circuit, 4, 0)
    circuit.succeeded()
    fail(circuit, 4, 0)

    expect(circuit.admit(0)).toBeNull()
    circuit.failed(0)
    expect(circuit.admit(0)).toBe(2_000)
  })

  it('lets one probe pass in each pause, and pauses twice as long after each failure, up to a minute', () => {
    const circuit = new Circuit()
    fail(circuit, 5, 0)
    const pauses: number[] = []
    let now = 0
    for (let probe = 0; probe < 7; probe++) {
      const pause = circuit.admit(now) ?? 0
      pauses.push(pause)
      now += pause
      expect(circuit.admit(now)).toBeNull()
      expect(circuit.admit(now)).toBeGreaterThan(0)
      circuit.failed(now)
    }

    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  it('is closed again by one success', () => {
    const circuit = new Circuit()
    fail(circuit, 5, 0)

    expect(circuit.admit(2_000)).toBeNull()
    circuit.succeeded()

    expect([circuit.admit(2_000), circuit.admit(2_000)]).toEqual([null, null])
  })
})
