/** `npm run bench:gateway`: what one core of a gateway takes, with its references in the same run; `-- --json` gives one object a line. */
import { type BenchResult, printJson, printTable } from '../result.ts'
import { benchExchanges } from './exchanges.ts'
import { benchHandshakes } from './handshakes.ts'
import { benchFlood, benchIdleSessions, benchRestore } from './memory.ts'
import { benchAgainstPion } from './pion.ts'
import { benchRecords } from './records.ts'

const asJson = process.argv.includes('--json')
const results: BenchResult[] = []
function add(...measured: readonly BenchResult[]): void {
  results.push(...measured)
  if (asJson) measured.forEach(printJson)
}

add(...(await benchRecords()))
add(...(await benchHandshakes()))
add(...(await benchAgainstPion()))
add(...(await benchExchanges()))
add(await benchFlood())
add(await benchIdleSessions())
add(await benchRestore())
if (!asJson) printTable(results)
process.exit(0)
