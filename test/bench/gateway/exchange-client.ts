/** The client's side of the exchange bench, in a thread of its own: sends what was made before, counts what comes back. */
import { createSocket } from 'node:dgram'
import { parentPort, workerData } from 'node:worker_threads'

/** Datagrams on their way at a time. */
const WINDOW = 64
const STALL_MS = 300

const { port, datagrams } = workerData as { readonly port: number; readonly datagrams: readonly Uint8Array[] }
const socket = createSocket('udp4')
let next = 0
let received = 0
const send = () => {
  const datagram = datagrams[next++]
  if (datagram) socket.send(datagram, port, '127.0.0.1')
}

// A datagram that the kernel dropped would hold its place in the window for ever.
const stall = setInterval(() => {
  if (next < datagrams.length) send()
  else finish()
}, STALL_MS)

let isFinished = false
function finish(): void {
  isFinished = true
  clearInterval(stall)
  parentPort?.postMessage({ received, milliseconds: performance.now() - startedAt })
  socket.close()
}

socket.on('message', () => {
  received++
  if (received === datagrams.length) finish()
  else send()
})
await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
// It never sleeps, as a network card does not: a server slower than an echo would pay for waking it with each answer.
const stayAwake = () => {
  if (!isFinished) setImmediate(stayAwake)
}
stayAwake()
const startedAt = performance.now()
for (let count = 0; count < WINDOW; count++) send()
