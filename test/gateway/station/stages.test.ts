/** What comes in a row passes through the station in stages; nobody outside may see more of that than its speed. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EdgeAnswer } from '../../../gateway/coap/index.ts'
import type { PeerAddress } from '../../../gateway/dtls/index.ts'
import { connectDevice, createStation, pollOf } from '../../bench/gateway/bench-station.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'

const DEVICES = 3

const closeNotify = Buffer.of(1, 0)

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A station whose edge answers when it is told to: each request with its number among all. */
function world() {
  const asked: string[] = []
  const waiting: (() => void)[] = []
  const bench = createStation(undefined, ({ device }) => {
    const number = asked.push(device.address)
    return new Promise<EdgeAnswer>((resolve) => {
      waiting.push(() => resolve({ status: 200, body: Buffer.of(number), retryAfter: null }))
    })
  })
  const devices = Array.from({ length: DEVICES }, (_, index) => {
    const from: PeerAddress = { address: '192.0.2.1', port: 1000 + index }
    return { from, client: connectDevice(bench, from) }
  })
  const heard = devices.map((): string[] => [])
  const hear = () => {
    for (const { datagram, to } of bench.sent.splice(0)) {
      const index = to.port % 1000
      const client = devices[index]?.client as DtlsClient
      client.receive(datagram)
      heard[index]?.push(...client.received.splice(0).map((message) => message.toString('hex')))
    }
  }
  const answerAll = async () => {
    for (const answer of waiting.splice(0)) answer()
    await turn()
    hear()
  }
  return { bench, devices, asked, heard, hear, answerAll }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('poll' as const), which: fc.nat(DEVICES - 1) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('close' as const), which: fc.nat(DEVICES - 1) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('move' as const), which: fc.nat(DEVICES - 1) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('answer' as const), which: fc.constant(0) }) },
)

/** Where a row ends, besides in front of answers: nowhere, or after each datagram. */
async function outcomeOf(steps: readonly { what: string; which: number }[], isOneByOne: boolean) {
  const { bench, devices, asked, heard, hear, answerAll } = world()
  const closed = new Set<number>()
  let messageId = 1
  for (const { what, which } of steps) {
    if (what === 'answer') {
      await turn()
      hear()
      await answerAll()
      continue
    }
    const device = devices[which] as (typeof devices)[number]
    const { client, from } = device
    if (closed.has(which)) continue
    if (what === 'move') {
      device.from = { ...from, port: from.port + 1000 }
      continue
    }
    if (what === 'close') closed.add(which)
    const record = what === 'poll' ? client.protect(23, pollOf(messageId++)) : client.protect(21, closeNotify)
    bench.station.receive(record, from)
    if (isOneByOne) {
      await turn()
      hear()
    }
  }
  await turn()
  hear()
  await answerAll()
  bench.pass(600_000)
  const { forwardedCount, deviceCount } = bench.station.coap
  // Nobody waits for an answer behind its own close_notify; whether it still gets one is a matter of turns.
  for (const which of closed) heard[which] = []
  return { asked, heard, sessions: bench.station.sessionCount, forwardedCount, deviceCount }
}

it('asks and answers the same for datagrams in a row as for each by itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'max' }), async (steps) => {
      const inRow = await outcomeOf(steps, false)
      expect(inRow).toEqual(await outcomeOf(steps, true))
      expect(inRow).toMatchObject({ forwardedCount: 0, deviceCount: 0 })
    }),
    { numRuns: 60 },
  )
}, 60_000)

it('passes on what a device said before it closed, in the same datagram, and forgets it', async () => {
  const { bench, devices, asked, answerAll } = world()
  const [{ client, from } = { client: undefined, from: undefined }] = devices
  if (!client) throw new Error('there are three')
  const request = client.protect(23, pollOf(1))
  bench.station.receive(Buffer.concat([request, client.protect(21, closeNotify)]), from)
  expect(bench.station.sessionCount).toBe(DEVICES - 1)
  await answerAll()
  expect(asked).toEqual(['192.0.2.1:1000'])
  expect(bench.station.coap.deviceCount).toBe(0)
  await bench.station.flush()
  expect(bench.station.unfinished).toBe(0)
})
