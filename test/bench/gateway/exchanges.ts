/** CoAP over DTLS with a Connection ID through a real socket, against a socket that echoes the same datagrams. */
import { createSocket, type Socket } from 'node:dgram'
import { Worker } from 'node:worker_threads'
import { type BenchResult, interleave } from '../result.ts'
import { connectDevice, createStation, pollOf } from './bench-station.ts'

const ROUNDS = 7
const DEVICES = 200
const REQUESTS_EACH = 60
const CLIENT = new URL('exchange-client.ts', import.meta.url)

interface Prepared {
  readonly bench: ReturnType<typeof createStation>
  readonly datagrams: Buffer[]
}

/** One request after another, each of the next device. */
function prepare(): Prepared {
  const bench = createStation()
  const devices = Array.from({ length: DEVICES }, (_, index) =>
    connectDevice(bench, { address: '127.0.0.1', port: 1000 + index }),
  )
  const datagrams: Buffer[] = []
  for (let request = 0; request < REQUESTS_EACH; request++) {
    for (const device of devices) datagrams.push(device.protect(23, pollOf(request)))
  }
  return { bench, datagrams }
}

/** Answers a second. */
async function rate(datagrams: readonly Buffer[], listen: (socket: Socket) => void): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.setRecvBufferSize(4 * 1024 * 1024)
  listen(socket)
  const workerData = { port: socket.address().port, datagrams }
  const client = new Worker(CLIENT, { workerData })
  const { received, milliseconds } = await new Promise<{ received: number; milliseconds: number }>(
    (resolve, reject) => {
      client.once('message', resolve)
      client.once('error', reject)
    },
  )
  socket.close()
  await client.terminate()
  if (received < datagrams.length * 0.99) throw new Error(`${received} of ${datagrams.length} were answered`)
  return (received / milliseconds) * 1000
}

export async function benchExchanges(): Promise<BenchResult[]> {
  const rates = await interleave(ROUNDS, {
    echo: () =>
      rate(prepare().datagrams, (socket) =>
        socket.on('message', (datagram, { port, address }) => socket.send(datagram, port, address)),
      ),
    coap: () => {
      const { bench, datagrams } = prepare()
      return rate(datagrams, (socket) => {
        bench.send = (datagram, to) => socket.send(datagram, to.port, to.address)
        socket.on('message', (datagram, { port, address }) =>
          bench.station.receive(datagram, { port, address }),
        )
      })
    },
  })
  return [
    {
      name: 'poll answered, CoAP over DTLS with Connection ID, one worker',
      median: rates.coap,
      unit: '/s',
      reference: `a socket that echoes (${Math.round(rates.echo)}/s; target 0.5)`,
      ratio: rates.coap / rates.echo,
    },
  ]
}
