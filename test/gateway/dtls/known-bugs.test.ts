/** Bugs that other DTLS servers had, as tests that this one must pass; the ids are the project's conformance list. */
import { describe, expect, it } from 'vitest'
import type { FlightItem } from '../../../gateway/dtls/flight.ts'
import { writeHandshakeFragment } from '../../../gateway/dtls/handshake-message.ts'
import { contentType, writePlainRecord } from '../../../gateway/dtls/record.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { fragment, halfway, mutated } from './forgery.ts'
import { issueCertificate } from './test-certificate.ts'
import {
  client,
  defaultPolicy,
  deviceCertificate,
  HERE,
  pskClient,
  serverOptions,
  THERE,
  VirtualPort,
} from './virtual-port.ts'

const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }
const requiresCertificate = serverOptions({
  tenantFor: () => ({ ...defaultPolicy, clientAuthentication: 'required' }),
})

function isServed(port: VirtualPort, from = HERE): boolean {
  const honest = pskClient()
  port.connect(honest, from)
  port.exchange(honest, [honest.data('honest')], from)
  return port.delivered.at(-1) === 'honest'
}

describe('handshakes', () => {
  it('N1: drops an empty fragment of a message that is not empty', () => {
    const port = new VirtualPort()
    const device = pskClient()
    halfway(port, device)

    expect(port.deliver(fragment(16, 5, 2, 0, Buffer.alloc(0)))).toEqual([])
    expect(port.endpoint.handshakeCount).toBe(1)
    expect(isServed(port, THERE)).toBe(true)
  })

  it('N2: keeps nothing of fragments without a cookie', () => {
    const port = new VirtualPort()

    for (let index = 0; index < 1000; index++) {
      port.deliver(fragment(16, 16_000, index, 100, Buffer.alloc(100)), { ...HERE, port: 1000 + index })
      port.deliver(fragment(1, 16_000, 1, 100, Buffer.alloc(100)), { ...HERE, port: 1000 + index })
    }

    expect([port.endpoint.handshakeCount, port.endpoint.sessionCount, port.sent.length]).toEqual([0, 0, 0])
  })

  it('N3: refuses a certificate without CertificateVerify, and one by another key', () => {
    const other = issueCertificate({ name: 'other' })
    for (const forge of [
      (device: DtlsClient) => [device.certificate(), device.clientKeyExchange()],
      (device: DtlsClient) => [
        device.certificate(),
        device.clientKeyExchange(),
        device.certificateVerify(other.key),
      ],
    ]) {
      const port = new VirtualPort()
      const device = client({ certificate })
      halfway(port, device)
      const items = forge(device)

      port.exchange(device, device.sendFlight([...items, { kind: 'change-cipher-spec' }, device.finished()]))

      expect(port.established).toEqual([])
      expect(device.isEstablished).toBe(false)
    }
  })

  it('N6: asks for a cookie before a resumption, and before the full handshake it falls back to', () => {
    const port = new VirtualPort()
    const first = client({ takesTickets: true })
    port.connect(first)
    const forged = { ...first.session, ticket: Buffer.alloc(100, 9) }
    const second = client({ takesTickets: true, resume: forged })
    const before = port.sent.length

    port.exchange(second, second.hello(), THERE)

    expect(port.sent[before]?.datagram[13]).toBe(3)
    expect([second.isEstablished, second.isResumed]).toEqual([true, false])
  })

  it('N7: serves good clients after many failing handshakes, and counts back to zero', () => {
    const port = new VirtualPort()
    for (let index = 0; index < 2000; index++) {
      const device = pskClient({ psk: { identity: Buffer.from('nobody'), key: Buffer.alloc(16) } })
      port.exchange(device, device.hello(), { ...HERE, port: 1024 + index })
      port.sent.length = 0
    }

    expect(port.endpoint.handshakeCount).toBeLessThanOrEqual(100)
    while (port.endpoint.nextTimeout !== undefined) port.pass()
    expect([port.endpoint.handshakeCount, port.endpoint.sessionCount]).toEqual([0, 0])
    expect(isServed(port)).toBe(true)
  })

  it('N8: a failed certificate handshake does not poison the next from the same address', () => {
    const port = new VirtualPort()
    const stranger = issueCertificate({ name: 'stranger' })
    const bad = client({ certificate: { chain: [stranger.der], key: stranger.key } })

    port.exchange(bad, bad.hello())

    expect(bad.alerts).toEqual([48])
    expect(port.connect(client({ certificate })).identity.kind).toBe('certificate')
  })

  it('N9: the simulated client refuses a ServerKeyExchange with a wrong signature', () => {
    const port = new VirtualPort()
    const device = client()
    const answers = device.hello().flatMap((hello) => port.deliver(hello))
    const flight = answers.flatMap((answer) => device.receive(answer)).flatMap((hello) => port.deliver(hello))

    // The last octets before ServerHelloDone belong to the signature.
    for (const datagram of flight) device.receive(mutated(datagram, datagram.length - 13 - 12 - 13 - 12 - 40))

    expect(device.fault ?? 'none').not.toBe('none')
    expect(device.isEstablished).toBe(false)
  })

  it('N10: a hello starts nothing with a number above 2, above 0 without a cookie, or 0 with one', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const [verify] = device.hello().flatMap((hello) => port.deliver(hello))
    const withCookie = verify ? device.receive(verify) : []
    const numbered = (octets: Buffer, sequence: number) => {
      const copy = Buffer.from(octets)
      copy.writeUInt16BE(sequence, 17)
      return copy
    }
    const first = pskClient().hello()[0] ?? Buffer.alloc(0)
    const second = withCookie[0] ?? Buffer.alloc(0)

    for (const octets of [numbered(second, 3), numbered(second, 0), numbered(first, 1), numbered(first, 9)]) {
      expect(port.deliver(octets)).toEqual([])
    }
    expect(port.endpoint.handshakeCount).toBe(0)
    port.deliver(numbered(second, 2))
    expect(port.endpoint.handshakeCount).toBe(1)
  })

  it('N12: a hello truncated anywhere is dropped, also on the address of a live session', () => {
    const port = new VirtualPort()
    const live = pskClient()
    port.connect(live)
    const hello = pskClient().hello()[0] ?? Buffer.alloc(0)
    const body = hello.subarray(25)

    for (let length = 0; length < body.length; length++) {
      port.deliver(hello.subarray(0, 25 + length))
      const cut = writeHandshakeFragment({ type: 1, sequence: 0, body: body.subarray(0, length) })
      port.deliver(writePlainRecord(contentType.handshake, 0, cut))
    }

    expect(port.endpoint.handshakeCount).toBe(0)
    port.exchange(live, [live.data('alive')])
    expect(port.delivered).toEqual(['alive'])
  })

  it('N13: a forged hello from the address of a live session does not end it, with or without Connection ID', () => {
    for (const live of [pskClient(), pskClient({ cid: undefined })]) {
      const port = new VirtualPort()
      port.connect(live)
      const forger = pskClient()
      halfway(port, forger)
      for (let index = 0; index < 10; index++) port.pass()

      port.exchange(live, [live.data('alive')])

      expect(port.delivered).toEqual(['alive'])
    }
  })

  it('N14: a hello with a wrong version or wrong lengths never gets past the cookie', () => {
    const port = new VirtualPort()
    const hello = pskClient().hello()[0] ?? Buffer.alloc(0)
    const old = Buffer.from(hello)
    old.writeUInt16BE(0xfeff, 25)

    for (let offset = 11; offset < 62; offset++) {
      port.deliver(mutated(hello, offset))
      port.deliver(mutated(hello, offset, 1))
    }

    expect(port.endpoint.handshakeCount).toBe(0)
    const [alert] = port.deliver(old)
    expect(alert?.subarray(13)).toEqual(Buffer.of(2, 70))
    expect(alert?.length).toBeLessThan(hello.length)
  })

  it('N15: hello, key exchange and CCS in another epoch than 0 are dropped', () => {
    const port = new VirtualPort()
    const device = pskClient()
    const inEpoch = (datagram: Buffer, epoch: number) => {
      const copy = Buffer.from(datagram)
      copy.writeUInt16BE(epoch, 3)
      return copy
    }
    for (const hello of device.hello())
      for (const epoch of [1, 2, 65535]) expect(port.deliver(inEpoch(hello, epoch))).toEqual([])
    halfway(port, device)
    const items = [device.clientKeyExchange(), { kind: 'change-cipher-spec' } as const]

    for (const record of device.sendFlight(items).flatMap(recordsOf)) port.deliver(inEpoch(record, 1))

    expect(port.of('psk-wanted')).toEqual([])
    expect(port.endpoint.sessionCount).toBe(0)
  })

  it('N17: serves a good client after a malformed Certificate', () => {
    const port = new VirtualPort(requiresCertificate)
    const bad = client({ certificate: { chain: [Buffer.alloc(30, 0x30)], key: deviceCertificate.key } })
    port.exchange(bad, bad.hello())
    const malformed = client({ certificate })
    halfway(port, malformed)
    port.exchange(malformed, malformed.sendFlight([malformed.message(11, Buffer.from('0000ff0000', 'hex'))]))

    expect(bad.alerts).toEqual([42])
    expect(malformed.alerts).toEqual([50])
    expect(port.connect(client({ certificate })).identity.kind).toBe('certificate')
  })

  it('N18: does not finish without Certificate, CertificateVerify or key exchange where a certificate is required', () => {
    const ways: ((device: DtlsClient) => FlightItem[])[] = [
      (device) => [device.clientKeyExchange()],
      (device) => [device.clientKeyExchange(), device.certificateVerify()],
      (device) => [device.certificate(), device.certificateVerify()],
      () => [],
    ]
    for (const way of ways) {
      const port = new VirtualPort(requiresCertificate)
      const device = client({ certificate })
      halfway(port, device)
      const items = way(device)
      if (device.keys === undefined) device.deriveKeys(Buffer.alloc(48))

      port.exchange(device, device.sendFlight([...items, { kind: 'change-cipher-spec' }, device.finished()]))

      expect(port.established).toEqual([])
    }
  })

  it('N19: a client whose random changes after the verify request stays there, and leaves no state', () => {
    const port = new VirtualPort()
    const zeros = pskClient({ random: (length) => Buffer.alloc(length) })
    const [verify] = zeros.hello().flatMap((hello) => port.deliver(hello))
    const [second] = verify ? zeros.receive(verify) : []
    const changed = mutated(second ?? Buffer.alloc(40), 30)

    const [again] = port.deliver(changed)

    expect(again?.[13]).toBe(3)
    expect(port.endpoint.handshakeCount).toBe(0)
  })

  it('N19: the randoms of the server are never zero and never repeat', () => {
    const port = new VirtualPort()
    const seen = new Set<string>()
    for (let index = 0; index < 20; index++) {
      port.connect(pskClient(), { ...HERE, port: 2000 + index })
    }
    for (const { datagram } of port.sent) {
      if (datagram[0] === 22 && datagram[13] === 2) seen.add(datagram.toString('hex', 27, 59))
    }

    expect(seen.size).toBe(20)
    expect(seen.has('00'.repeat(32))).toBe(false)
  })
})

function recordsOf(datagram: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let start = 0; start + 13 <= datagram.length; ) {
    const cid = datagram[start] === contentType.connectionId ? 8 : 0
    const end = start + 13 + cid + datagram.readUInt16BE(start + 11 + cid)
    records.push(datagram.subarray(start, end))
    start = end
  }
  return records
}
