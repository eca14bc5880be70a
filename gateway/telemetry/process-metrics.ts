/** What is measured once for the whole process: memory, CPU, the main thread, and when certificates end. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Configuration } from '../configuration/index.ts'
import { PREFIX } from './metrics.ts'

/** `configuration`: the one in force. */
export function createProcessMetrics(configuration: () => Pick<Configuration, 'tenants'>): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: `${PREFIX}certificate_expiry_timestamp_seconds`,
    help: 'When a certificate that the gateway shows ends, seconds since 1970',
    labelNames: ['tenant', 'credential'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { name, credentials } of configuration().tenants) {
        for (const [index, { notAfter }] of credentials.entries()) {
          if (notAfter !== null) this.set({ tenant: name, credential: String(index) }, notAfter / 1000)
        }
      }
    },
  })
  return registry
}
