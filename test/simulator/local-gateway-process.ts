/** Runs a gateway on this machine in front of the local edge: keys and configuration made the first time and kept. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface LocalGatewayOptions {
  /** UDP. */
  readonly port: number
  readonly stateFolder: string
  readonly edgeUrl: string
  readonly eimFqdn: string
}

/** What others need to know of the gateway's keys. */
export interface LocalGatewayKeys {
  /** Of the simulated device. */
  readonly psk: { readonly identity: Buffer; readonly key: Buffer }
  /** For GATEWAY_KEYS. */
  readonly jwks: string
}

const NAME = 'gw-local'
const PSK_IDENTITY = 'simulated-device'
const STARTS_WITHIN_MS = 20_000
const MAIN = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))

function keep(folder: string, name: string, make: () => string): string {
  const file = path.join(folder, name)
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}

const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString()

/** Made before the edge starts, which has to know the gateway's key. */
export function prepareGatewayKeys(stateFolder: string): LocalGatewayKeys {
  const folder = path.join(stateFolder, 'gateway')
  mkdirSync(folder, { recursive: true })
  const token = createPublicKey(keep(folder, 'token-key.pem', newKey)).export({ format: 'jwk' })
  keep(folder, 'server-key.pem', newKey)
  keep(folder, 'cluster-key', () => randomBytes(32).toString('base64'))
  const psk = keep(folder, 'pre-shared-key', () => randomBytes(16).toString('hex'))
  return {
    psk: { identity: Buffer.from(PSK_IDENTITY), key: Buffer.from(psk, 'hex') },
    jwks: JSON.stringify({ keys: [{ ...token, kid: NAME, iss: NAME }] }),
  }
}

function configure({ port, stateFolder, edgeUrl, eimFqdn }: LocalGatewayOptions): string {
  const folder = path.join(stateFolder, 'gateway')
  const psk = readFileSync(path.join(folder, 'pre-shared-key'), 'utf8')
  writeFileSync(path.join(folder, 'psk.toml'), `"${PSK_IDENTITY}" = "${psk}"\n`, { mode: 0o600 })
  const file = path.join(folder, 'gateway.toml')
  writeFileSync(
    file,
    `[node]
name = "${NAME}"
number = 1
workers = 1
cluster_key = { file = "cluster-key" }
[edge]
token_key_file = "token-key.pem"
push = true
[[listeners]]
address = "127.0.0.1:${port}"
default_tenant = "story"
[[tenants]]
name = "story"
server_names = ["${eimFqdn}"]
edge_url = "${edgeUrl}"
edge_host = "${eimFqdn}"
client_authentication = "optional"
psk_file = "psk.toml"
[[tenants.credentials]]
key_file = "server-key.pem"
[coap]
aliases = { e = "/gsma/rsp2/asn1" }
[sessions]
store = "sqlite"
file = "sessions.db"
`,
  )
  return file
}

export class LocalGatewayProcess {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** Resolves when it listens. @rejects with what it said, when it does not */
  static async start(options: LocalGatewayOptions): Promise<LocalGatewayProcess> {
    const flags = ['--disable-warning=ExperimentalWarning', MAIN, '--config', configure(options)]
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    await new Promise<void>((resolve, reject) => {
      let said = ''
      const fail = () => reject(new Error(explain(said, options.port)))
      const timer = setTimeout(fail, STARTS_WITHIN_MS)
      child.once('exit', fail)
      const read = (part: Buffer) => {
        said += part.toString()
        if (!said.includes('"event":"started"')) return
        clearTimeout(timer)
        child.removeListener('exit', fail)
        resolve()
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
    })
    return new LocalGatewayProcess(child)
  }

  stop(): void {
    this.#process.kill('SIGTERM')
  }
}

function explain(said: string, port: number): string {
  return said.includes('EADDRINUSE')
    ? `UDP port ${port} is taken: set COAPS_PORT to another`
    : `the gateway did not start:\n${said}`
}
