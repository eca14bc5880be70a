import { expect, it } from 'vitest'
import { ClaimQueue, type Waiting } from '../../gateway/claim-queue.ts'

const FROM = { address: '192.0.2.1', port: 1000 }
const named = (number: number): Buffer => Buffer.from(String(number))

/** A queue whose claims end when they are told to. */
function world() {
  const received: string[] = []
  const ends = new Map<string, () => void>()
  let dropped = 0
  const queue = new ClaimQueue({
    claim: (connectionId) => new Promise<void>((resolve) => ends.set(String(connectionId), resolve)),
    receive: ({ datagram }) => received.push(String(datagram)),
    onDropped: () => dropped++,
  })
  const datagram = (text: string): Waiting => ({ datagram: Buffer.from(text), from: FROM })
  const come = (number: number, text = `${number}`) => {
    if (!queue.join(named(number), datagram(text))) queue.begin(named(number), datagram(text))
  }
  const end = async (number: number) => {
    ends.get(String(number))?.()
    await Promise.resolve()
  }
  return { queue, received, come, end, dropped: () => dropped }
}

it('claims once for datagrams of one session, and gives them back in their order', async () => {
  const { queue, received, come, end } = world()
  come(1, 'first')
  come(1, 'second')
  come(2, 'other')
  expect(queue.size).toBe(2)
  await end(1)
  expect(received).toEqual(['first', 'second'])
  expect(queue.size).toBe(1)
})

it('keeps four datagrams of one session, whoever repeats its Connection ID', async () => {
  const { received, come, end, dropped } = world()
  for (let count = 0; count < 10; count++) come(1, `${count}`)
  expect(dropped()).toBe(6)
  await end(1)
  expect(received).toEqual(['0', '1', '2', '3'])
})

it('keeps 1024 datagrams in all, and claims for no other until there is room', async () => {
  const { queue, come, end, dropped } = world()
  for (let session = 0; session < 1030; session++) come(session)
  expect(queue.size).toBe(1024)
  expect(dropped()).toBe(6)
  await end(0)
  come(1030)
  come(1031)
  expect(queue.size).toBe(1024)
  expect(dropped()).toBe(7)
})
