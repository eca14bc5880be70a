/** Polls and whole enable round trips of the eIM in plain workerd, against Workers that do next to nothing. */
import type { BenchFleet } from './fleet.ts'
import { requestsPerSecond } from './load.ts'
import { type BenchResult, interleave } from './result.ts'
import type { WorkerdServer } from './workerd-server.ts'

const ROUNDS = 5
const ESIPA = { 'Content-Type': 'application/x-gsma-rsp-asn1', 'X-Admin-Protocol': 'gsma/rsp/v2.1.0' }

export async function benchPolls(server: WorkerdServer, { devices }: BenchFleet): Promise<BenchResult[]> {
  const bodies = devices.map(({ poll }) => poll)
  const contenders = {
    poll: () => requestsPerSecond({ url: `${server.edgeUrl}/gsma/rsp2/asn1`, headers: ESIPA, bodies }),
    object: () => requestsPerSecond({ url: `${server.referenceUrl}/object`, headers: ESIPA, bodies }),
    hello: () => requestsPerSecond({ url: `${server.referenceUrl}/hello` }),
  }
  // One round unmeasured: the first requests compile the code.
  await interleave(1, contenders)
  const rates = await interleave(ROUNDS, contenders)
  const poll = { median: rates.median('poll'), unit: 'polls/s' }
  return [
    {
      name: 'empty poll (DO no-op)',
      ...poll,
      reference: 'Worker + Durable Object no-op',
      ratio: rates.ratio('poll', 'object'),
    },
    {
      name: 'empty poll (hello)',
      ...poll,
      reference: 'bare Hono Worker',
      ratio: rates.ratio('poll', 'hello'),
    },
  ]
}

const OPERATIONS_A_DEVICE = 4
const CONTACTS = 2

/** Every device enables one profile, then the other, and so on, all devices at once. */
async function roundTripsPerSecond({ operator, devices }: BenchFleet): Promise<number> {
  const operations = devices.flatMap(({ eid, euicc }) => {
    const [one, other] = euicc.state.profiles.toSorted((left) => (left.state === 'enabled' ? 1 : -1))
    return Array.from({ length: OPERATIONS_A_DEVICE }, (_, index) => ({
      eid,
      type: 'profile.enable',
      params: { iccid: (index % 2 === 0 ? one : other)?.iccid },
    }))
  })
  const before = devices.reduce((sum, { euicc }) => sum + euicc.state.executions.length, 0)
  await operator.call('POST', '/v1/operations', { operations })
  const start = performance.now()
  for (let contact = 0; contact < CONTACTS; contact++)
    await Promise.all(devices.map(({ ipa }) => ipa.wakeUp()))
  const seconds = (performance.now() - start) / 1000
  const executed = devices.reduce((sum, { euicc }) => sum + euicc.state.executions.length, 0) - before
  if (executed < operations.length)
    throw new Error(`${executed} of ${operations.length} packages were executed`)
  return executed / seconds
}

/** HTTP exchanges of one round trip: the poll that gets the package, and its result. */
const EXCHANGES = 2

export async function benchRoundTrips(server: WorkerdServer, fleet: BenchFleet): Promise<BenchResult> {
  const bodies = fleet.devices.map(({ poll }) => poll)
  const rates = await interleave(3, {
    trip: () => roundTripsPerSecond(fleet),
    exchange: () => requestsPerSecond({ url: `${server.referenceUrl}/object`, headers: ESIPA, bodies }),
  })
  return {
    name: 'enable round trip',
    median: rates.median('trip'),
    unit: 'packages/s',
    reference: `${EXCHANGES} exchanges with a Durable Object no-op`,
    ratio: rates.ratio('trip', 'exchange') * EXCHANGES,
  }
}
