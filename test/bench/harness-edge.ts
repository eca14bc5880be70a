/** The Worker with all it is bound to (D1, queue, objects, alarms) in wrangler's test harness; storage is in memory. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTestHarness } from 'wrangler'

const ROOT_API_KEY = 'root-of-the-bench'
const CONFIGURATION = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))
const OWN_PROCESSES = `/proc/${process.pid}/task/${process.pid}/children`

export class HarnessEdge {
  readonly url: string
  readonly rootApiKey = ROOT_API_KEY
  readonly #stop: () => Promise<void>

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url
    this.#stop = stop
  }

  /** `ciCertificate` is base64 DER. */
  static async start(ciCertificate: string, eimFqdn: string): Promise<HarnessEdge> {
    const harness = createTestHarness({
      workers: [
        {
          configPath: CONFIGURATION,
          secrets: {
            KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
            ROOT_API_KEY,
            CI_CERTIFICATES: ciCertificate,
            DEFAULT_EIM_FQDN: eimFqdn,
          },
        },
      ],
    })
    const { url } = await harness.listen()
    await harness.getWorker().applyD1Migrations('FLEET')
    return new HarnessEdge(url.origin, () => harness.close())
  }

  /** Milliseconds of processor time that all of workerd has taken: Worker, objects, D1 and queue together. */
  cpuMs(): number {
    return readFileSync(OWN_PROCESSES, 'utf8')
      .trim()
      .split(' ')
      .filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('workerd'))
      .flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}/schedstat`))
      .reduce((sum, file) => sum + Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6, 0)
  }

  stop(): Promise<void> {
    return this.#stop()
  }
}
