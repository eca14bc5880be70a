/**
 * A day of a fleet in virtual time: devices sleep and wake behind other addresses, the network loses, doubles and
 * overtakes, gateway nodes are stopped and killed, operators ask for things. Decided by a seed.
 */
import { createHash, generateKeyPairSync } from 'node:crypto'
import type { OperationId, OperationRequest, OperationView } from '../../../functions/euicc/operation.ts'
import { isFinal } from '../../../functions/euicc/operation.ts'
import type { EdgeAnswer } from '../../../gateway/coap/index.ts'
import { createTokenSigner, type ForwardRequest } from '../../../gateway/forward/index.ts'
import { MemoryVault } from '../../../gateway/session-store/index.ts'
import { IDENTITY_HEADER } from '../../../shared/gateway/forwarded-request.ts'
import type { Octets } from '../../../shared/octets.ts'
import { BOOTSTRAP, type Device, makeDevice, OPERATOR } from '../../edge/device.ts'
import { LocalEdge } from '../../edge/local-edge.ts'
import { CardIssuer } from '../../simulator/card-issuer.ts'
import { coapSend } from '../../simulator/coaps-device/coap-send.ts'
import { SeededRandom } from '../../simulator/seeded-random.ts'
import { pskClient } from '../dtls/virtual-port.ts'
import { VirtualCluster, VirtualDevice } from '../station/virtual-cluster.ts'
import { VirtualNetwork } from '../station/virtual-network.ts'

export interface LifeOptions {
  readonly devices: number
  readonly seed: number
}

export interface LifeReport {
  readonly virtualHours: number
  readonly wakeUps: number
  readonly wakeUpsWithoutAnswer: number
  readonly datagrams: number
  readonly relayed: number
  readonly claimed: number
  readonly fullHandshakes: number
  readonly resumptions: number
  readonly operations: number
  readonly succeeded: number
  /** Those that had not ended, or not in success: status and reason of each. */
  readonly unfinished: readonly string[]
  /** Packages that a card executed more than once. */
  readonly executedTwice: number
  /** Nonces that a gateway used twice under one key. */
  readonly noncesRepeated: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const HOURS = 24
/** Operations are asked for in this part of the day, so that each has time to end. */
const BUSY_HOURS = 18
const OPERATIONS_EACH = 3
const FAULTS = { loss: 0.05, duplication: 0.02, latency: [50, 1500] } as const
const OUTAGE = 2 * MINUTE

let edges = 0

export async function liveOneDay({ devices: count, seed }: LifeOptions): Promise<LifeReport> {
  const random = new SeededRandom(seed)
  const issuer = CardIssuer.create()
  const edge = await LocalEdge.create(issuer, `life${++edges}.eim.example`)
  const start = edge.now
  const network = new VirtualNetwork(start, random, FAULTS)
  const forward = forwarderTo(edge, network)
  const vault = new MemoryVault(() => network.now)
  const cluster = new VirtualCluster({ network, random, vault, forward, nodes: 2 })
  const nonces = watchNonces(cluster)
  const fleet: Life[] = []
  for (let index = 0; index < count; index++) fleet.push(await Life.begin(edge, issuer, cluster, index))
  for (const life of fleet) life.live(start, random)
  scheduleOutages(cluster, start)
  await network.run(start + HOURS * HOUR)
  edge.now = Math.floor(network.now)
  return report(fleet, cluster, nonces)
}

/** One `kill -9` for each node, and one stop as it should be. */
function scheduleOutages(cluster: VirtualCluster, start: number): void {
  const { network } = cluster.options
  const [first, second] = cluster.nodes
  if (!first || !second) throw new Error('two nodes')
  const away = (node: typeof first, from: number, leave: () => void) => {
    network.at(start + from, leave)
    network.at(start + from + OUTAGE, () => node.start())
  }
  away(first, 6 * HOUR, () => first.kill())
  away(second, 12 * HOUR, () => void second.stop())
  away(second, 17 * HOUR, () => second.kill())
}

/** What a gateway process does on the way to the edge, without the way: the token, the headers. */
function forwarderTo(edge: LocalEdge, network: VirtualNetwork) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'gw', iss: 'gw' }
  edge.trustGateways(JSON.stringify({ keys: [jwk] }))
  const sign = createTokenSigner('gw', privateKey.export({ format: 'der', type: 'pkcs8' }))
  return async ({ path, body, device }: ForwardRequest): Promise<EdgeAnswer> => {
    edge.now = Math.floor(network.now)
    const token = await sign({ audience: edge.fqdn, method: 'POST', path, body, device })
    const headers = { 'Content-Type': 'application/x-gsma-rsp-asn1', [IDENTITY_HEADER]: token }
    const answer = await edge.send({ path, headers, body: new Uint8Array(body) })
    return { status: answer.status, body: answer.body, retryAfter: null }
  }
}

/** Explicit nonces of all records a gateway sends, by the server's write key: which is one for each session. */
function watchNonces(cluster: VirtualCluster): { repeated: number } {
  const seen = new Map<string, string>()
  const watched = { repeated: 0 }
  cluster.onSent = (datagram, to) => {
    const isProtected = datagram.readUInt16BE(3) === 1
    if (!isProtected) return
    // Devices here receive no Connection ID: the nonce stands behind a header of 13 octets.
    const key = `${to} ${datagram.toString('hex', 13, 21)}`
    const content = createHash('sha256').update(datagram).digest('base64')
    const before = seen.get(key)
    if (before !== undefined && before !== content) watched.repeated++
    seen.set(key, content)
  }
  return watched
}

class Life {
  readonly device: Device
  readonly virtual: VirtualDevice
  readonly operations: OperationId[] = []
  wakeUps = 0
  unanswered = 0
  executedTwice = 0
  readonly #edge: LocalEdge
  readonly #cluster: VirtualCluster
  #isAwake = false

  private constructor(edge: LocalEdge, cluster: VirtualCluster, device: Device, virtual: VirtualDevice) {
    this.#edge = edge
    this.#cluster = cluster
    this.device = device
    this.virtual = virtual
    this.#watchCard()
  }

  static async begin(
    edge: LocalEdge,
    issuer: CardIssuer,
    cluster: VirtualCluster,
    index: number,
  ): Promise<Life> {
    const virtual = new VirtualDevice(cluster, { dtls: pskClient({ takesTickets: true }).options })
    const send = coapSend(virtual.device, '/e')
    const device = await makeDevice(edge, issuer, index + 1, { send, resendsKept: true, attempts: 100 })
    return new Life(edge, cluster, device, virtual)
  }

  /** Sleeps of 5 to 180 minutes, most of them of the device's own usual length. */
  live(start: number, random: SeededRandom): void {
    const { network } = this.#cluster.options
    const usual = 5 * MINUTE + random.below(115 * MINUTE)
    const wake = () => {
      void this.#wakeUp()
      const sleep = random.chance(0.1) ? 5 * MINUTE + random.below(175 * MINUTE) : usual
      network.at(network.now + sleep, wake)
    }
    network.at(start + random.below(30 * MINUTE), wake)
    const times = Array.from({ length: OPERATIONS_EACH }, () => random.below((BUSY_HOURS - 1) * HOUR))
    for (const [count, at] of times.sort((one, other) => one - other).entries()) {
      network.at(start + HOUR + at, () => void network.track(this.#ask(this.#requestOf(count))))
    }
  }

  #requestOf(count: number): OperationRequest {
    if (count === 0) return { type: 'profile.list' }
    return { type: 'profile.enable', iccid: count === 1 ? OPERATOR : BOOTSTRAP, rollback: false }
  }

  async #ask(request: OperationRequest): Promise<void> {
    this.#edge.now = Math.floor(this.#cluster.options.network.now)
    this.operations.push(await this.#edge.enqueue(this.device.eid, request))
  }

  async #wakeUp(): Promise<void> {
    if (this.#isAwake) return
    this.#isAwake = true
    this.wakeUps++
    this.virtual.move()
    const end = await this.device.ipa.wakeUp()
    if (end === 'not-delivered') this.unanswered++
    this.#isAwake = false
  }

  /** A card refuses a package it has executed: what it answers otherwise counts as an execution. */
  #watchCard(): void {
    const { euicc } = this.device
    const executed = new Set<string>()
    const load = euicc.loadEuiccPackage.bind(euicc)
    euicc.loadEuiccPackage = async (octets: Octets) => {
      const counter = euicc.state.associations.map(({ counterValue }) => counterValue).join()
      const result = await load(octets)
      const isExecuted = euicc.state.associations.map(({ counterValue }) => counterValue).join() !== counter
      const name = Buffer.from(octets).toString('base64')
      if (isExecuted && executed.has(name)) this.executedTwice++
      if (isExecuted) executed.add(name)
      return result
    }
  }

  async views(): Promise<OperationView[]> {
    return Promise.all(this.operations.map((id) => this.#edge.operation(this.device.eid, id)))
  }
}

async function report(
  fleet: readonly Life[],
  cluster: VirtualCluster,
  nonces: { readonly repeated: number },
): Promise<LifeReport> {
  const sum = (of: (life: Life) => number) => fleet.reduce((total, life) => total + of(life), 0)
  const views = (await Promise.all(fleet.map((life) => life.views()))).flat()
  const isGood = ({ status }: OperationView) => status === 'succeeded'
  return {
    virtualHours: HOURS,
    wakeUps: sum((life) => life.wakeUps),
    wakeUpsWithoutAnswer: sum((life) => life.unanswered),
    datagrams: cluster.options.network.datagrams,
    relayed: cluster.relayed,
    claimed: cluster.counts.get('sessions_restored claim') ?? 0,
    fullHandshakes: sum((life) => life.virtual.device.costs.fullHandshakes),
    resumptions: sum((life) => life.virtual.device.costs.resumptions),
    operations: views.length,
    succeeded: views.filter(isGood).length,
    unfinished: views
      .filter((view) => !isGood(view))
      .map(({ id, type, status, reason, waiting }) => {
        const why = isFinal(status) ? reason?.detail : waiting?.detail
        return `${id} ${type} ${status}: ${why}`
      }),
    executedTwice: sum((life) => life.executedTwice),
    noncesRepeated: nonces.repeated,
  }
}
