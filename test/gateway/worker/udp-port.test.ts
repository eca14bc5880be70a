import { createSocket } from 'node:dgram'
import { expect, it } from 'vitest'
import { UdpPort } from '../../../gateway/worker/udp-port.ts'

const HOST = '127.0.0.1'

async function open(): Promise<{ port: UdpPort; unsent: Error[] }> {
  const unsent: Error[] = []
  const port = await UdpPort.open({
    address: { host: HOST, port: 0 },
    isShared: false,
    receive: () => undefined,
    onUnsent: (error) => unsent.push(error),
  })
  return { port, unsent }
}

it('survives a datagram that says it came from port 0: the answer goes nowhere', async () => {
  const { port, unsent } = await open()
  const peer = createSocket('udp4')
  await new Promise<void>((resolve) => peer.bind(0, HOST, resolve))
  const heard = new Promise<string>((resolve) => peer.once('message', (octets) => resolve(String(octets))))

  port.send(Buffer.from('to nobody'), { address: HOST, port: 0 })
  port.send(Buffer.from('to somebody'), { address: HOST, port: peer.address().port })

  expect(await heard).toBe('to somebody')
  expect(unsent).toEqual([])
  peer.close()
  await port.close()
})

it('sends nothing more once it is closed, and does not mind being asked to', async () => {
  const { port, unsent } = await open()
  await port.close()

  port.send(Buffer.from('too late'), { address: HOST, port: 9 })

  expect(unsent).toEqual([])
})

it('sends what it was given before it is closed', async () => {
  const { port } = await open()
  const peer = createSocket('udp4')
  await new Promise<void>((resolve) => peer.bind(0, HOST, resolve))
  const heard = new Promise<string>((resolve) => peer.once('message', (octets) => resolve(String(octets))))

  port.send(Buffer.from('the last word'), { address: HOST, port: peer.address().port })
  await port.close()

  expect(await heard).toBe('the last word')
  peer.close()
})
