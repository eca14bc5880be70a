/** What an upload of the Worker weighs, compressed. */
import { execFileSync } from 'node:child_process'
import type { BenchResult } from './result.ts'

const LIMIT_KIB = 1024

export function benchBundleSize(): BenchResult {
  const output = execFileSync('wrangler', ['deploy', '--dry-run', '--outdir', 'dist'], {
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' },
  })
  const size = Number(/gzip: ([0-9.]+) KiB/.exec(output)?.[1])
  if (!Number.isFinite(size)) throw new Error('wrangler did not tell the size of the bundle')
  return {
    name: 'bundle, compressed',
    median: size,
    unit: 'KiB',
    reference: 'the limit of 1 MiB (less is better)',
    ratio: LIMIT_KIB / size,
  }
}
