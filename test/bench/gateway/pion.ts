/** Handshakes against pion/dtls, where there is Go: the server's part alone in both, without sockets, on one core. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../interop/peer.ts'
import { type BenchResult, interleave } from '../result.ts'
import { EACH, newDevice, ROUNDS, serverRate } from './handshakes.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
/** Ignored by git. */
const BUILD = path.join(HERE, 'build')
const program = path.join(BUILD, 'pion-handshakes')

/** Why there is no program, if there is none. */
async function build(): Promise<string | undefined> {
  mkdirSync(BUILD, { recursive: true })
  const { status, output } = await run('go', ['build', '-o', program, '.'], {
    cwd: path.join(HERE, 'pion'),
    limitMs: 120_000,
  })
  return status === 0 ? undefined : output.trim().split('\n').at(-1) || 'go build did not end'
}

async function runPion(): Promise<{ readonly version: string; readonly rate: number }> {
  const { output } = await run(program, [String(EACH)])
  const [, version, rate] = /^v(\S+) ([\d.]+)$/m.exec(output) ?? []
  if (version === undefined) throw new Error(`pion: ${output}`)
  return { version, rate: Number(rate) }
}

/** Nothing but a note where pion cannot be built or run. */
export async function benchAgainstPion(): Promise<BenchResult[]> {
  try {
    const missing = await build()
    if (missing !== undefined) throw new Error(missing)
    const { version } = await runPion()
    const rates = await interleave(ROUNDS, {
      own: () => serverRate(newDevice),
      pion: async () => (await runPion()).rate,
    })
    return [
      {
        name: 'handshake, X.509 both ways, against pion',
        median: rates.median('own'),
        unit: '/s',
        reference: `pion/dtls ${version}, its server's part without sockets, devices never seen (${Math.round(rates.median('pion'))}/s)`,
        ratio: rates.ratio('own', 'pion'),
      },
    ]
  } catch (error) {
    console.error(`not measured against pion/dtls: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}
