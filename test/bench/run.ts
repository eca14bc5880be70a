/** `npm run bench`: what the edge takes, with its references in the same run; `-- --json` gives one object a line. */
import { toBase64 } from '../../shared/octets.ts'
import { CardIssuer } from '../simulator/card-issuer.ts'
import { benchBundleSize } from './bundle-size.ts'
import { benchCodec } from './codec.ts'
import { benchCryptography } from './cryptography.ts'
import { benchPolls, benchRoundTrips } from './exchanges.ts'
import { makeFleet } from './fleet.ts'
import { type BenchResult, printJson, printTable } from './result.ts'
import { WorkerdServer } from './workerd-server.ts'

const EIM_FQDN = 'eim.bench.example'
const DEVICES = 32

const asJson = process.argv.includes('--json')
const results: BenchResult[] = []
function add(...measured: readonly BenchResult[]): void {
  results.push(...measured)
  if (asJson) measured.forEach(printJson)
}

const issuer = CardIssuer.create()
add(...(await benchCodec()), benchBundleSize())
const server = await WorkerdServer.start(toBase64(issuer.ci.certificate), EIM_FQDN)
try {
  const fleet = await makeFleet(server, issuer, EIM_FQDN, DEVICES)
  add(...(await benchPolls(server, fleet)), await benchRoundTrips(server, fleet))
  add(...(await benchCryptography(server, issuer)))
} finally {
  server.stop()
}
if (!asJson) printTable(results)
process.exit(0)
