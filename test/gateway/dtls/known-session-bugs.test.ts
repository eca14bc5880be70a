/** Bugs of other DTLS servers around records and established sessions; ids as in the project's conformance list. */
import { describe, expect, it } from 'vitest'
import type { FlightItem } from '../../../gateway/dtls/flight.ts'
import { contentType, writePlainRecord } from '../../../gateway/dtls/record.ts'
import { readSessionState, writeSessionState } from '../../../gateway/dtls/session-state.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { client, HERE, pskClient, serverOptions, THERE, VirtualPort } from './virtual-port.ts'

const ELSEWHERE = { address: '192.0.2.77', port: 7 }

function live(device = pskClient()) {
  const port = new VirtualPort()
  const session = port.connect(device)
  return { port, device, session }
}

/** The server waits for the client's key exchange. */
function halfway(device: DtlsClient): VirtualPort {
  const port = new VirtualPort()
  device.finalFlight = () => []
  port.exchange(device, device.hello())
  return port
}

function altered(octets: Buffer, offset: number, value: number): Buffer {
  const copy = Buffer.from(octets)
  copy[offset] = value
  return copy
}

describe('records of a live session', () => {
  it('N4: plaintext application data after the handshake is dropped', () => {
    const { port, device } = live()

    port.exchange(device, [device.plain(contentType.applicationData, Buffer.from('plain'))])

    expect(port.delivered).toEqual([])
  })

  it('N5: explicit nonces are the counter and never repeat, also over restores', () => {
    const { port, session, device } = live()
    const seen = new Set<string>()
    const octets = Buffer.from('x')
    let current = { endpoint: port.endpoint, session }
    let largest = -1
    for (let restart = 0; restart < 5; restart++) {
      const state = current.endpoint.exportSession(current.session)
      for (let index = 0; index < 4000; index++) {
        const [effect] = current.endpoint.send(current.session, octets)
        if (effect?.kind !== 'send') throw new Error('not sent')
        const cid = device.options.cid?.length ?? 0
        expect(effect.datagram.subarray(3, 11).equals(effect.datagram.subarray(13 + cid, 21 + cid))).toBe(
          true,
        )
        largest = Math.max(largest, effect.datagram.readUIntBE(5, 6))
        seen.add(effect.datagram.toString('hex', 13 + cid, 21 + cid))
      }
      const endpoint = new VirtualPort(serverOptions({}, `restart ${restart}`)).endpoint
      const next = state && endpoint.importSession(readSessionState(writeSessionState(state)), 0)
      if (next === undefined) throw new Error('not restored')
      current = { endpoint, session: next }
    }

    expect(seen.size).toBe(20_000)
    expect(largest).toBeLessThan(25_000)
  })

  it('N11: peers with Connection IDs of 0 to 255 octets get records of the largest size', () => {
    for (const length of [0, 1, 32, 33, 255]) {
      const cid = Buffer.alloc(length, 0xc1)
      const device = pskClient({ cid })
      // Above 32 octets the server acts as if none were offered, so the client expects classic records.
      if (length > 32)
        Object.assign(device.options, {
          cid: undefined,
          extensions: new Map([[54, Buffer.concat([Buffer.of(length), cid])]]),
        })
      const { port, session } = live(device)
      const content = Buffer.alloc(2 ** 14, 0x61)

      for (const datagram of port.take(port.endpoint.send(session, content))) device.receive(datagram)
      port.exchange(device, [device.protect(contentType.applicationData, content)])

      expect(device.received[0]?.length).toBe(2 ** 14)
      expect(port.of('data')[0]?.octets.length).toBe(2 ** 14)
    }
  })

  it('N16: a record with a huge epoch or sequence number moves nothing', () => {
    const { port, device } = live()
    const forged = Buffer.from(device.data('x'))
    forged.fill(0xff, 3, 11)
    const hugeSequence = Buffer.from(device.data('y'))
    hugeSequence.fill(0xff, 5, 11)

    port.exchange(device, [forged, hugeSequence, device.data('genuine')])

    expect(port.delivered).toEqual(['genuine'])
  })

  it('N20: a session is found by its Connection ID alone after the port has changed', () => {
    const { port, device } = live()

    port.exchange(device, [device.data('from elsewhere')], THERE)

    expect(port.delivered).toEqual(['from elsewhere'])
    expect(port.of('data')[0]?.from).toEqual(THERE)
  })

  it('N21: an unknown Connection ID is met with silence', () => {
    const { port, device } = live()
    const stranger = altered(device.data('x'), 12, 0xee)
    const before = port.sent.length

    port.exchange(device, [stranger])

    expect(port.sent.length).toBe(before)
    expect(port.endpoint.drops['unknown-connection-id']).toBe(1)
  })

  it('N22: sequence number 2^48-1 is not taken', () => {
    const { port, device } = live()

    port.exchange(device, [device.protect(23, Buffer.from('last'), 2 ** 48 - 1)])
    port.exchange(device, [device.data('next')])

    expect(port.delivered).toEqual(['next'])
  })

  it('N22: a flood of plaintext alerts ends neither a session nor a handshake at once', () => {
    const { port, device } = live()
    const other = pskClient()
    const finalFlight = other.finalFlight.bind(other)
    other.finalFlight = () => []
    port.exchange(other, other.hello(), THERE)

    for (let index = 0; index < 1000; index++) {
      port.deliver(writePlainRecord(contentType.alert, index, Buffer.of(2, 40)), HERE)
      port.deliver(writePlainRecord(contentType.alert, index, Buffer.of(2, 40)), THERE)
    }
    port.exchange(device, [device.data('alive')])
    port.exchange(other, finalFlight(), THERE)

    expect(port.delivered).toEqual(['alive'])
    expect(other.isEstablished).toBe(true)
  })

  it('N22b: a record counts only as it was sealed: Connection ID, its length, version, format, epoch', () => {
    const { port, device } = live()
    const genuine = device.data('genuine')
    const classic = Buffer.from(genuine)
    classic[0] = 23
    const forgeries = [
      altered(genuine, 18, 0x55),
      altered(genuine, 2, 0xfe),
      altered(genuine, 1, 0xfd),
      altered(genuine, 4, 0),
      altered(genuine, 4, 2),
      altered(genuine, 10, 9),
      classic,
      genuine.subarray(0, genuine.length - 1),
    ]

    port.exchange(device, forgeries)
    device.serverCid = Buffer.alloc(0)
    port.exchange(device, [device.data('classic record in a session with Connection ID')])
    port.exchange(device, [genuine])

    expect(port.delivered).toEqual(['genuine'])
  })

  it('N22b: an inner type of 25, 0 or 99 is dropped, and the session goes on', () => {
    const { port, device } = live()

    for (const type of [25, 99, 24, 20]) port.exchange(device, [device.protect(type, Buffer.from('x'))])
    port.exchange(device, [device.protect(0, Buffer.alloc(16))])
    port.exchange(device, [device.data('still here')])

    expect(port.delivered).toEqual(['still here'])
    expect(port.of('closed')).toEqual([])
  })

  it('N22b: records before ChangeCipherSpec are bounded and deliver nothing', () => {
    const device = pskClient()
    const port = halfway(device)
    const exchange = device.clientKeyExchange()
    const finished = device.finished()
    const [first] = device.sendFlight([exchange])
    port.deliver(first ?? Buffer.alloc(0))

    for (let index = 0; index < 500; index++)
      port.deliver(device.protect(23, Buffer.from('early'), 100 + index))

    expect(port.delivered).toEqual([])
    expect(port.established).toEqual([])
    port.exchange(device, device.sendFlight([{ kind: 'change-cipher-spec' }, finished]))
    expect(port.established).toHaveLength(1)
  })

  it('N23: each record is delivered once, when replayed, after the window has moved on, and after a restore', () => {
    const { port, device, session } = live()
    const records = Array.from({ length: 200 }, (_, index) => device.data(`${index}`))

    for (const record of records) port.exchange(device, [record, record])
    for (const record of records) port.exchange(device, [record])
    const state = port.endpoint.exportSession(session, 0)
    const restored = new VirtualPort(serverOptions({}, 'restored'))
    if (state) restored.endpoint.importSession(readSessionState(writeSessionState(state)), 0)
    for (const record of records) restored.exchange(device, [record])

    expect(port.delivered).toEqual(records.map((_, index) => `${index}`))
    expect(restored.delivered).toEqual([])
    restored.exchange(device, [device.data('fresh')])
    expect(restored.delivered).toEqual(['fresh'])
  })

  it('N23: after a crash nothing that may have been read since the last save is read again', () => {
    const { port, device, session } = live()
    const state = port.endpoint.exportSession(session)
    const unsaved = Array.from({ length: 10 }, (_, index) => device.data(`${index}`))
    port.exchange(device, unsaved)
    const restored = new VirtualPort(serverOptions({}, 'restored'))
    if (state) restored.endpoint.importSession(state, 10)

    restored.exchange(device, [...unsaved, device.data('fresh')])

    expect(restored.delivered).toEqual(['fresh'])
  })

  it('N24: a replayed or older record does not move the address, nor yield more than three times its octets', () => {
    const { port, device, session } = live()
    const [older, newer] = [device.data('older'), device.data('newer')]
    port.exchange(device, [newer])

    port.exchange(device, [newer, older], ELSEWHERE)
    expect(session.peer).toEqual(HERE)
    const spoofed = device.data('spoofed')
    port.exchange(device, [spoofed], ELSEWHERE)
    for (let index = 0; index < 20; index++)
      port.take(port.endpoint.send(session, Buffer.alloc(60), ELSEWHERE))

    const yielded = port.sent.filter(({ to }) => to.address === ELSEWHERE.address)
    const octets = yielded.reduce((sum, { datagram }) => sum + datagram.length, 0)
    expect(octets).toBeGreaterThan(0)
    expect(octets).toBeLessThanOrEqual(3 * spoofed.length)
    expect(session.peer).toEqual(HERE)
  })
})

describe('the order of a handshake (N22)', () => {
  const changeCipherSpec: FlightItem = { kind: 'change-cipher-spec' }
  const words: [string, (device: DtlsClient) => FlightItem[], boolean][] = [
    ['in order', (device) => [device.clientKeyExchange(), changeCipherSpec, device.finished()], true],
    [
      'with two CCS',
      (device) => [device.clientKeyExchange(), changeCipherSpec, changeCipherSpec, device.finished()],
      true,
    ],
    [
      'with CCS before the key exchange',
      (device) => [changeCipherSpec, device.clientKeyExchange(), device.finished()],
      false,
    ],
    [
      'with Finished before CCS',
      (device) => {
        const exchange = device.clientKeyExchange()
        return [exchange, device.finished(), changeCipherSpec]
      },
      false,
    ],
  ]
  for (const [what, word, completes] of words) {
    it(`N22: a flight ${what} ${completes ? 'completes' : 'does not complete'}`, () => {
      const device = pskClient()
      const port = halfway(device)

      port.exchange(device, device.sendFlight(word(device)))

      expect(port.established).toHaveLength(completes ? 1 : 0)
    })
  }

  it('N22: application data before Finished is not delivered, before or after it', () => {
    const device = pskClient()
    const port = halfway(device)
    const flight = device.sendFlight([device.clientKeyExchange(), changeCipherSpec])
    port.exchange(device, flight)
    const early = device.protect(23, Buffer.from('early'), 7)

    port.exchange(device, [early])
    port.exchange(device, device.sendFlight([device.finished()]))

    expect(port.established).toHaveLength(1)
    expect(port.delivered).toEqual([])
  })

  it('N22: a hello inside a session is answered with no_renegotiation, and the session goes on', () => {
    const { port, device } = live(client())
    for (let index = 0; index < 5; index++) {
      port.exchange(device, [device.protect(22, Buffer.from('010000000000000000000000', 'hex'))])
    }
    port.exchange(device, [device.data('unimpressed')])

    expect(device.alerts).toEqual([100, 100])
    expect(port.delivered).toEqual(['unimpressed'])
  })
})
