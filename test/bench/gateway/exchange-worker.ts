/** Both sides of the exchange bench, in a thread with the limits of a gateway's worker. */
import { createSocket, type Socket } from 'node:dgram'
import { parentPort } from 'node:worker_threads'
import { Alarm } from '../../../gateway/worker/alarm.ts'
import { UdpPort } from '../../../gateway/worker/udp-port.ts'
import { interleave } from '../result.ts'
import { connectDevice, createStation, pollOf } from './bench-station.ts'
import { collectGarbage } from './collect-garbage.ts'

const ROUNDS = 31
const WARM_UP_ROUNDS = 5
const DEVICES = 200
const REQUESTS_EACH = 60
/** Datagrams on their way at a time. */
const WINDOW = 64
const LIMIT_MS = 30_000

/** After which nothing is remembered about a request (RFC 7252 §4.8.2). */
const SLEEP_MS = 300_000

export interface ExchangeRates {
  /** Answers a second. */
  readonly echo: number
  readonly poll: number
  /** Of a poll to an echo. */
  readonly ratio: number
}

const bench = createStation()
const alarm = new Alarm(() => bench.station.timeout())
bench.wakeAt = (at) => alarm.set(at)
const devices = Array.from({ length: DEVICES }, (_, index) =>
  connectDevice(bench, { address: '127.0.0.1', port: 1000 + index }),
)
let asked = 0

/** One request after another, each of the next device, after all have slept. */
async function nextRequests(): Promise<Buffer[]> {
  bench.pass(SLEEP_MS)
  await bench.station.flush()
  const datagrams: Buffer[] = []
  for (const last = asked + REQUESTS_EACH; asked < last; asked++) {
    for (const device of devices) datagrams.push(device.protect(23, pollOf(asked)))
  }
  collectGarbage()
  return datagrams
}

/** Answers a second, the client on the same core: one elsewhere would be what an echo waits for. */
async function rate(datagrams: readonly Buffer[], port: number): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  let sent = 0
  const send = () => {
    const datagram = datagrams[sent++]
    if (datagram) socket.send(datagram, port, '127.0.0.1')
  }
  const startedAt = performance.now()
  await new Promise<void>((resolve, reject) => {
    let received = 0
    const stalled = () => reject(new Error(`${received} of ${datagrams.length} were answered`))
    const limit = setTimeout(stalled, LIMIT_MS)
    socket.on('message', () => {
      if (++received < datagrams.length) return send()
      clearTimeout(limit)
      resolve()
    })
    for (let count = 0; count < WINDOW; count++) send()
  })
  const milliseconds = performance.now() - startedAt
  socket.close()
  return (datagrams.length / milliseconds) * 1000
}

async function openEcho(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.setRecvBufferSize(4 * 1024 * 1024)
  socket.on('message', (datagram, { port, address }) => socket.send(datagram, port, address))
  return socket
}

const echo = await openEcho()
const port = await UdpPort.open({
  address: { host: '127.0.0.1', port: 0 },
  isShared: false,
  receive: (datagram, from) => bench.station.receive(datagram, from),
  onUnsent: (error) => {
    throw error
  },
})
bench.send = (datagram, to) => port.send(datagram, to)

const contenders = {
  echo: async () => rate(await nextRequests(), echo.address().port),
  poll: async () => rate(await nextRequests(), port.port),
}
// A server's code was compiled long ago.
await interleave(WARM_UP_ROUNDS, contenders)
const rates = await interleave(ROUNDS, contenders)
parentPort?.postMessage({
  echo: rates.median('echo'),
  poll: rates.median('poll'),
  ratio: rates.ratio('poll', 'echo'),
} satisfies ExchangeRates)
alarm.set(undefined)
echo.close()
await port.close()
