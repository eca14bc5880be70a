/** Properties of the handshake as a state machine (after Fiterău-Broștean et al., USENIX Security 2020); ids as there noted. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlightItem } from '../../../gateway/dtls/flight.ts'
import { contentType } from '../../../gateway/dtls/record.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { issueCertificate } from './test-certificate.ts'
import {
  client,
  defaultPolicy,
  deviceCertificate,
  HERE,
  psk,
  pskClient,
  seededRandom,
  serverOptions,
  THERE,
  VirtualPort,
} from './virtual-port.ts'

const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }
const stranger = issueCertificate({ name: 'stranger' })
const ccs: FlightItem = { kind: 'change-cipher-spec' }

const SYMBOLS = [
  'hello',
  'certificate',
  'empty certificate',
  'key exchange',
  'bad key exchange',
  'verify',
  'bad verify',
  'ccs',
  'finished',
  'bad finished',
  'plain finished',
  'data',
  'plain data',
  'close',
  'fatal alert',
  'repeat',
] as const
type Symbol = (typeof SYMBOLS)[number]

interface Way {
  readonly honest: readonly Symbol[]
  readonly connect: () => { port: VirtualPort; device: DtlsClient }
}

function halfway(port: VirtualPort, device: DtlsClient): { port: VirtualPort; device: DtlsClient } {
  device.finalFlight = () => []
  port.exchange(device, device.hello())
  return { port, device }
}

const ways: Record<string, Way> = {
  'a required certificate': {
    honest: ['certificate', 'key exchange', 'verify', 'ccs', 'finished'],
    connect: () =>
      halfway(
        new VirtualPort(
          serverOptions({ tenantFor: () => ({ ...defaultPolicy, clientAuthentication: 'required' }) }),
        ),
        client({ certificate }),
      ),
  },
  'a pre-shared key': {
    honest: ['key exchange', 'ccs', 'finished'],
    connect: () => halfway(new VirtualPort(), pskClient()),
  },
}

const IGNORED = new Set<Symbol>(['hello', 'data', 'plain data', 'close', 'fatal alert', 'repeat'])

/** What must come of a word: the server finishes exactly when every message came once, in order, CCS at its place. */
function completes(word: readonly Symbol[], honest: readonly Symbol[]): boolean {
  let next = 0
  for (const symbol of word) {
    if (IGNORED.has(symbol) || next === honest.length) continue
    if (symbol === honest[next]) next++
    // A stray CCS changes nothing; any other message takes a number of its own, so no honest one can follow.
    else if (symbol !== 'ccs') return false
  }
  return next === honest.length
}

function protectedOctets(device: DtlsClient, type: number, content: Buffer): Buffer[] {
  return device.keys ? [device.protect(type, content)] : []
}

function octetsOf(device: DtlsClient, symbol: Symbol): Buffer[] {
  switch (symbol) {
    case 'hello':
      return pskClient({ random: seededRandom('intruder') }).hello()
    case 'certificate':
      return device.sendFlight([device.certificate()])
    case 'empty certificate':
      return device.sendFlight([device.message(11, Buffer.alloc(3))])
    case 'key exchange':
      return device.sendFlight([device.clientKeyExchange()])
    case 'bad key exchange':
      return device.sendFlight([device.clientKeyExchange(Buffer.of(9, 9))])
    case 'verify':
      return device.sendFlight([device.certificateVerify()])
    case 'bad verify':
      return device.sendFlight([device.certificateVerify(stranger.key)])
    case 'ccs':
      return device.sendFlight([ccs])
    case 'finished':
    case 'bad finished': {
      if (!device.keys) device.deriveKeys(Buffer.alloc(48))
      return device.sendFlight([
        symbol === 'finished' ? device.finished() : device.message(20, Buffer.alloc(12), true),
      ])
    }
    case 'plain finished': {
      const item = device.finished()
      return device.sendFlight(item.kind === 'message' ? [{ ...item, isProtected: false }] : [])
    }
    case 'data':
      return protectedOctets(device, contentType.applicationData, Buffer.from('early'))
    case 'plain data':
      return [device.plain(contentType.applicationData, Buffer.from('plain'))]
    case 'close':
      return [device.plain(contentType.alert, Buffer.of(1, 0))]
    case 'fatal alert':
      return [device.plain(contentType.alert, Buffer.of(2, 40))]
    case 'repeat':
      return device.resend()
  }
}

function play({ connect }: Way, word: readonly Symbol[]): VirtualPort {
  const { port, device } = connect()
  for (const symbol of word) {
    if (port.established.length > 0) break
    for (const octets of octetsOf(device, symbol)) port.deliver(octets)
  }
  return port
}

/** Words near an honest one find more than words from nowhere. */
const wordNear = (honest: readonly Symbol[]) =>
  fc
    .array(fc.tuple(fc.nat(honest.length), fc.constantFrom(...SYMBOLS), fc.nat(3)), { maxLength: 4 })
    .map((edits) => {
      const word = [...honest]
      for (const [at, symbol, kind] of edits)
        word.splice(at, kind === 0 ? 1 : 0, ...(kind === 1 ? [] : [symbol]))
      return word
    })

describe('P1 P2 P7: a handshake', () => {
  for (const [name, way] of Object.entries(ways)) {
    it(`with ${name} completes exactly for the words in which each message comes once and in order`, () => {
      const word = fc.oneof(wordNear(way.honest), fc.array(fc.constantFrom(...SYMBOLS), { maxLength: 8 }))
      const property = fc.property(word, (symbols) => {
        const port = play(way, symbols)
        expect(port.established.length > 0).toBe(completes(symbols, way.honest))
        expect(port.delivered).toEqual([])
      })
      fc.assert(property, { seed: 20_260_101, numRuns: 400, examples: [[[...way.honest]]] })
    })
  }

  it('P2: Finished in epoch 0 never completes', () => {
    const way = ways['a pre-shared key'] as Way
    expect(play(way, ['key exchange', 'ccs', 'plain finished']).established).toEqual([])
    expect(play(way, ['key exchange', 'plain finished', 'ccs']).established).toEqual([])
  })
})

describe('P3: nothing continues', () => {
  for (const [what, alert] of [
    ['close_notify', Buffer.of(1, 0)],
    ['a fatal alert', Buffer.of(2, 40)],
  ] as const) {
    it(`P3: after an authenticated ${what}`, () => {
      const port = new VirtualPort()
      const device = pskClient()
      const session = port.connect(device)

      port.exchange(device, [device.protect(contentType.alert, alert), device.data('more')])

      expect(port.delivered).toEqual([])
      expect(port.take(port.endpoint.send(session, Buffer.from('x')))).toEqual([])
    })
  }

  it('P3: after a fatal alert of the server', () => {
    const way = ways['a pre-shared key'] as Way
    expect(play(way, ['bad key exchange', 'key exchange', 'ccs', 'finished']).established).toEqual([])
  })
})

describe('P4 P5 P8: hellos', () => {
  it('P4: a hello without cookie in mid-handshake changes nothing, one with a cookie starts anew', () => {
    const { port, device } = (ways['a pre-shared key'] as Way).connect()
    const other = pskClient()

    for (const hello of pskClient().hello()) port.deliver(hello)
    expect(port.endpoint.handshakeCount).toBe(1)
    port.connect(other)
    port.exchange(device, device.sendFlight([device.clientKeyExchange(), ccs, device.finished()]))

    expect(port.established).toHaveLength(1)
    expect(device.isEstablished).toBe(false)
  })

  it('P5: a verify request leaves no state and no timer behind', () => {
    const port = new VirtualPort()

    for (const hello of pskClient().hello()) expect(port.deliver(hello)).toHaveLength(1)

    expect([port.endpoint.nextTimeout, port.endpoint.handshakeCount]).toEqual([undefined, 0])
  })

  it('P8: a second hello that offers something else fails the cookie', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const [verify] = device.hello().flatMap((hello) => port.deliver(hello))
    Object.assign(device.options, { suites: [0xc0a8, 0x00a8] })

    const [second] = verify ? device.receive(verify) : []
    const [answer] = port.deliver(second ?? Buffer.alloc(0))

    expect(answer?.[13]).toBe(3)
    expect(port.endpoint.handshakeCount).toBe(0)
  })

  it('P8: a cookie expires, and counts for one address only', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const [verify] = device.hello().flatMap((hello) => port.deliver(hello))
    const [second] = verify ? device.receive(verify) : []

    expect(port.deliver(second ?? Buffer.alloc(0), THERE)[0]?.[13]).toBe(3)
    port.now += 120_000
    expect(port.deliver(second ?? Buffer.alloc(0), HERE)[0]?.[13]).toBe(3)
    expect(port.endpoint.handshakeCount).toBe(0)
  })
})

describe('P6: the last flight', () => {
  it('P6: is sent again for the genuine Finished, not for a corrupted one, nor once data has arrived', () => {
    const port = new VirtualPort()
    const device = pskClient()
    port.connect(device)
    port.now += 5000

    const corrupted = device.protect(
      contentType.handshake,
      Buffer.concat([Buffer.from('1400000c000300000000000c', 'hex'), Buffer.alloc(12)]),
    )
    expect(port.deliver(corrupted)).toEqual([])
    const again = device.resend().flatMap((datagram) => port.deliver(datagram))
    expect(again).toHaveLength(1)
    expect(device.resend().flatMap((datagram) => port.deliver(datagram))).toEqual([])
    port.deliver(device.data('seen'))
    port.now += 5000
    expect(device.resend().flatMap((datagram) => port.deliver(datagram))).toEqual([])
  })
})

describe('P9: the endpoint', () => {
  const way = ways['a pre-shared key'] as Way

  it('P9: answers equal words at equal times with equal octets', () => {
    const run = (word: readonly Symbol[]) => {
      const port = new VirtualPort()
      const device = pskClient({ random: seededRandom('the same') })
      halfway(port, device)
      for (const symbol of word) for (const octets of octetsOf(device, symbol)) port.deliver(octets)
      port.advance(3000)
      return port.sent.map(({ datagram }) => datagram.toString('hex'))
    }
    fc.assert(
      fc.property(wordNear(way.honest), (word) => {
        expect(run(word)).toEqual(run(word))
      }),
      { seed: 7, numRuns: 60 },
    )
  })

  it('P9: serves an honest client after any word, from another port and from the same', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SYMBOLS), { maxLength: 8 }), (word) => {
        const port = play(way, word)
        const before = port.established.length
        port.connect(pskClient(), THERE)
        port.connect(pskClient({ psk }), HERE)
        expect(port.established.length).toBe(before + 2)
      }),
      { seed: 8, numRuns: 100 },
    )
  })
})
