/**
 * Fuzzes every decoder: `npm run fuzz -- [inputs per decoder] [seed] [part of a decoder's name]`, a million inputs each
 * unless told otherwise. Decoders must refuse with an Asn1Fault and nothing else, what they read must survive being
 * written, and memory must not grow.
 */
import { everyDecoder } from './decoders.ts'
import { type Decoder, fuzzDecoder } from './fuzz-decoder.ts'

const [count = '1000000', seed = '1', part = ''] = process.argv.slice(2)
const MEGABYTE = 1024 * 1024
/** More than the collector ever leaves lying about; a length believed unseen would ask for gigabytes. */
const MOST_GROWTH = 512 * MEGABYTE

const decoders = everyDecoder(Number(seed)).filter(({ name }) => name.includes(part))
const atRest = process.memoryUsage().rss

// A stack trace is dear, and nobody reads a million of them.
Error.stackTraceLimit = 0
let failed = 0
for (const decoder of decoders) if (!runOne(decoder)) failed++
console.log(`${decoders.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

function runOne(decoder: Decoder): boolean {
  const started = performance.now()
  const report = fuzzDecoder(decoder, Number(count), Number(seed))
  const perSecond = Math.round((1000 * report.inputs) / (performance.now() - started))
  const growth = process.memoryUsage().rss - atRest
  const problem =
    report.problem ??
    (growth > MOST_GROWTH ? `memory grew by ${Math.round(growth / MEGABYTE)} MB` : undefined)
  const outcome =
    problem === undefined ? `${Math.round((100 * report.read) / report.inputs)} % read` : problem
  console.log(`${decoder.name}: ${report.inputs} inputs, ${perSecond}/s, ${outcome}`)
  return problem === undefined
}
