/** The gateway as operators run it: its own process, a configuration folder, a port; and devices that call it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DEFAULT_TIMING } from '../../gateway/coap/index.ts'
import { writePem } from '../../shared/pki/index.ts'
import { UdpLink } from '../simulator/coaps-device/udp-link.ts'
import type { ClientOptions } from '../simulator/dtls-client/client-options.ts'
import { issueCertificate } from './dtls/test-certificate.ts'
import type { StandInEdge } from './forward/stand-in-edge.ts'

export interface NodeSettings {
  readonly number: number
  readonly port: number
  readonly adminPort: number
  readonly workers: number
  /** Of the inner socket, and of the other nodes. */
  readonly handOver?: { readonly port: number; readonly peers: readonly { number: number; port: number }[] }
  /** Further lines of the tenant's trust. */
  readonly trust?: string
}

/** What nodes of one cluster share: keys, certificates, the file of sessions. */
export class GatewayFolder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'edge-eim-gateway-'))
  readonly authority = issueCertificate({ name: 'device authority', isCa: true })
  readonly device = issueCertificate({ name: 'device', issuer: this.authority })
  /** Of 16 printable characters: some tools take no others. */
  readonly psk = { identity: Buffer.from('meter-7'), key: Buffer.from(randomBytes(8).toString('hex')) }
  readonly tokenKey: KeyObject
  readonly #edge: StandInEdge

  constructor(edge: StandInEdge) {
    this.#edge = edge
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.tokenKey = publicKey
    this.write('token.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
    this.write('cluster-key', randomBytes(32).toString('base64'))
    this.write('edge-ca.pem', edge.authority)
    this.write('device-ca.pem', writePem('CERTIFICATE', this.authority.der))
    this.write('psk.toml', `"meter-7" = "${this.psk.key.toString('hex')}"\n`)
    this.renewCertificate()
  }

  /** Gives its SHA-256. */
  renewCertificate(): string {
    const server = issueCertificate({ name: 'eim.example.com' })
    this.write('server-key.pem', server.key.export({ format: 'pem', type: 'pkcs8' }).toString())
    this.write('server.pem', writePem('CERTIFICATE', server.der))
    return createHash('sha256').update(server.der).digest('hex')
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.path, name), text, { mode: 0o600 })
  }

  configure({ number, port, adminPort, workers, handOver, trust = '' }: NodeSettings): string {
    const name = `node-${number}.toml`
    const peers = handOver?.peers.map(
      (peer) => `{ number = ${peer.number}, address = "127.0.0.1:${peer.port}" }`,
    )
    const link = handOver
      ? `[node.hand_over]\naddress = "127.0.0.1:${handOver.port}"\npeers = [${peers?.join(', ')}]\n`
      : ''
    this.write(
      name,
      `[node]
name = "gw-${number}"
number = ${number}
workers = ${workers}
cluster_key = { file = "cluster-key" }
${link}
[edge]
token_key_file = "token.pem"
ca_file = "edge-ca.pem"
[[listeners]]
address = "127.0.0.1:${port}"
default_tenant = "acme"
[[tenants]]
name = "acme"
server_names = ["eim.example.com"]
edge_url = "https://127.0.0.1:${this.#edge.port}"
edge_host = "eim.example.com"
client_authentication = "optional"
psk_file = "psk.toml"
[[tenants.credentials]]
certificate_file = "server.pem"
key_file = "server-key.pem"
[tenants.trust]
ca_files = ["device-ca.pem"]
${trust}
[coap]
aliases = { e = "/gsma/rsp2/asn1" }
[sessions]
store = "sqlite"
file = "sessions.db"
[admin]
address = "127.0.0.1:${adminPort}"
`,
    )
    return path.join(this.path, name)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export class GatewayProcess {
  readonly #settings: NodeSettings
  readonly #process: ChildProcess
  readonly lines: string[] = []
  readonly ended: Promise<number | null>

  private constructor(settings: NodeSettings, file: string) {
    this.#settings = settings
    const main = new URL('../../gateway/main.ts', import.meta.url).pathname
    const flags = ['--disable-warning=ExperimentalWarning', main, '--config', file]
    this.#process = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (part: Buffer) => this.lines.push(...part.toString().split('\n').filter(Boolean))
    this.#process.stdout?.on('data', keep)
    this.#process.stderr?.on('data', keep)
    this.ended = new Promise((resolve) => this.#process.on('exit', resolve))
  }

  static async start(folder: GatewayFolder, settings: NodeSettings): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(settings, folder.configure(settings))
    await gateway.until(() => gateway.lines.some((line) => line.includes('"event":"started"')))
    return gateway
  }

  async until(isTrue: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
    for (const end = Date.now() + limitMs; Date.now() < end; ) {
      if (await isTrue()) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`it did not come to that: ${this.lines.join('\n')}`)
  }

  async get(page: 'health' | 'ready' | 'metrics'): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.#settings.adminPort}/${page}`)
    return { status: response.status, text: await response.text() }
  }

  async metric(name: string): Promise<number> {
    const { text } = await this.get('metrics')
    const found = text.split('\n').filter((line) => line.startsWith(`edge_eim_gateway_${name}`))
    return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.signal(signal)
    return this.ended
  }
}

export function udpDevice(port: number, dtls: Partial<ClientOptions>): UdpLink {
  return new UdpLink({
    host: '127.0.0.1',
    port,
    dtls: { random: randomBytes, suites: [0xc02b], cid: Buffer.alloc(0), takesTickets: true, ...dtls },
    timing: { ...DEFAULT_TIMING, ackTimeoutMs: 300, piggybackMs: 250 },
    blockSize: 1024,
    initialTimeoutMs: 300,
    random: Math.random,
  })
}
