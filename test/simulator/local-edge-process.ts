/** Runs the edge on this machine: wrangler's local workerd with its state, secrets and database in one folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface LocalEdgeOptions {
  readonly port: number
  /** Everything that must survive a restart. */
  readonly stateFolder: string
  /** The eIM that answers at 127.0.0.1. */
  readonly eimFqdn: string
  /** Base64 DER of the CI that the simulated eUICCs come from. */
  readonly ciCertificate: string
  /** JWKS of the gateways that vouch for devices. */
  readonly gatewayKeys?: string
}

const STARTS_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 100

const ENVIRONMENT = {
  ...process.env,
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  CI: 'true',
  NO_COLOR: '1',
}

/** Makes secrets the first time and keeps them: the database holds keys that only they can open. */
function writeSecrets({ stateFolder, eimFqdn, ciCertificate, gatewayKeys }: LocalEdgeOptions): {
  file: string
  rootApiKey: string
} {
  const file = path.join(stateFolder, 'secrets.env')
  const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const keep = (name: string, make: () => string) =>
    new RegExp(`^${name}="(.*)"$`, 'm').exec(known)?.[1] ?? make()
  const rootApiKey = keep('ROOT_API_KEY', () => `root_${randomBytes(24).toString('hex')}`)
  const secrets = {
    KEY_ENCRYPTION_KEY: keep('KEY_ENCRYPTION_KEY', () => randomBytes(32).toString('base64')),
    ROOT_API_KEY: rootApiKey,
    DEFAULT_EIM_FQDN: eimFqdn,
    CI_CERTIFICATES: ciCertificate,
    ALLOW_LOCAL_TARGETS: 'true',
  }
  const lines = Object.entries(secrets).map(([name, value]) => `${name}="${value}"`)
  // Quotes of the other kind: it is JSON.
  if (gatewayKeys !== undefined) lines.push(`GATEWAY_KEYS='${gatewayKeys}'`)
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return { file, rootApiKey }
}

function migrate(persistTo: string): void {
  const { status, stdout, stderr } = spawnSync(
    'wrangler',
    ['d1', 'migrations', 'apply', 'FLEET', '--local', '--persist-to', persistTo],
    { env: ENVIRONMENT, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`the database could not be prepared:\n${stdout}${stderr}`)
}

export class LocalEdgeProcess {
  readonly url: string
  readonly rootApiKey: string
  readonly #process: ChildProcess

  private constructor(url: string, rootApiKey: string, process: ChildProcess) {
    this.url = url
    this.rootApiKey = rootApiKey
    this.#process = process
  }

  /** Resolves once `GET /v1/health` answers. */
  static async start(options: LocalEdgeOptions): Promise<LocalEdgeProcess> {
    mkdirSync(options.stateFolder, { recursive: true })
    const persistTo = path.join(options.stateFolder, 'edge')
    const { file, rootApiKey } = writeSecrets(options)
    migrate(persistTo)
    const child = spawn(
      'wrangler',
      [
        ...['dev', '--ip', '127.0.0.1', '--port', String(options.port), '--inspector-port', '0'],
        ...[
          '--persist-to',
          persistTo,
          '--env-file',
          file,
          '--show-interactive-dev-session=false',
          '--log-level',
          'error',
        ],
      ],
      { env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'inherit'], detached: true },
    )
    const edge = new LocalEdgeProcess(`http://127.0.0.1:${options.port}`, rootApiKey, child)
    await edge.#untilHealthy()
    return edge
  }

  async #untilHealthy(): Promise<void> {
    for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; ) {
      if (this.#process.exitCode !== null)
        throw new Error(`the edge ended with ${this.#process.exitCode}: is its port free?`)
      try {
        if ((await fetch(`${this.url}/v1/health`)).ok) return
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
    this.stop()
    throw new Error('the edge did not become healthy in time')
  }

  /** Ends wrangler and the workerd below it. */
  stop(): void {
    const { pid } = this.#process
    if (pid === undefined || this.#process.exitCode !== null) return
    try {
      process.kill(-pid, 'SIGTERM')
    } catch {
      // It has ended by itself.
    }
  }

  onExit(then: (code: number | null) => void): void {
    this.#process.on('exit', then)
  }
}
