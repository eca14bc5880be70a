/**
 * One life of a device under faults, decided by a seed, and what must hold whatever happens: every operation ends, none
 * executes twice, both sides agree on the profiles, no counter is used for two packages.
 */
import type {
  OperationId,
  OperationRequest,
  OperationView,
  PackageStep,
} from '../../functions/euicc/operation.ts'
import { isFinal } from '../../functions/euicc/operation.ts'
import { type EimIdentity, eimUpdateConfiguration } from '../../functions/keys/index.ts'
import { decode, rawOctets } from '../../shared/asn1/index.ts'
import { type Octets, toHex } from '../../shared/octets.ts'
import { EsipaMessageFromEimToIpa } from '../../shared/sgp32/index.ts'
import type { CardIssuer } from '../simulator/card-issuer.ts'
import type { Send } from '../simulator/esipa-client.ts'
import { FaultyNetwork } from '../simulator/faulty-network.ts'
import { SeededRandom } from '../simulator/seeded-random.ts'
import { BOOTSTRAP, type Device, makeDevice, OPERATOR, pictures, SPARE } from './device.ts'
import type { LocalEdge } from './local-edge.ts'

const MINUTE_MS = 60_000
const START_MS = Date.parse('2026-12-01T00:00:00Z')
const DAY_MS = 86_400_000
const WAKE_UPS_WITH_FAULTS = 12
/** Enough for every pause the edge may make, and short of the operations' deadlines. */
const WAKE_UPS_WITHOUT = 24

const READS: ReadonlySet<string> = new Set(['profile.list', 'rat.get', 'eim.list', 'euicc.read'])

function randomStep(random: SeededRandom): PackageStep {
  const iccid = random.pick([BOOTSTRAP, OPERATOR, SPARE])
  return random.pick<PackageStep>([
    { type: 'profile.enable', iccid, rollback: random.chance(0.5) },
    { type: 'profile.enable', iccid, rollback: true },
    { type: 'profile.disable', iccid },
    { type: 'profile.delete', iccid: SPARE },
    { type: 'fallback.set', iccid },
    { type: 'fallback.unset' },
    { type: 'profile.list' },
    { type: 'rat.get' },
  ])
}

/** Gives the eUICC one of our keys, the one it has among them. */
function keyUpdate(identity: EimIdentity, random: SeededRandom): OperationRequest {
  const keyId = random.pick(identity.keys).id
  return { type: 'eim.update', eimConfigurationData: eimUpdateConfiguration(identity, { keyId }), keyId }
}

function randomRequest(identity: EimIdentity, random: SeededRandom): OperationRequest {
  if (identity.keys.length > 1 && random.chance(0.15)) return keyUpdate(identity, random)
  if (random.chance(0.2)) return { type: 'package', steps: [randomStep(random), randomStep(random)] }
  if (random.chance(0.15)) return { type: 'euicc.read', tags: ['81', '83'] }
  if (random.chance(0.1)) return { type: 'eim.list' }
  return randomStep(random)
}

/** Notes every package that leaves the edge under its counter; a second one under the same counter is a violation. */
function watchCounters(send: Send, violations: string[]): Send {
  const octetsOf = new Map<number, string>()
  return async (request) => {
    const response = await send(request)
    const given = response.status === 200 ? packageIn(response.body) : null
    if (given) {
      const before = octetsOf.get(given.counterValue)
      if (before !== undefined && before !== given.hex)
        violations.push(`counter ${given.counterValue} used for two packages`)
      octetsOf.set(given.counterValue, given.hex)
    }
    return response
  }
}

function packageIn(body: Octets): { counterValue: number; hex: string } | null {
  if (body[0] !== 0xbf || body[1] !== 0x4f) return null
  const request = decode(EsipaMessageFromEimToIpa, body).getEimPackageResponse?.euiccPackageRequest
  return request
    ? { counterValue: request.euiccPackageSigned.counterValue, hex: toHex(rawOctets(request)) }
    : null
}

/** Runs one schedule and returns what did not hold: nothing, if all is well. */
export async function runSchedule(edge: LocalEdge, issuer: CardIssuer, seed: number): Promise<string[]> {
  const random = new SeededRandom(seed)
  const violations: string[] = []
  edge.now = START_MS
  const corrupts = random.chance(0.3)
  let device: Device | undefined
  const network = new FaultyNetwork(
    watchCounters(edge.send, violations),
    random,
    { rate: 0.1 + 0.4 * random.next(), corrupts },
    () => {
      if (random.chance(0.15)) edge.restart()
      edge.now += random.below(5_000)
    },
  )
  device = await makeDevice(edge, issuer, seed + 1, {
    send: network.send,
    binding: random.chance(0.3) ? 'json' : 'asn1',
    listForm: random.chance(0.5),
    // Nobody could say whose a result is that lost its transaction id on the way and never had an EID.
    omitEid: !corrupts && random.chance(0.2),
    resendsKept: random.chance(0.5),
  })
  const ids: OperationId[] = []
  for (let wakeUp = 0; wakeUp < WAKE_UPS_WITH_FAULTS; wakeUp++) {
    if (ids.length < 5 && random.chance(0.6))
      ids.push(await edge.enqueue(device.eid, randomRequest(edge.ownIdentity, random)))
    if (random.chance(0.15)) device.ipa.restart()
    await device.ipa.wakeUp()
    edge.now += random.below(60) * MINUTE_MS
  }
  network.faults = { rate: 0, corrupts: false }
  for (let wakeUp = 0; wakeUp < WAKE_UPS_WITHOUT; wakeUp++) {
    await device.ipa.wakeUp()
    edge.now += DAY_MS
  }
  await check(edge, device, ids, corrupts, violations)
  edge.forget(device.eid)
  return violations
}

async function check(
  edge: LocalEdge,
  device: Device,
  ids: readonly OperationId[],
  corrupts: boolean,
  violations: string[],
): Promise<void> {
  for (const id of ids) {
    const operation = await edge.operation(device.eid, id)
    if (!isFinal(operation.status))
      violations.push(`${operation.type} never ended: ${JSON.stringify(operation.waiting)}`)
    checkExecutions(edge, device, operation, corrupts, violations)
  }
  const { eim, euicc } = await pictures(edge, device)
  if (JSON.stringify(eim) !== JSON.stringify(euicc)) violations.push(`pictures differ: ${eim} ≠ ${euicc}`)
  const counters = device.euicc.state.executions.map(({ counterValue }) => counterValue)
  if (counters.some((counter, index) => counter <= (counters[index - 1] ?? 0)))
    violations.push(`counters fell: ${counters}`)
}

function checkExecutions(
  edge: LocalEdge,
  device: Device,
  operation: OperationView,
  corrupts: boolean,
  violations: string[],
): void {
  const mine = edge.transactionIds(device.eid, operation.id)
  const executions = device.euicc.state.executions.filter(({ eimTransactionId }) =>
    mine.includes(eimTransactionId),
  )
  const repeatable = corrupts && READS.has(operation.type)
  if (executions.length > 1 && !repeatable)
    violations.push(`${operation.type} executed ${executions.length} times`)
  if (operation.type === 'euicc.read') return
  const { status, outcome } = operation
  const ok = executions.some((execution) => execution.ok)
  if (status === 'succeeded' && outcome === 'done' && !ok)
    violations.push(`${operation.type} succeeded without execution`)
  if (status === 'failed' && outcome === 'refused' && ok)
    violations.push(`${operation.type} failed, but was executed`)
  if (status === 'cancelled' && executions.length > 0)
    violations.push(`${operation.type} was cancelled and executed`)
}
