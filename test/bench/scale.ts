/**
 * `npm run bench:scale`: 100 000 eUICCs imported, labelled, searched and put into a campaign over the public API, and the
 * processor time of single requests; `-- --json` gives one object a line. `SCALE_EUICCS` takes fewer.
 */
import { toBase64 } from '../../shared/octets.ts'
import { CardIssuer } from '../simulator/card-issuer.ts'
import { HarnessEdge } from './harness-edge.ts'
import { printJson, printTable } from './result.ts'
import { runCampaign } from './scale-campaign.ts'
import { makeTenant } from './scale-fleet.ts'
import { importAll, labelAll, queryIndex } from './scale-index.ts'
import { ScaleLog } from './scale-log.ts'

const EIM_FQDN = 'eim.bench.example'
const EUICCS = Number(process.env.SCALE_EUICCS ?? 100_000)

const asJson = process.argv.includes('--json')
const issuer = CardIssuer.create()
const edge = await HarnessEdge.start(toBase64(issuer.ci.certificate), EIM_FQDN)
const log = new ScaleLog(edge, asJson ? printJson : () => undefined)
try {
  const tenant = await makeTenant(edge, EIM_FQDN)
  await log.measureReference()
  await importAll(log, tenant, EUICCS)
  await labelAll(log, tenant, EUICCS)
  await queryIndex(log, tenant)
  await runCampaign(log, edge, tenant, issuer, EUICCS)
  log.addCpu()
} finally {
  await edge.stop()
}
if (!asJson) printTable(log.results)
process.exit(0)
