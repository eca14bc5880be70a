/** Plain workerd with the edge and its references, each on a port of its own; everything in a folder that goes with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { parse } from 'smol-toml'
import { z } from 'zod'

/** The binary itself: the command of that name is a script, whose end the binary would outlive. */
const WORKERD: string = createRequire(import.meta.url)('workerd').default
const ROOT_API_KEY = 'root-of-the-bench'
const COMPATIBILITY_DATE = '2026-10-01'
const LOOK_EVERY_MS = 50
const STARTS_WITHIN_MS = 15_000

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'error',
  })
}

/** A port that nobody uses now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

const DEPLOYMENT = z.object({
  durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })) }),
})

interface Ports {
  readonly edge: number
  readonly reference: number
}

/** Those that a deployed Worker is bound to. */
function durableObjects(): { readonly name: string; readonly className: string }[] {
  const text = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8')
  const { durable_objects } = DEPLOYMENT.parse(parse(text))
  return durable_objects.bindings.map(({ name, class_name }) => ({ name, className: class_name }))
}

function configuration(folder: string, ports: Ports, ciCertificate: string, eimFqdn: string): string {
  const text = (name: string, value: string) => `(name = "${name}", text = ${JSON.stringify(value)})`
  const list = (lines: readonly string[]) => lines.join(',\n    ')
  const key = Buffer.alloc(32, 1).toString('base64')
  const objects = [...durableObjects(), { name: 'FLEET_OBJECT', className: 'FleetObject' }]
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge), (name = "reference", worker = .reference), (name = "queue", worker = .queue),
    (name = "disk", disk = (path = "${path.join(folder, 'objects')}", writable = true)),
  ],
  sockets = [
    (name = "edge", address = "127.0.0.1:${ports.edge}", http = (), service = "edge"),
    (name = "reference", address = "127.0.0.1:${ports.reference}", http = (), service = "reference"),
  ],
);
const edge :Workerd.Worker = (
  modules = [(name = "edge.js", esModule = embed "edge.js")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  bindings = [
    ${list(objects.map(({ name, className }) => `(name = "${name}", durableObjectNamespace = "${className}")`))},
    (name = "CHANGES", queue = "queue"),
    ${text('KEY_ENCRYPTION_KEY', key)}, ${text('ROOT_API_KEY', ROOT_API_KEY)},
    ${text('CI_CERTIFICATES', ciCertificate)}, ${text('DEFAULT_EIM_FQDN', eimFqdn)},
  ],
  durableObjectNamespaces = [
    ${list(objects.map(({ className }) => `(className = "${className}", uniqueKey = "${className}", enableSql = true)`))},
  ],
  durableObjectStorage = (localDisk = "disk"),
);
const reference :Workerd.Worker = (
  modules = [(name = "reference.js", esModule = embed "reference.js")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  bindings = [(name = "NOTHING", durableObjectNamespace = "NothingObject")],
  durableObjectNamespaces = [(className = "NothingObject", uniqueKey = "nothing", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
);
const queue :Workerd.Worker = (
  modules = [(name = "queue.js", esModule = "export default { fetch: () => Response.json({}) }")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
);
`
}

export class WorkerdServer {
  readonly edgeUrl: string
  readonly referenceUrl: string
  readonly rootApiKey = ROOT_API_KEY
  readonly #folder: string
  readonly #process: ChildProcess

  private constructor(folder: string, ports: Ports) {
    this.#folder = folder
    this.edgeUrl = `http://127.0.0.1:${ports.edge}`
    this.referenceUrl = `http://127.0.0.1:${ports.reference}`
    this.#process = spawn(WORKERD, ['serve', path.join(folder, 'bench.capnp')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }

  /** `ciCertificate` is base64 DER. */
  static async start(ciCertificate: string, eimFqdn: string): Promise<WorkerdServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'edge-eim-bench-'))
    mkdirSync(path.join(folder, 'objects'))
    await bundle('edge-entry.ts', path.join(folder, 'edge.js'))
    await bundle('reference-entry.ts', path.join(folder, 'reference.js'))
    const ports = { edge: await freePort(), reference: await freePort() }
    writeFileSync(path.join(folder, 'bench.capnp'), configuration(folder, ports, ciCertificate, eimFqdn))
    const server = new WorkerdServer(folder, ports)
    await server.#untilUp()
    await server.#migrate()
    return server
  }

  async #untilUp(): Promise<void> {
    for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; ) {
      try {
        if ((await fetch(`${this.referenceUrl}/hello`)).ok) return
      } catch {
        // Not listening yet.
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
    this.stop()
    throw new Error('workerd did not start')
  }

  async #migrate(): Promise<void> {
    const migrations = new URL('../../functions/fleet/migrations/', import.meta.url)
    for (const name of readdirSync(migrations)
      .filter((each) => each.endsWith('.sql'))
      .sort()) {
      const body = readFileSync(new URL(name, migrations), 'utf8')
      const response = await fetch(`${this.edgeUrl}/bench/migrate`, { method: 'POST', body })
      if (!response.ok) throw new Error(`${name} could not be applied`)
    }
  }

  stop(): void {
    // Nothing in it is worth a graceful end, which would wait for the load's open connections.
    this.#process.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
