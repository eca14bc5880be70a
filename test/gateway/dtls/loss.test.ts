/** Handshakes over a network that loses, repeats and reorders, in virtual time. */
import { describe, expect, it } from 'vitest'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { client, deviceCertificate, pskClient, serverOptions, VirtualPort } from './virtual-port.ts'

type Fate = 'pass' | 'drop' | 'repeat' | 'delay'

interface InFlight {
  readonly at: number
  readonly toServer: boolean
  readonly octets: Buffer
}

const LATENCY_MS = 50
const DELAY_MS = 400
const CLIENT_TIMEOUT_MS = 1000
const BOUND_MS = 30_000

/** Runs one handshake; `fate` decides by the number of the datagram, counted over both directions. */
function handshake(
  port: VirtualPort,
  device: DtlsClient,
  fate: (index: number) => Fate,
): { tookMs: number; count: number } {
  const network: InFlight[] = []
  const start = port.now
  let count = 0
  let clientTimeout = CLIENT_TIMEOUT_MS
  let clientDeadline = start + clientTimeout
  const send = (toServer: boolean, datagrams: readonly Buffer[]) => {
    for (const octets of datagrams) {
      const what = fate(count++)
      const at = port.now + LATENCY_MS + (what === 'delay' ? DELAY_MS : 0)
      if (what !== 'drop') network.push({ at, toServer, octets })
      if (what === 'repeat') network.push({ at: at + 5, toServer, octets })
    }
  }
  send(true, device.hello())
  while (!(device.isEstablished && port.established.length > 0) && port.now - start < BOUND_MS) {
    network.sort((left, right) => left.at - right.at)
    const nextArrival = network[0]?.at ?? Number.POSITIVE_INFINITY
    const nextServer = port.endpoint.nextTimeout ?? Number.POSITIVE_INFINITY
    port.now = Math.max(port.now, Math.min(nextArrival, nextServer, clientDeadline))
    if (port.now >= nextArrival) {
      const arrived = network.shift()
      if (arrived?.toServer) send(false, port.deliver(arrived.octets))
      else if (arrived) send(true, device.receive(arrived.octets))
    } else if (port.now >= nextServer) {
      send(false, port.take(port.endpoint.timeout(port.now)))
    } else {
      clientTimeout *= 2
      clientDeadline = port.now + clientTimeout
      if (!device.isEstablished) send(true, device.resend())
    }
  }
  return { tookMs: port.now - start, count }
}

const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }

const kinds: Record<string, () => { port: VirtualPort; device: DtlsClient }> = {
  'pre-shared key': () => ({ port: new VirtualPort(), device: pskClient() }),
  'certificates in small datagrams': () => ({
    port: new VirtualPort(serverOptions({ datagramLimit: 256 })),
    device: client({ certificate, takesTickets: true, datagramLimit: 256 }),
  }),
  resumption: () => {
    const port = new VirtualPort()
    const first = client({ takesTickets: true })
    port.connect(first)
    port.effects.length = 0
    return { port, device: client({ takesTickets: true, resume: first.session }) }
  },
}

describe('P10: an honest handshake', () => {
  for (const [name, start] of Object.entries(kinds)) {
    for (const fate of ['drop', 'repeat', 'delay'] as const) {
      it(`P10: with ${name} completes whichever single datagram meets the fate "${fate}"`, () => {
        const { port, device } = start()
        const { count } = handshake(port, device, () => 'pass')
        expect(device.isEstablished).toBe(true)

        for (let unlucky = 0; unlucky < count; unlucky++) {
          const run = start()
          const { tookMs } = handshake(run.port, run.device, (index) => (index === unlucky ? fate : 'pass'))
          expect([unlucky, run.device.isEstablished, run.port.established.length]).toEqual([unlucky, true, 1])
          expect(tookMs).toBeLessThan(8000)
        }
      })
    }

    it(`P10: with ${name} completes when every seventh datagram is lost and every fourth repeated`, () => {
      const { port, device } = start()

      // A flight repeated and its answer are up to five datagrams: of every fifth, the same one would be lost each time.
      handshake(port, device, (index) => (index % 7 === 2 ? 'drop' : index % 4 === 3 ? 'repeat' : 'pass'))

      expect(device.isEstablished).toBe(true)
    })
  }
})

describe('a flight without answer', () => {
  it('is sent five times in smaller and smaller datagrams, then the handshake is given up', () => {
    const port = new VirtualPort()
    const device = client({ certificate })
    device.finalFlight = () => []
    port.exchange(device, device.hello())
    const sizes: number[] = []
    const gaps: number[] = []

    for (let before = port.now; port.endpoint.nextTimeout !== undefined; before = port.now) {
      const datagrams = port.pass()
      gaps.push(port.now - before)
      if (datagrams.length > 0) sizes.push(Math.max(...datagrams.map(({ length }) => length)))
    }

    expect(sizes).toHaveLength(4)
    expect(sizes.slice(1).every((size, index) => size <= ([576, 508, 256][index] ?? 0))).toBe(true)
    expect(gaps.every((gap, index) => Math.abs(gap / (2000 * 2 ** index) - 1) <= 0.11)).toBe(true)
    expect(port.of('handshake-failed').map(({ reason }) => reason)).toEqual(['timeout'])
    expect(port.endpoint.handshakeCount).toBe(0)
  })

  it('is not sent again more often than half the first timer for an eager client', () => {
    const port = new VirtualPort()
    const device = pskClient()
    device.finalFlight = () => []
    port.exchange(device, device.hello())

    const storm = Array.from({ length: 20 }, () => device.resend().flatMap((hello) => port.deliver(hello)))
    expect(storm.flat()).toEqual([])
    port.now += 1000
    expect(device.resend().flatMap((hello) => port.deliver(hello))).toHaveLength(1)
  })
})
