/** The servers' side of the exchange bench, in a thread of its own as a gateway's worker is. */
import { createSocket } from 'node:dgram'
import { parentPort, Worker } from 'node:worker_threads'
import { Alarm } from '../../../gateway/worker/alarm.ts'
import { UdpPort } from '../../../gateway/worker/udp-port.ts'
import { interleave } from '../result.ts'
import { type BenchStation, connectDevice, createStation, pollOf } from './bench-station.ts'
import { collectGarbage } from './collect-garbage.ts'

/** The first few find code that is not compiled yet. */
const ROUNDS = 15
const DEVICES = 200
const REQUESTS_EACH = 60
const CLIENT = new URL('exchange-client.ts', import.meta.url)

/** Answers a second. */
export interface ExchangeRates {
  readonly echo: number
  readonly poll: number
}

interface Prepared {
  readonly bench: BenchStation
  readonly alarm: Alarm
  readonly datagrams: Buffer[]
}

/** One request after another, each of the next device. */
function prepare(): Prepared {
  const bench = createStation()
  const alarm = new Alarm(() => bench.station.timeout())
  bench.wakeAt = (at) => alarm.set(at)
  const devices = Array.from({ length: DEVICES }, (_, index) =>
    connectDevice(bench, { address: '127.0.0.1', port: 1000 + index }),
  )
  const datagrams: Buffer[] = []
  for (let request = 0; request < REQUESTS_EACH; request++) {
    for (const device of devices) datagrams.push(device.protect(23, pollOf(request)))
  }
  collectGarbage()
  return { bench, alarm, datagrams }
}

/** Answers a second. */
async function rate(datagrams: readonly Buffer[], port: number): Promise<number> {
  const client = new Worker(CLIENT, { workerData: { port, datagrams } })
  const { received, milliseconds } = await new Promise<{ received: number; milliseconds: number }>(
    (resolve, reject) => {
      client.once('message', resolve)
      client.once('error', reject)
    },
  )
  await client.terminate()
  if (received < datagrams.length * 0.99) throw new Error(`${received} of ${datagrams.length} were answered`)
  return (received / milliseconds) * 1000
}

async function echo(datagrams: readonly Buffer[]): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.setRecvBufferSize(4 * 1024 * 1024)
  socket.on('message', (datagram, { port, address }) => socket.send(datagram, port, address))
  const echoed = await rate(datagrams, socket.address().port)
  socket.close()
  return echoed
}

async function poll({ bench, alarm, datagrams }: Prepared): Promise<number> {
  const port = await UdpPort.open({
    address: { host: '127.0.0.1', port: 0 },
    isShared: false,
    receive: (datagram, from) => bench.station.receive(datagram, from),
    onUnsent: (error) => {
      throw error
    },
  })
  bench.send = (datagram, to) => port.send(datagram, to)
  const answered = await rate(datagrams, port.port)
  await bench.station.flush()
  alarm.set(undefined)
  await port.close()
  return answered
}

const rates = await interleave(ROUNDS, {
  echo: () => {
    const { alarm, datagrams } = prepare()
    alarm.set(undefined)
    return echo(datagrams)
  },
  poll: () => poll(prepare()),
})
parentPort?.postMessage(rates satisfies ExchangeRates)
