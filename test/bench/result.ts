/** One line of a benchmark: what was measured, against what in the same run. */

export interface BenchResult {
  readonly name: string
  readonly median: number
  readonly unit: string
  /** What the median is compared with. */
  readonly reference: string
  /** What was measured ÷ the reference, or the other way round where less is better: more is always better. */
  readonly ratio: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** What contenders showed, round by round. */
export class Rounds<Name extends string> {
  readonly #values: Readonly<Record<Name, readonly number[]>>

  constructor(values: Readonly<Record<Name, readonly number[]>>) {
    this.#values = values
  }

  median(name: Name): number {
    return median(this.#values[name])
  }

  /** Median of `over` ÷ `under` in the same round: a machine that is slow for a second is slow for both. */
  ratio(over: Name, under: Name): number {
    const others = this.#values[under]
    return median(this.#values[over].map((value, round) => value / (others[round] ?? Number.NaN)))
  }
}

/** Rounds of everything, instead of each bench's own number: with 1, whether it runs is seen sooner. */
const { BENCH_ROUNDS } = process.env

/** Runs all contenders in turn, round by round, so that a drift of the machine hits them alike. */
export async function interleave<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Rounds<Name>> {
  const names = Object.keys(contenders) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < Number(BENCH_ROUNDS ?? rounds); round++) {
    for (const name of names) values[name].push(await contenders[name]())
  }
  return new Rounds(values)
}

const rounded = (value: number) => Number(value.toPrecision(4))

export function printJson(result: BenchResult): void {
  console.log(JSON.stringify({ ...result, median: rounded(result.median), ratio: rounded(result.ratio) }))
}

export function printTable(results: readonly BenchResult[]): void {
  const width = Math.max(...results.map(({ name }) => name.length))
  for (const { name, median: value, unit, reference, ratio } of results) {
    const figure = `${rounded(value)} ${unit}`.padStart(20)
    console.log(`${name.padEnd(width)} ${figure}   ${rounded(ratio)} × ${reference}`)
  }
}
