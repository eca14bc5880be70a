import { describe, expect, it } from 'vitest'
import { cipherSuites } from '../../../gateway/dtls/cipher-suite.ts'
import { extensionType } from '../../../gateway/dtls/extension.ts'
import {
  client,
  defaultPolicy,
  deviceCertificate,
  HERE,
  psk,
  pskClient,
  serverOptions,
  THERE,
  VirtualPort,
} from './virtual-port.ts'

const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }

describe('a full handshake', () => {
  for (const { code, name } of cipherSuites) {
    for (const [what, cid] of [
      ['no Connection ID', undefined],
      ['a Connection ID to the server', Buffer.alloc(0)],
      ['Connection IDs both ways', Buffer.from('c1c2', 'hex')],
    ] as const) {
      it(`succeeds with ${name} and ${what}, and data flows both ways`, () => {
        const port = new VirtualPort()
        const device = client({ suites: [code], psk, cid })

        const session = port.connect(device)
        port.exchange(device, [device.data('question')])
        for (const answer of port.take(port.endpoint.send(session, Buffer.from('answer'))))
          device.receive(answer)

        expect(port.delivered).toEqual(['question'])
        expect(device.received.map(String)).toEqual(['answer'])
        expect(port.endpoint.handshakeCount).toBe(0)
      })
    }
  }

  for (const [name, group] of [
    ['P-256', 23],
    ['P-384', 24],
    ['brainpoolP256r1', 26],
    ['x25519', 29],
  ] as const) {
    it(`agrees on ${name} when the client names no other group for ECDH`, () => {
      const port = new VirtualPort(serverOptions({ groups: [group] }))
      const device = client({ groups: [23, group] })

      port.connect(device)

      expect(device.isEstablished).toBe(true)
    })
  }

  it('tells the identity of a client certificate', () => {
    const port = new VirtualPort()

    const session = port.connect(client({ certificate }))

    expect(session.identity).toMatchObject({ kind: 'certificate' })
    expect(session.tenant).toBe('acme')
  })

  it('tells the identity of a raw public key, the server showing one too', () => {
    const port = new VirtualPort()

    const session = port.connect(client({ certificate, usesRawPublicKeys: true }))

    expect(session.identity).toMatchObject({ kind: 'raw-public-key' })
  })

  it('tells the identity of a pre-shared key', () => {
    expect(new VirtualPort().connect(pskClient()).identity).toEqual({ kind: 'psk', identity: 'dev1' })
  })

  it('lets a client without certificate in where one is optional, and refuses it where one is required', () => {
    const optional = new VirtualPort()
    const required = new VirtualPort(
      serverOptions({ tenantFor: () => ({ ...defaultPolicy, clientAuthentication: 'required' }) }),
    )
    const refused = client()

    expect(optional.connect(client()).identity).toEqual({ kind: 'anonymous' })
    required.exchange(refused, refused.hello())
    expect(refused.alerts).toEqual([40])
  })

  it('selects the protocol and acknowledges the server name', () => {
    const port = new VirtualPort()
    const device = client({ serverName: 'acme.example', protocol: 'coap' })

    port.connect(device)

    expect(port.established[0]).toMatchObject({ protocol: 'coap', serverName: 'acme.example' })
    expect(device.serverHelloExtensions.get(extensionType.serverName)).toEqual(Buffer.alloc(0))
  })
})

describe('resumption', () => {
  it('takes a session up again by ticket, with fresh keys and a fresh Connection ID', () => {
    const port = new VirtualPort()
    const first = client({ takesTickets: true, certificate })
    const before = port.connect(first)
    const second = client({ takesTickets: true, resume: first.session })

    const after = port.connect(second, THERE)

    expect(second.isResumed).toBe(true)
    expect(after.identity).toEqual(before.identity)
    expect(second.serverCid).not.toEqual(first.serverCid)
    expect(second.keys?.client.key).not.toEqual(first.keys?.client.key)
  })

  it('takes a session up again by session id', () => {
    const port = new VirtualPort()
    const first = pskClient()
    port.connect(first)
    const second = pskClient({ resume: first.session })

    const session = port.connect(second, THERE)
    port.exchange(second, [second.data('again')], THERE)

    expect(second.isResumed).toBe(true)
    expect(session.identity).toEqual({ kind: 'psk', identity: 'dev1' })
    expect(port.delivered).toEqual(['again'])
  })

  it('falls back to a full handshake when the ticket is too old', () => {
    const port = new VirtualPort()
    const first = client({ takesTickets: true })
    port.connect(first)
    const second = client({ takesTickets: true, resume: first.session })
    port.now += 25 * 3600 * 1000

    port.connect(second)

    expect(second.isResumed).toBe(false)
  })
})

describe('a peer that is trusted no more', () => {
  function world() {
    const removed = new Set<string>()
    const port = new VirtualPort(
      serverOptions({ trusts: (tenant, { kind }) => tenant === 'acme' && !removed.has(kind) }),
    )
    return { port, removed }
  }

  it.each([
    ['ticket', true],
    ['session id', false],
  ])('gets a full handshake instead of a resumption by %s', (_, takesTickets) => {
    const { port, removed } = world()
    const first = client({ takesTickets, certificate })
    port.connect(first)
    removed.add('certificate')
    const second = client({ takesTickets, resume: first.session })

    const session = port.connect(second, THERE)

    expect(second.isResumed).toBe(false)
    expect(session.identity).toEqual({ kind: 'anonymous' })
  })

  it('loses its live session without a word, and nobody else does', () => {
    const { port, removed } = world()
    const gone = port.connect(pskClient())
    const other = client({ certificate })
    const kept = port.connect(other, THERE)
    removed.add('psk')

    const sent = port.take(port.endpoint.evictUntrusted())

    expect(sent).toEqual([])
    expect(port.of('closed')).toEqual([{ kind: 'closed', session: gone, reason: 'untrusted' }])
    expect([...port.endpoint.sessions()]).toEqual([kept])
    port.exchange(other, [other.data('still here')], THERE)
    expect(port.delivered).toEqual(['still here'])
  })

  it.each(['full', 'resumed'])('does not finish a %s handshake that was begun before', (kind) => {
    const { port, removed } = world()
    const before = client({ takesTickets: true, certificate })
    if (kind === 'resumed') port.connect(before)
    const device =
      kind === 'resumed' ? client({ takesTickets: true, resume: before.session }) : client({ certificate })
    const [hello = Buffer.alloc(0)] = port.deliver(device.hello()[0] ?? Buffer.alloc(0), THERE)
    const flight = port.deliver(device.receive(hello)[0] ?? Buffer.alloc(0), THERE)
    const established = port.established.length

    removed.add('certificate')
    port.exchange(
      device,
      flight.flatMap((datagram) => device.receive(datagram)),
      THERE,
    )

    expect(port.established).toHaveLength(established)
    expect(port.of('handshake-failed')).toMatchObject([{ reason: 'client trusted no more' }])
    expect(device.alerts).toHaveLength(1)
  })
})

describe('fragments and small records', () => {
  it('keeps records and datagrams within max_fragment_length and the datagram limit', () => {
    const port = new VirtualPort(serverOptions({ datagramLimit: 300 }))
    const device = client({
      certificate,
      datagramLimit: 200,
      extensions: new Map([[extensionType.maxFragmentLength, Buffer.of(1)]]),
    })

    const session = port.connect(device)

    expect(session.contentLimit).toBe(512)
    expect(Math.max(...port.sent.map(({ datagram }) => datagram.length))).toBeLessThanOrEqual(300)
    expect(port.take(port.endpoint.send(session, Buffer.alloc(513)))).toEqual([])
  })

  it('obeys record_size_limit before max_fragment_length', () => {
    const port = new VirtualPort()
    const extensions = new Map([
      [extensionType.maxFragmentLength, Buffer.of(1)],
      [extensionType.recordSizeLimit, Buffer.from('0100', 'hex')],
    ])

    expect(port.connect(client({ extensions })).contentLimit).toBe(240)
  })
})

describe('closing', () => {
  it('answers close_notify once and forgets the session', () => {
    const port = new VirtualPort()
    const device = pskClient()
    port.connect(device)

    port.exchange(device, [device.protect(21, Buffer.of(1, 0))])
    port.exchange(device, [device.data('too late')])

    expect(device.alerts).toEqual([0])
    expect(port.of('closed').map(({ reason }) => reason)).toEqual(['close-notify'])
    expect(port.delivered).toEqual([])
    expect(port.endpoint.sessionCount).toBe(0)
  })

  it('lets a closed session do nothing more, though another has its place in memory by now', () => {
    const port = new VirtualPort()
    const { endpoint } = port
    const closed = port.connect(pskClient())
    endpoint.close(closed)
    const other = port.connect(pskClient())

    expect(endpoint.send(closed, Buffer.from('too late'))).toMatchObject([{ reason: 'unknown-session' }])
    expect([endpoint.exportSession(closed), endpoint.exportProgress(closed)]).toEqual([undefined, undefined])
    expect([closed.lastSeen, closed.exportKeys().client.key]).toEqual([0, Buffer.alloc(16)])
    expect(endpoint.close(closed)).toEqual([])
    endpoint.abandon(closed)

    expect(endpoint.send(other, Buffer.from('in time'))).toMatchObject([{ kind: 'send' }])
  })

  it('ignores a close_notify that newer records have overtaken', () => {
    const port = new VirtualPort()
    const device = pskClient()
    port.connect(device)
    const late = device.protect(21, Buffer.of(1, 0))

    port.exchange(device, [device.data('newer'), late, device.data('newest')])

    expect(port.delivered).toEqual(['newer', 'newest'])
    expect(port.of('closed')).toEqual([])
  })

  it('forgets idle sessions without a word', () => {
    const port = new VirtualPort()
    port.connect(pskClient(), HERE)

    const answers = port.take(port.endpoint.evictIdle(port.now + 1))

    expect(answers).toEqual([])
    expect(port.endpoint.sessionCount).toBe(0)
  })
})
