import { describe, expect, it } from 'vitest'
import { createServerCredential } from '../../../gateway/dtls/server-credential.ts'
import { issueCertificate } from './test-certificate.ts'
import {
  authority,
  client,
  defaultPolicy,
  HERE,
  psk,
  pskClient,
  serverOptions,
  VirtualPort,
} from './virtual-port.ts'

describe('the server credential', () => {
  for (const [curve, group] of [
    ['brainpoolP256r1', 26],
    ['secp384r1', 24],
  ] as const) {
    it(`may have a ${curve} key, for clients that name the curve`, () => {
      const own = issueCertificate({ name: 'server', issuer: authority, curve })
      const credentials = [createServerCredential(own.key, [own.der])]
      const options = serverOptions({ tenantFor: () => ({ ...defaultPolicy, credentials }) })
      const stranger = client()
      const port = new VirtualPort(options)

      port.connect(client({ groups: [group, 23] }))
      port.exchange(stranger, stranger.hello())

      expect(port.established).toHaveLength(1)
      expect(stranger.alerts).toEqual([40])
    })
  }

  it('without a chain serves raw public keys only', () => {
    const { key } = issueCertificate({ name: 'server' })
    const credentials = [createServerCredential(key)]
    const port = new VirtualPort(
      serverOptions({ tenantFor: () => ({ ...defaultPolicy, credentials, clientAuthentication: 'none' }) }),
    )
    const x509 = client()

    port.exchange(x509, x509.hello())
    port.connect(client({ usesRawPublicKeys: true }))

    expect(x509.alerts).toEqual([40])
    expect(port.established).toHaveLength(1)
  })
})

describe('a pre-shared key that is looked up slowly', () => {
  function asked() {
    const port = new VirtualPort()
    const device = pskClient()
    const wanted: Parameters<VirtualPort['endpoint']['providePsk']>[0][] = []
    port.take = (effects) =>
      effects.flatMap((effect) => {
        port.effects.push(effect)
        if (effect.kind === 'psk-wanted') wanted.push(effect.handshake)
        return effect.kind === 'send' ? [effect.datagram] : []
      })
    port.exchange(device, device.hello())
    const [handshake] = wanted
    if (handshake === undefined) throw new Error('no key was asked for')
    return { port, device, wanted, handshake }
  }

  it('completes the handshake with what has come meanwhile, and is asked for once', () => {
    const { port, device, wanted, handshake } = asked()
    port.exchange(device, device.resend())
    expect(port.advance(20_000)).toEqual([])

    const answers = port.take(port.endpoint.providePsk(handshake, psk.key, port.now))
    for (const answer of answers) device.receive(answer)

    expect(wanted).toHaveLength(1)
    expect([device.isEstablished, port.established.length]).toEqual([true, 1])
  })

  it('comes too late for a handshake that was given up or replaced', () => {
    const { port, device, handshake } = asked()
    port.advance(100_000)

    expect(port.take(port.endpoint.providePsk(handshake, psk.key, port.now))).toEqual([])
    expect([port.endpoint.sessionCount, port.endpoint.handshakeCount]).toEqual([0, 0])
    expect(device.isEstablished).toBe(false)
  })
})

describe('a hello in fragments', () => {
  it('is answered from its first fragment, and put together once the cookie is right', () => {
    const port = new VirtualPort()
    const device = client({ datagramLimit: 128, serverName: 'acme.example', protocol: 'coap' })
    expect(device.hello().length).toBeGreaterThan(1)

    port.connect(client({ datagramLimit: 128, serverName: 'acme.example', protocol: 'coap' }), HERE)

    expect(port.established).toHaveLength(1)
  })

  it('is not kept when its first fragment comes last or has no valid cookie', () => {
    const port = new VirtualPort()
    const device = client({ datagramLimit: 128, serverName: 'acme.example', protocol: 'coap' })
    const [verify] = device.hello().flatMap((hello) => port.deliver(hello))
    const [first, ...rest] = verify ? device.receive(verify) : []

    for (const fragment of rest) port.deliver(fragment)
    expect(port.endpoint.handshakeCount).toBe(0)
    const forged = Buffer.from(first ?? [])
    forged[65] = (forged[65] ?? 0) ^ 1
    port.deliver(forged)

    expect(port.endpoint.handshakeCount).toBe(0)
  })
})

describe('a full table of handshakes', () => {
  it('gives up the oldest that has not got far', () => {
    const port = new VirtualPort(serverOptions({ handshakeLimit: 3 }))
    for (let index = 0; index < 5; index++) {
      const device = pskClient()
      device.finalFlight = () => []
      port.exchange(device, device.hello(), { ...HERE, port: index + 1 })
    }

    expect(port.endpoint.handshakeCount).toBe(3)
    expect(port.of('handshake-failed').map(({ peer }) => peer.port)).toEqual([1, 2])
  })
})
