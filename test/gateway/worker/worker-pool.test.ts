import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { loadConfiguration } from '../../../gateway/configuration/index.ts'
import { MemoryVault } from '../../../gateway/session-store/index.ts'
import { collectReports } from '../../../gateway/telemetry/report.ts'
import { WorkerPool } from '../../../gateway/worker/worker-pool.ts'
import { StandInEdge } from '../forward/stand-in-edge.ts'
import { GatewayFolder } from '../gateway-process.ts'

const PORT = 26_151

let edge: StandInEdge
let folder: GatewayFolder
beforeAll(async () => {
  edge = await StandInEdge.start('eim.example.com', 0)
  folder = new GatewayFolder(edge)
})
afterAll(async () => {
  await edge.close()
  folder.remove()
})

/** A pool, and the threads it has started until now. */
async function start(workers: number): Promise<{ pool: WorkerPool; threads: Worker[] }> {
  const threads: Worker[] = []
  const onThread = (thread: Worker) => threads.push(thread)
  process.on('worker', onThread)
  const configuration = loadConfiguration(
    folder.configure({ number: 1, port: PORT, adminPort: PORT + 1, workers }),
  )
  const pool = await WorkerPool.start({
    configuration,
    vault: new MemoryVault(),
    sharing: 'kernel',
    toNode: () => false,
    back: () => false,
    log: () => undefined,
  })
  return { pool, threads }
}

it('has a worker again after one has ended', async () => {
  const { pool, threads } = await start(2)
  const [first] = threads
  if (!first) throw new Error('no thread')
  await Promise.all([once(first, 'exit'), first.terminate()])

  await vi.waitFor(() => expect(threads).toHaveLength(3), { timeout: 10_000 })
  await vi.waitFor(
    async () => {
      const reports = await collectReports(pool.asks)
      expect(reports.map((report) => report?.isBound)).toEqual([true, true])
    },
    { timeout: 10_000 },
  )
  await pool.drain()
}, 30_000)

it('drains without waiting for a worker that has ended', async () => {
  const { pool, threads } = await start(2)
  const [first] = threads
  if (!first) throw new Error('no thread')
  await Promise.all([once(first, 'exit'), first.terminate()])

  await pool.drain()

  expect(threads).toHaveLength(2)
}, 30_000)
