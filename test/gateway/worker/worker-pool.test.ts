import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { afterEach, expect, it, vi } from 'vitest'
import { MemoryVault } from '../../../gateway/session-store/index.ts'
import { collectReports } from '../../../gateway/telemetry/report.ts'
import { WorkerPool } from '../../../gateway/worker/worker-pool.ts'
import { udpDevice } from '../gateway-process.ts'
import { useWorkerConfiguration } from './worker-configuration.ts'

const PORT = 26_151

const configurations = useWorkerConfiguration()

const load = (workers: number) => configurations.load({ number: 1, port: PORT, adminPort: PORT + 1, workers })

afterEach(() => {
  process.removeAllListeners('worker')
})

/** A pool, and the threads it has started until now. */
async function start(workers: number): Promise<{ pool: WorkerPool; threads: Worker[] }> {
  const threads: Worker[] = []
  const onThread = (thread: Worker) => threads.push(thread)
  process.on('worker', onThread)
  const pool = await WorkerPool.start({
    configuration: load(workers),
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

it('gives a worker that was just starting the configuration that came meanwhile', async () => {
  const { pool, threads } = await start(1)
  const [first] = threads
  if (!first) throw new Error('no thread')
  await Promise.all([once(first, 'exit'), first.terminate()])
  await once(process, 'worker')
  const key = Buffer.alloc(16, 7)
  configurations.folder.write('psk.toml', `"meter-8" = "${key.toString('hex')}"\n`)
  pool.configure(load(1))

  const device = udpDevice(PORT, { psk: { identity: Buffer.from('meter-8'), key }, suites: [0xc0a8] })
  await vi.waitFor(async () => expect((await collectReports(pool.asks))[0]?.isBound).toBe(true), {
    timeout: 10_000,
  })

  expect((await device.device.post('/gsma/rsp2/asn1', Buffer.from('x'))).kind).toBe('answered')
  device.close()
  await pool.drain()
}, 30_000)
