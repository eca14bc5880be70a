/** Parameters that other DTLS servers have mistaken; the ids are the project's conformance list. */
import { describe, expect, it } from 'vitest'
import { extensionType } from '../../../gateway/dtls/extension.ts'
import type { FlightItem } from '../../../gateway/dtls/flight.ts'
import { writeHandshakeFragment } from '../../../gateway/dtls/handshake-message.ts'
import { uint16, vector16 } from '../../../gateway/dtls/octet-writer.ts'
import { writePlainRecord } from '../../../gateway/dtls/record.ts'
import { fragment, halfway } from './forgery.ts'
import {
  client,
  defaultPolicy,
  deviceCertificate,
  pskClient,
  serverOptions,
  THERE,
  VirtualPort,
} from './virtual-port.ts'

const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }

describe('parameters (N22)', () => {
  it('N22: a ticket of one tenant opens nothing under the name of another', () => {
    const port = new VirtualPort(
      serverOptions({
        tenantFor: (name = 'a') => ({ ...defaultPolicy, tenant: name, serverNames: [name] }),
      }),
    )
    const first = client({ takesTickets: true, serverName: 'a' })
    port.connect(first)
    const second = client({ takesTickets: true, serverName: 'b', resume: first.session })

    expect(port.connect(second, THERE).tenant).toBe('b')
    expect(second.isResumed).toBe(false)
  })

  it('N22: an unknown server name is refused with unrecognized_name', () => {
    const port = new VirtualPort()
    const device = client({ serverName: 'nobody.example' })

    port.exchange(device, device.hello())

    expect(device.alerts).toEqual([112])
  })

  for (const length of [0, 129, 65_535]) {
    it(`N22: a PSK identity of ${length} octets is refused`, () => {
      const port = new VirtualPort()
      const device = pskClient()
      halfway(port, device)
      const body = vector16(Buffer.alloc(Math.min(length, 60_000), 0x61))
      if (length === 65_535) body.writeUInt16BE(65_535)

      const { message: forged } = device.message(16, body) as Extract<FlightItem, { kind: 'message' }>
      const half = writePlainRecord(22, 50, writeHandshakeFragment(forged).subarray(0, 1200))
      port.exchange(
        device,
        length > 1000
          ? [half]
          : device.sendFlight([{ kind: 'message', message: forged, isProtected: false }]),
      )

      expect(port.of('psk-wanted')).toEqual([])
      expect(port.established).toEqual([])
    })
  }

  it('N22: an unknown PSK identity fails as a wrong key does, in silence', () => {
    const port = new VirtualPort()
    const unknown = pskClient({ psk: { identity: Buffer.from('nobody'), key: Buffer.alloc(16) } })
    const wrong = pskClient({ psk: { identity: Buffer.from('dev1'), key: Buffer.alloc(16) } })

    port.exchange(unknown, unknown.hello())
    port.exchange(wrong, wrong.hello(), THERE)

    expect([unknown.alerts, wrong.alerts]).toEqual([[], []])
    expect(port.established).toEqual([])
  })

  it('N22: a client share off the curve, of another form or length is refused', () => {
    const offCurve = Buffer.alloc(65, 1)
    offCurve[0] = 4
    for (const share of [offCurve, Buffer.alloc(33, 2), Buffer.alloc(65, 3), Buffer.of(0)]) {
      const port = new VirtualPort()
      const device = client()
      halfway(port, device)

      port.exchange(
        device,
        device.sendFlight([
          device.certificate(),
          device.clientKeyExchange(Buffer.concat([Buffer.of(share.length), share])),
        ]),
      )

      expect(device.alerts).toEqual([47])
    }
  })

  it('N22: an ECDSA signature with r or s zero, or over-long DER, is refused', () => {
    for (const signature of [
      '3006020100020101',
      '3006020101020100',
      `30820104${'00'.repeat(260)}`,
      '',
      '30',
    ]) {
      const port = new VirtualPort()
      const device = client({ certificate })
      halfway(port, device)
      const items = [device.certificate(), device.clientKeyExchange()]
      const body = Buffer.concat([uint16(0x0403), vector16(Buffer.from(signature, 'hex'))])
      items.push(device.message(15, body), { kind: 'change-cipher-spec' }, device.finished())

      port.exchange(device, device.sendFlight(items))

      expect(device.alerts).toEqual([51])
      expect(port.established).toEqual([])
    }
  })

  for (const code of [0, 5]) {
    it(`N22: max_fragment_length ${code} is refused with illegal_parameter`, () => {
      const port = new VirtualPort()
      const device = client({ extensions: new Map([[extensionType.maxFragmentLength, Buffer.of(code)]]) })

      port.exchange(device, device.hello())

      expect(device.alerts).toEqual([47])
    })
  }

  it('N22: missing extended master secret, SHA-1 only and a non-empty renegotiation_info are refused', () => {
    for (const [type, body] of [
      [extensionType.signatureAlgorithms, vector16(uint16(0x0203))],
      [extensionType.renegotiationInfo, Buffer.from('020000', 'hex')],
      [extensionType.extendedMasterSecret, Buffer.of(1)],
    ] as const) {
      const port = new VirtualPort()
      const device = client({ extensions: new Map([[type, body]]) })

      port.exchange(device, device.hello())

      expect(device.alerts).toHaveLength(1)
      expect(port.endpoint.handshakeCount).toBe(0)
    }
  })

  it('N22: an extension that stands twice is refused', () => {
    const port = new VirtualPort()
    const device = client()
    const [verify] = device.hello().flatMap((hello) => port.deliver(hello))
    if (verify) device.receive(verify)
    const twice = Buffer.from(device.resend()[0] ?? [])
    // renegotiation_info (ff01 0001 00) comes first; the empty extension after it takes its number.
    const at = twice.indexOf(Buffer.from('ff01000100', 'hex'))
    twice.writeUInt16BE(0xff01, at + 5)

    const [alert] = port.deliver(twice)

    expect(alert?.subarray(13)).toEqual(Buffer.of(2, 47))
  })

  it('N22: overlapping fragments that differ do not overwrite each other', () => {
    const port = new VirtualPort()
    const device = pskClient()
    halfway(port, device)
    const exchange = device.clientKeyExchange() as Extract<FlightItem, { kind: 'message' }>
    const { type, sequence, body } = exchange.message

    port.deliver(fragment(type, body.length, sequence, 0, body.subarray(0, 4)))
    port.deliver(fragment(type, body.length, sequence, 2, Buffer.from('zzzz')))
    port.exchange(device, device.sendFlight([exchange, { kind: 'change-cipher-spec' }, device.finished()]))

    expect(device.isEstablished).toBe(true)
  })
})
