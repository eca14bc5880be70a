/** What a wake-up costs on the air: octets of UDP or TCP payload, both directions, each way of being connected. */
import { generateKeyPairSync } from 'node:crypto'
import { connect as tcpConnect } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { createTokenSigner, type ForwardRequest } from '../../../gateway/forward/index.ts'
import { MemoryVault } from '../../../gateway/session-store/index.ts'
import { IDENTITY_HEADER } from '../../../shared/gateway/forwarded-request.ts'
import { writePem } from '../../../shared/pki/index.ts'
import { type Device, makeDevice, OPERATOR } from '../../edge/device.ts'
import { LocalEdge } from '../../edge/local-edge.ts'
import { CardIssuer } from '../../simulator/card-issuer.ts'
import { coapSend } from '../../simulator/coaps-device/coap-send.ts'
import type { ClientOptions } from '../../simulator/dtls-client/client-options.ts'
import { SeededRandom } from '../../simulator/seeded-random.ts'
import { issueCertificate } from '../dtls/test-certificate.ts'
import { client, deviceCertificate, psk } from '../dtls/virtual-port.ts'
import { VirtualCluster, VirtualDevice } from '../station/virtual-cluster.ts'
import { VirtualNetwork } from '../station/virtual-network.ts'

/** Octets. */
export interface Cost {
  readonly up: number
  readonly down: number
  /** Datagrams, or null where TCP decides. */
  readonly datagrams: number | null
}

export type Costs = Readonly<Record<string, Cost>>

const DAY_MS = 86_400_000

interface World {
  readonly edge: LocalEdge
  readonly network: VirtualNetwork
  readonly cluster: VirtualCluster
}

let edges = 0

async function createWorld(issuer: CardIssuer): Promise<World> {
  const edge = await LocalEdge.create(issuer, `octets${++edges}.eim.example`)
  const random = new SeededRandom(1)
  const network = new VirtualNetwork(edge.now, random)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  edge.trustGateways(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'gw' }] }))
  const sign = createTokenSigner('gw', privateKey.export({ format: 'der', type: 'pkcs8' }))
  const forward = async ({ path, body, device }: ForwardRequest) => {
    edge.now = Math.floor(network.now)
    const token = await sign({ audience: edge.fqdn, method: 'POST', path, body, device })
    const headers = { 'Content-Type': 'application/x-gsma-rsp-asn1', [IDENTITY_HEADER]: token }
    const answer = await edge.send({ path, headers, body: new Uint8Array(body) })
    return { status: answer.status, body: answer.body, retryAfter: null }
  }
  const cluster = new VirtualCluster({ network, random, vault: new MemoryVault(), nodes: 1, forward })
  return { edge, network, cluster }
}

/** A device that has had its first contact, so that nothing is left to say but what is measured. */
class CoapDevice {
  readonly #world: World
  readonly #device: Device
  readonly #virtual: VirtualDevice

  private constructor(world: World, device: Device, virtual: VirtualDevice) {
    this.#world = world
    this.#device = device
    this.#virtual = virtual
  }

  static async create(
    world: World,
    issuer: CardIssuer,
    index: number,
    dtls: ClientOptions,
  ): Promise<CoapDevice> {
    const virtual = new VirtualDevice(world.cluster, { dtls })
    const send = coapSend(virtual.device, '/e')
    const device = await makeDevice(world.edge, issuer, index, { send, resendsKept: true })
    const made = new CoapDevice(world, device, virtual)
    await made.wakeUp()
    await made.wakeUp()
    return made
  }

  async wakeUp(): Promise<Cost> {
    const { costs } = this.#virtual.device
    const before = structuredClone(costs)
    this.#virtual.move()
    await this.#world.network.until(this.#device.ipa.wakeUp())
    await this.#world.network.run(this.#world.network.now + 60_000)
    return {
      up: costs.sent.octets - before.sent.octets,
      down: costs.received.octets - before.received.octets,
      datagrams:
        costs.sent.datagrams + costs.received.datagrams - before.sent.datagrams - before.received.datagrams,
    }
  }

  async sleepADay(): Promise<void> {
    await this.#world.network.run(this.#world.network.now + DAY_MS / 2)
  }

  loseSession(canResume: boolean): void {
    this.#virtual.device.resumes = canResume
    this.#virtual.device.disconnect()
  }

  enable(): Promise<unknown> {
    this.#world.edge.now = Math.floor(this.#world.network.now)
    return this.#world.edge.enqueue(this.#device.eid, {
      type: 'profile.enable',
      iccid: OPERATOR,
      rollback: false,
    })
  }
}

const x509 = { certificate: { chain: [deviceCertificate.der], key: deviceCertificate.key } }
const rawKeys = { ...x509, usesRawPublicKeys: true }
const preShared = { psk, suites: [0xc0a8] }

export async function countOctets(): Promise<Costs> {
  const issuer = CardIssuer.create()
  const world = await createWorld(issuer)
  let index = 0
  const deviceWith = (dtls: Partial<ClientOptions>) =>
    CoapDevice.create(world, issuer, ++index, client({ takesTickets: true, ...dtls }).options)
  const costs: Record<string, Cost> = {}

  const meter = await deviceWith(preShared)
  await meter.sleepADay()
  costs['Connection ID: nothing pending'] = await meter.wakeUp()
  await meter.enable()
  costs['Connection ID: enable and its result'] = await meter.wakeUp()

  const fresh = async (name: string, dtls: Partial<ClientOptions>, canResume: boolean) => {
    const device = await deviceWith(dtls)
    device.loseSession(canResume)
    costs[`${name}: nothing pending`] = await device.wakeUp()
  }
  await fresh('Resumption by ticket', preShared, true)
  await fresh('Resumption by session id', { ...preShared, takesTickets: false }, true)
  await fresh('Full handshake, PSK', preShared, false)
  await fresh('Full handshake, raw public keys', rawKeys, false)
  await fresh('Full handshake, X.509', x509, false)

  Object.assign(costs, await countHttps(world.edge, issuer, ++index))
  return costs
}

/** The same wake-up over HTTPS with TLS 1.3, counted on the TCP connection. */
async function countHttps(edge: LocalEdge, issuer: CardIssuer, index: number): Promise<Costs> {
  const certificate = issueCertificate({ name: 'eim.example.com' })
  const key = certificate.key.export({ format: 'pem', type: 'pkcs8' })
  const cert = writePem('CERTIFICATE', certificate.der)
  const server = createTlsServer({ key, cert, minVersion: 'TLSv1.3' })
  server.on('secureConnection', (socket) => answerHttp(socket, edge))
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  const device = await makeDevice(edge, issuer, index, { resendsKept: true })
  await device.ipa.wakeUp()
  await device.ipa.wakeUp()
  const poll = pollOf(device)
  const first = await askHttps(port, cert, poll, undefined)
  const resumed = await askHttps(port, cert, poll, first.session)
  server.close()
  return {
    'HTTPS, TLS 1.3, new connection: nothing pending': first.cost,
    'HTTPS, TLS 1.3, resumed: nothing pending': resumed.cost,
  }
}

/** What a lean IPA sends (SGP.32 §6.1.1): the headers it must send, and no others. */
function pollOf({ eid }: Device): Buffer {
  const body = Buffer.concat([Buffer.from('bf4f125a10', 'hex'), Buffer.from(eid, 'hex')])
  const head = [
    'POST /gsma/rsp2/asn1 HTTP/1.1',
    'Host: eim.example.com',
    'Content-Type: application/x-gsma-rsp-asn1',
    'X-Admin-Protocol: gsma/rsp/v2.1.0',
    `Content-Length: ${body.length}`,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

function answerHttp(socket: TLSSocket, edge: LocalEdge): void {
  socket.on('data', (octets: Buffer) => {
    const start = octets.indexOf('\r\n\r\n') + 4
    const headers = { 'Content-Type': 'application/x-gsma-rsp-asn1' }
    void edge
      .send({ path: '/gsma/rsp2/asn1', headers, body: new Uint8Array(octets.subarray(start)) })
      .then((answer) => {
        const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`)
        const head = `HTTP/1.1 ${answer.status} OK\r\n${lines.join('')}content-length: ${answer.body.length}\r\n\r\n`
        socket.write(Buffer.concat([Buffer.from(head), answer.body]))
      })
  })
  socket.on('error', () => undefined)
}

function askHttps(
  port: number,
  ca: string,
  poll: Buffer,
  session: Buffer | undefined,
): Promise<{ cost: Cost; session: Buffer | undefined }> {
  return new Promise((resolve, reject) => {
    const tcp = tcpConnect(port, '127.0.0.1')
    // One key share, as a device of this size has.
    const tls = { servername: 'eim.example.com', minVersion: 'TLSv1.3', ecdhCurve: 'P-256' } as const
    const options = { socket: tcp, ca, ...tls }
    const socket = tlsConnect({ ...options, ...(session ? { session } : {}) }, () => socket.write(poll))
    let ticket: Buffer | undefined
    socket.on('session', (offered) => {
      ticket = offered
    })
    socket.on('error', reject)
    socket.on('data', () => {
      const cost = { up: tcp.bytesWritten, down: tcp.bytesRead, datagrams: null }
      socket.destroy()
      resolve({ cost, session: ticket })
    })
  })
}
