/** What the large fleet has shown so far: results, and the largest processor time of each kind of request. */
import type { HarnessEdge } from './harness-edge.ts'
import { type BenchResult, median } from './result.ts'

const REFERENCE_CALLS = 400
/** Of the same kind, from which the median is taken: a process also collects garbage and compiles. */
const CPU_CALLS = 9

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN
}

export class ScaleLog {
  readonly results: BenchResult[] = []
  readonly #edge: HarnessEdge
  readonly #show: (result: BenchResult) => void
  readonly #cpu = new Map<string, number[]>()
  #healthRate = Number.NaN
  #healthMs = Number.NaN

  constructor(edge: HarnessEdge, show: (result: BenchResult) => void) {
    this.#edge = edge
    this.#show = show
  }

  /** GET /v1/health, which asks no database: the price of the local server itself. */
  async measureReference(): Promise<void> {
    const health = async () => void (await (await fetch(`${this.#edge.url}/v1/health`)).text())
    for (let call = 0; call < REFERENCE_CALLS; call++) await health()
    const start = performance.now()
    const times: number[] = []
    for (let call = 0; call < REFERENCE_CALLS; call++) times.push(await timed(health))
    this.#healthRate = REFERENCE_CALLS / ((performance.now() - start) / 1000)
    this.#healthMs = median(times)
    for (let call = 0; call < CPU_CALLS; call++) await this.cpuOf('GET /v1/health', health)
  }

  /** More is better; beside it the rate of GET /v1/health, one after the other. */
  addRate(name: string, rate: number, unit: string): void {
    this.#add(name, rate, unit, 'GET /v1/health a second', rate / this.#healthRate)
  }

  /** Less is better. */
  addTime(name: string, ms: number, unit = 'ms'): void {
    this.#add(name, ms, unit, 'the speed of GET /v1/health', this.#healthMs / (unit === 's' ? ms * 1000 : ms))
  }

  /** Notes the processor time that all of workerd takes for one request, with nothing else going on. */
  async cpuOf<T>(kind: string, request: () => Promise<T>): Promise<T> {
    const before = this.#edge.cpuMs()
    const answer = await request()
    this.#cpu.set(kind, [...(this.#cpu.get(kind) ?? []), this.#edge.cpuMs() - before])
    return answer
  }

  async cpuOfSome(kind: string, request: () => Promise<unknown>): Promise<void> {
    for (let call = 0; call < CPU_CALLS; call++) await this.cpuOf(kind, request)
  }

  /** Worker, objects and database together: in production only the first is the request's own. */
  addCpu(): void {
    const health = median(this.#cpu.get('GET /v1/health') ?? [])
    for (const [kind, times] of this.#cpu) {
      for (const [which, ms] of [
        ['median', median(times)] as const,
        ['worst', Math.max(...times)] as const,
      ]) {
        const name = `CPU with database, ${which} of ${times.length}: ${kind}`
        this.#add(name, ms, 'ms', 'the processor time of GET /v1/health', health / ms)
      }
    }
  }

  #add(name: string, value: number, unit: string, reference: string, ratio: number): void {
    const result = { name, median: value, unit, reference, ratio }
    this.results.push(result)
    this.#show(result)
  }
}

/** Milliseconds. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}
