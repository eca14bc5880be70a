/**
 * CoAP over DTLS with a Connection ID through a worker's own socket, sessions saved as they are read, against a plain
 * socket that echoes the same datagrams.
 */
import { Worker } from 'node:worker_threads'
import { RESOURCE_LIMITS } from '../../../gateway/worker/worker-pool.ts'
import type { BenchResult } from '../result.ts'
import type { ExchangeRates } from './exchange-server.ts'

const SERVER = new URL('exchange-server.ts', import.meta.url)

export async function benchExchanges(): Promise<BenchResult[]> {
  const { echo, poll } = await new Promise<ExchangeRates>((resolve, reject) => {
    new Worker(SERVER, { resourceLimits: RESOURCE_LIMITS }).once('message', resolve).once('error', reject)
  })
  return [
    {
      name: 'poll answered and its session saved, CoAP over DTLS with Connection ID, one worker',
      median: poll,
      unit: '/s',
      reference: `a socket that echoes (${Math.round(echo)}/s; target 0.5)`,
      ratio: poll / echo,
    },
  ]
}
