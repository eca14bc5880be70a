/**
 * CoAP over DTLS with a Connection ID through a worker's own socket, sessions saved as they are read, against a plain
 * socket that echoes the same datagrams.
 */
import { Worker } from 'node:worker_threads'
import { RESOURCE_LIMITS } from '../../../gateway/worker/worker-pool.ts'
import type { BenchResult } from '../result.ts'
import type { ExchangeRates } from './exchange-worker.ts'

const WORKER = new URL('exchange-worker.ts', import.meta.url)

export async function benchExchanges(): Promise<BenchResult[]> {
  const { echo, poll, ratio } = await new Promise<ExchangeRates>((resolve, reject) => {
    new Worker(WORKER, { resourceLimits: RESOURCE_LIMITS }).once('message', resolve).once('error', reject)
  })
  return [
    {
      name: 'poll answered and its session saved, CoAP over DTLS with Connection ID, client and server on one core',
      median: poll,
      unit: '/s',
      reference: `a plain socket that echoes (${Math.round(echo)}/s; target 0.5)`,
      ratio,
    },
  ]
}
