/** A campaign over the whole of a large fleet, and devices with real cards that come for their packages. */
import { rankOf } from '../../functions/fleet/campaign/waves.ts'
import { inLanes } from '../../shared/in-lanes.ts'
import { type CardIssuer, simulatedEid } from '../simulator/card-issuer.ts'
import type { BenchDevice } from './fleet.ts'
import type { HarnessEdge } from './harness-edge.ts'
import { devicesOf, type Tenant } from './scale-fleet.ts'
import { type ScaleLog, timed } from './scale-log.ts'

/** The first wave, with real cards; all others are only rows. */
const DEVICES = 200
const LANES = 16
const LOOK_EVERY_MS = 250
/** Of the campaign's second wave: the rest of the fleet. */
const RUNS_FOR_MS = 30_000
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
  const ask = (path: string, method = 'GET', body?: object) =>
    tenant.operator().call<Campaign>(method, `/v1/campaigns${path}`, body)
  const start = performance.now()
  // The second wave waits until the whole first one has ended, so that each is measured alone.
  const plan = { waves: [{ count: DEVICES }], gate: { endedPercent: 100 } }
  const body = { name: 'Scale', target: { filter: {} }, operation: { type: 'profile.list' }, ...plan }
  const { id } = await log.cpuOf('campaign create', () => ask('', 'POST', body))
  const { total } = await until(
    () => ask(`/${id}`),
    ({ state }) => state === 'ready',
  )
  if (total.waiting !== euiccs) throw new Error(`the campaign has ${total.waiting} eUICCs`)
  log.addTime('campaign until ready', (performance.now() - start) / 1000, 's')
  await log.cpuOfSome('campaign view', () => ask(`/${id}`))
  await log.cpuOfSome('targets page', () => ask(`/${id}/targets`))

  const devices = devicesOf(edge, issuer, tenant.initialEim, firstOf(id, euiccs))
  const contact = await wakeUpAll(devices)
  log.addRate('first contact', devices.length / (contact / 1000), 'devices/s')
  await log.cpuOfSome('one poll', async () => devices[0]?.ipa.wakeUp())

  await ask(`/${id}/start`, 'POST')
  await until(
    () => ask(`/${id}`),
    (now) => now.total.queued === DEVICES,
  )
  const before = executedBy(devices)
  const handOuts = await wakeUpAll(devices)
  const executed = executedBy(devices) - before
  if (executed !== DEVICES) throw new Error(`${executed} of ${DEVICES} packages were executed`)
  log.addRate('campaign: packages handed out, executed and answered', executed / (handOuts / 1000), '/s')

  const since = performance.now()
  await new Promise((resolve) => setTimeout(resolve, RUNS_FOR_MS))
  const made = euiccs - DEVICES - ((await ask(`/${id}`)).total.waiting ?? 0)
  log.addRate('campaign: operations made', made / ((performance.now() - since) / 1000), '/s')
  await ask(`/${id}/abort`, 'POST')
}

/** Numbers of the eUICCs of its first wave. */
function firstOf(campaign: string, euiccs: number): readonly number[] {
  return Array.from({ length: euiccs }, (_, index) => ({
    number: index + 1,
    rank: rankOf(campaign, simulatedEid(index + 1)),
  }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .slice(0, DEVICES)
    .map(({ number }) => number)
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
