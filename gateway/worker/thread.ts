/** Where a worker thread begins. */
import { parentPort, workerData } from 'node:worker_threads'
import { createLog } from '../telemetry/index.ts'
import { GatewayWorker } from './gateway-worker.ts'
import type { FromWorker, ToWorker, WorkerData } from './worker-message.ts'

const port = parentPort
if (!port) throw new Error('this is started by the gateway, as a worker thread')
// Main gives exactly this, and says nothing else.
const worker = new GatewayWorker(
  workerData as WorkerData,
  (message: FromWorker) => port.postMessage(message),
  createLog(),
)
port.on('message', (message: ToWorker) => worker.receive(message))
await worker.start()
