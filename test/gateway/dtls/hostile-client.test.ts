/** What a client tries who has an address, and perhaps no key: to be somebody else, to be multiplied, to use things up. */
import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../gateway/dtls/endpoint-effect.ts'
import { createDropCounters } from '../../../gateway/dtls/endpoint-effect.ts'
import { HandshakeDesk } from '../../../gateway/dtls/handshake-desk.ts'
import { contentType, readRecord, writePlainRecord } from '../../../gateway/dtls/record.ts'
import { SessionRegistry } from '../../../gateway/dtls/session-registry.ts'
import { SessionSlab } from '../../../gateway/dtls/session-slab.ts'
import {
  client,
  defaultPolicy,
  HERE,
  NOW,
  psk,
  pskClient,
  serverOptions,
  THERE,
  VirtualPort,
} from './virtual-port.ts'

const HEADER = 13

describe('a client that wants to be somebody else', () => {
  it('does not write an identity into its ticket by an endless server name', () => {
    const port = new VirtualPort(serverOptions({ tenantFor: () => defaultPolicy }))
    // 256 octets have the length 0 in one octet: what follows would be read as a certificate that never ends.
    const serverName = `\x01\x01\x02\x02zzzzz${'a'.repeat(32)}`.padEnd(256, 'z')
    const forger = client({ serverName, takesTickets: true })

    port.exchange(forger, forger.hello())
    const resuming = client({ takesTickets: true, resume: forger.session })
    port.exchange(resuming, resuming.hello(), THERE)

    expect(port.established.map(({ session }) => session.identity.kind)).toEqual(['anonymous'])
    expect(forger.alerts).toEqual([47])
  })

  it('does not get in with a server name of octets that no name has', () => {
    const port = new VirtualPort(serverOptions({ tenantFor: () => defaultPolicy }))
    const device = client({ serverName: 'é.example' })

    port.exchange(device, device.hello())

    expect(device.alerts).toEqual([47])
  })
})

describe('an address that nobody has proven', () => {
  it('gets one datagram for one, however many hellos are in it', () => {
    const content = (pskClient().hello()[0] ?? Buffer.alloc(0)).subarray(HEADER)
    const inOneRecord = writePlainRecord(
      contentType.handshake,
      0,
      Buffer.concat(Array.from({ length: 10 }, () => content)),
    )
    const inManyRecords = Buffer.concat(
      Array.from({ length: 10 }, (_, index) => writePlainRecord(contentType.handshake, index, content)),
    )

    expect(new VirtualPort().deliver(inOneRecord)).toHaveLength(1)
    expect(new VirtualPort().deliver(inManyRecords)).toHaveLength(1)
  })
})

describe('clients without a key', () => {
  it('do not shut others out by going as far as one can without it', () => {
    const port = new VirtualPort(serverOptions({ handshakeLimit: 20 }))
    for (let index = 0; index < 20; index++) {
      const keyless = pskClient({ psk: { identity: Buffer.from('nobody'), key: Buffer.alloc(16) } })
      const finalFlight = keyless.finalFlight.bind(keyless)
      keyless.finalFlight = () => finalFlight().map((datagram) => firstRecordOf(datagram))
      port.exchange(keyless, keyless.hello(), { ...THERE, port: 1000 + index })
    }
    expect(port.endpoint.handshakeCount).toBe(20)

    const honest = pskClient()
    port.connect(honest)

    expect(honest.isEstablished).toBe(true)
  })

  it('leave no session behind that is made and refused in one step', () => {
    const slab = new SessionSlab()
    const options = serverOptions()
    const desk = new HandshakeDesk(options, new SessionRegistry(), slab, createDropCounters())
    const device = pskClient()
    let next = slab.allocate(48)
    slab.release(next)
    const expected = next.index

    const [hello] = deliver(desk, device.hello()).flatMap((octets) => device.receive(octets))
    device.finalFlight = () => []
    deliver(desk, hello ? [hello] : []).flatMap((octets) => device.receive(octets))
    const exchange = device.clientKeyExchange()
    const unexpected = device.message(14, Buffer.alloc(0))
    deliver(desk, [...device.sendFlight([unexpected]), ...device.sendFlight([exchange])])

    next = slab.allocate(48)
    expect(desk.size).toBe(0)
    expect(next.index).toBe(expected)
  })
})

function firstRecordOf(datagram: Buffer): Buffer {
  return datagram.subarray(0, HEADER + datagram.readUInt16BE(HEADER - 2))
}

/** The desk's datagrams. */
function deliver(desk: HandshakeDesk, datagrams: readonly Buffer[]): Buffer[] {
  const effects: Effect[] = []
  for (const datagram of datagrams) {
    const arrived: Effect[] = []
    for (let start = 0; start < datagram.length; ) {
      const record = readRecord(datagram, start, 8)
      if (!record) throw new Error('no record')
      desk.receivePlain(datagram, record, HERE, NOW, arrived)
      start = record.end
    }
    for (const effect of [...arrived]) {
      if (effect.kind === 'psk-wanted') desk.providePsk(effect.handshake, psk.key, NOW, arrived)
    }
    effects.push(...arrived)
  }
  return effects.flatMap((effect) => (effect.kind === 'send' ? [effect.datagram] : []))
}
