/** The one worker that has the socket, where the kernel does not share ports. */
import { createSocket, type Socket } from 'node:dgram'
import { expect, it, vi } from 'vitest'
import { CONNECTION_ID_LENGTH, ConnectionIds, RANDOM_LENGTH } from '../../../gateway/connection-id.ts'
import { GatewayWorker } from '../../../gateway/worker/gateway-worker.ts'
import type { FromWorker } from '../../../gateway/worker/worker-message.ts'
import { useWorkerConfiguration } from './worker-configuration.ts'

const HOST = '127.0.0.1'
const PORT = 26_141

const workers = useWorkerConfiguration()

async function open(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, HOST, resolve))
  return socket
}

function send(socket: Socket, connectionId: Uint8Array): Promise<void> {
  const head = Buffer.from([25, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 1])
  const record = Buffer.concat([head, connectionId, Buffer.of(0, 39), Buffer.alloc(39)])
  return new Promise((resolve) => socket.send(record, PORT, HOST, () => resolve()))
}

it('hands genuine Connection IDs over to the worker they name, and made-up ones to nobody', async () => {
  const configuration = workers.load({ number: 1, port: PORT, adminPort: PORT + 1, workers: 2 })
  const posted: FromWorker[] = []
  const worker = new GatewayWorker(
    { configuration, index: 0, sharing: 'fan-out' },
    (message) => posted.push(message),
    () => undefined,
  )
  await worker.start()
  // By its address alone, each would go to either worker.
  const sockets = await Promise.all(Array.from({ length: 16 }, open))
  const genuine = new ConnectionIds(configuration.node.clusterKey).create(
    { node: 1, worker: 1 },
    Buffer.alloc(RANDOM_LENGTH),
  )
  const madeUp = Buffer.alloc(CONNECTION_ID_LENGTH)
  madeUp[0] = genuine[0] ?? 0

  for (const socket of sockets) await send(socket, madeUp)
  for (const socket of sockets) await send(socket, genuine)

  const handedOver = () => posted.flatMap((message) => (message.kind === 'hand-over' ? message.routed : []))
  await vi.waitFor(() => expect(handedOver()).toHaveLength(sockets.length))
  for (const { datagram } of handedOver()) expect(Buffer.from(datagram).includes(genuine)).toBe(true)
  expect(new Set(posted.map(({ kind }) => kind))).toEqual(new Set(['ready', 'hand-over']))

  for (const socket of sockets) socket.close()
  worker.receive({ kind: 'drain' })
  await vi.waitFor(() => expect(posted.at(-1)).toEqual({ kind: 'drained' }))
})
