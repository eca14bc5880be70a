/** A campaign over the whole of a large fleet, and devices with real cards that come for their packages. */
import { inLanes } from '../../shared/in-lanes.ts'
import type { CardIssuer } from '../simulator/card-issuer.ts'
import type { BenchDevice } from './fleet.ts'
import type { HarnessEdge } from './harness-edge.ts'
import { devicesOf, type Tenant } from './scale-fleet.ts'
import { type ScaleLog, timed } from './scale-log.ts'

const DEVICES = 200
const LANES = 16
const LOOK_EVERY_MS = 250
/** Of a campaign under way, with devices that poll all the time. */
const RUNS_FOR_SECONDS = 30
const PATIENCE_MS = 600_000

interface Campaign {
  readonly id: string
  readonly state: string
  readonly total: Readonly<Record<string, number>>
}

export async function runCampaign(
  log: ScaleLog,
  edge: HarnessEdge,
  tenant: Tenant,
  issuer: CardIssuer,
  euiccs: number,
): Promise<void> {
  const devices = devicesOf(edge, issuer, tenant.initialEim, DEVICES)
  const first = await wakeUpAll(devices)
  log.addRate('first contact', devices.length / (first / 1000), 'devices/s')
  await log.cpuOfSome('one poll', async () => devices[0]?.ipa.wakeUp())

  const ask = (path: string, method = 'GET', body?: object) =>
    tenant.operator().call<Campaign>(method, `/v1/campaigns${path}`, body)
  let campaign: Campaign | undefined
  const untilReady = await timed(async () => {
    const target = { filter: {} }
    const body = { name: 'Scale', target, operation: { type: 'profile.list' }, waves: [] }
    campaign = await log.cpuOf('campaign create', () => ask('', 'POST', body))
    campaign = await until(
      () => ask(`/${campaign?.id}`),
      ({ state }) => state === 'ready',
    )
  })
  if (campaign?.total.waiting !== euiccs)
    throw new Error(`the campaign has ${campaign?.total.waiting} eUICCs`)
  const { id } = campaign
  log.addTime('campaign until ready', untilReady / 1000, 's')
  await log.cpuOfSome('campaign view', () => ask(`/${id}`))
  await log.cpuOfSome('targets page', () => ask(`/${id}/targets`))

  await ask(`/${id}/start`, 'POST')
  const before = executedBy(devices)
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  let made = 0
  while (made < euiccs && seconds() < RUNS_FOR_SECONDS) {
    await wakeUpAll(devices)
    const { total } = await ask(`/${id}`)
    made = euiccs - (total.waiting ?? 0)
  }
  log.addRate('operations made by the campaign', made / seconds(), 'operations/s')
  // The campaign's order is its own: some of the devices may not have had their turn yet.
  log.addRate('packages executed meanwhile', (executedBy(devices) - before) / seconds(), 'packages/s')
  await ask(`/${id}/abort`, 'POST')
}

function executedBy(devices: readonly BenchDevice[]): number {
  return devices.reduce((sum, { euicc }) => sum + euicc.state.executions.length, 0)
}

async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const seen = await look()
    if (isSo(seen)) return seen
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  throw new Error('the campaign did not get there in time')
}

/** All devices wake up, some at a time. Gives the milliseconds it took. */
function wakeUpAll(devices: readonly BenchDevice[]): Promise<number> {
  return timed(() =>
    inLanes(devices, LANES, async ({ ipa, eid }) => {
      const end = await ipa.wakeUp()
      if (end !== 'nothing-more') throw new Error(`the contact of ${eid} ended as ${end}`)
    }),
  )
}
