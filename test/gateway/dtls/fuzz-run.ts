/** Long fuzzing of the DTLS endpoint: `node test/gateway/dtls/fuzz-run.ts [datagrams] [seed]`. */
import { fuzzEndpoint } from './fuzz-endpoint.ts'

const count = Number(process.argv[2] ?? 5_000_000)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const SLICE = 100_000

const startedAt = performance.now()
for (let done = 0; done < count; done += SLICE) {
  const report = fuzzEndpoint(Math.min(SLICE, count - done), seed + done)
  const perSecond = Math.round((done + report.datagrams) / ((performance.now() - startedAt) / 1000))
  console.log(JSON.stringify({ event: 'fuzzed', done: done + report.datagrams, seed, perSecond, ...report }))
}
