/** One line of a benchmark: what was measured, against what in the same run. */

export interface BenchResult {
  readonly name: string
  readonly median: number
  readonly unit: string
  /** What the median is compared with. */
  readonly reference: string
  /** median ÷ the reference's median, or the other way round where less is better: more is always better. */
  readonly ratio: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** Runs all contenders in turn, round by round, so that a drift of the machine hits them alike; gives each one's median. */
export async function interleave<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[]
  const values = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) values.get(name)?.push(await contenders[name]())
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<
    Name,
    number
  >
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
