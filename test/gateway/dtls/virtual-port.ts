/** A server port in virtual time, and clients that talk to it: no socket, no clock, no randomness but a seed. */
import { createHash, createPublicKey } from 'node:crypto'
import { cipherSuites } from '../../../gateway/dtls/cipher-suite.ts'
import { createCookieOffice } from '../../../gateway/dtls/cookie.ts'
import type { Effect } from '../../../gateway/dtls/endpoint-effect.ts'
import type { RandomSource } from '../../../gateway/dtls/named-group.ts'
import type { PeerAddress } from '../../../gateway/dtls/peer-address.ts'
import { createResumptionStore } from '../../../gateway/dtls/resumption.ts'
import { createServerCredential } from '../../../gateway/dtls/server-credential.ts'
import { ServerEndpoint } from '../../../gateway/dtls/server-endpoint.ts'
import type { ServerOptions, TenantPolicy } from '../../../gateway/dtls/server-options.ts'
import type { Session } from '../../../gateway/dtls/session.ts'
import type { ClientOptions } from '../../simulator/dtls-client/client-options.ts'
import { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { issueCertificate } from './test-certificate.ts'

export const authority = issueCertificate({ name: 'authority', isCa: true })
export const serverCertificate = issueCertificate({ name: 'server', issuer: authority })
export const deviceCertificate = issueCertificate({ name: 'device', issuer: authority })
export const psk = {
  identity: Buffer.from('dev1'),
  key: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'),
}

export const NOW = 1_800_000_000_000
export const HERE: PeerAddress = { address: '192.0.2.1', port: 40_000 }
export const THERE: PeerAddress = { address: '198.51.100.7', port: 5_555 }

/** Octets that look random and repeat with the seed. */
export function seededRandom(seed: string): RandomSource {
  let count = 0
  return (length) => {
    const blocks: Buffer[] = []
    for (let octets = 0; octets < length; octets += 32) {
      blocks.push(createHash('sha256').update(`${seed}/${count++}`).digest())
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
}

export function thumbprintOfKey(certificate: typeof deviceCertificate): string {
  const spki = createPublicKey(certificate.key).export({ format: 'der', type: 'spki' })
  return createHash('sha256').update(spki).digest('hex')
}

export const defaultPolicy: TenantPolicy = {
  tenant: 'acme',
  serverNames: ['acme.example'],
  credentials: [createServerCredential(serverCertificate.key, [serverCertificate.der])],
  clientAuthentication: 'optional',
  trust: {
    anchors: [authority.der],
    pinnedCertificates: new Set(),
    rawPublicKeys: new Set([thumbprintOfKey(deviceCertificate)]),
  },
  hasPreSharedKeys: true,
}

const LOCAL: PeerAddress = { address: '203.0.113.9', port: 5684 }
const cookieKey = { id: 1, key: Buffer.alloc(32, 7) }
export const ticketKey = { name: Buffer.alloc(16, 1), key: Buffer.alloc(32, 2) }

export function serverOptions(changes: Partial<ServerOptions> = {}, seed = 'server'): ServerOptions {
  const random = seededRandom(seed)
  return {
    random,
    cookies: createCookieOffice(LOCAL, () => [cookieKey]),
    tenantFor: (name) => (name === undefined || name === 'acme.example' ? defaultPolicy : undefined),
    trusts: () => true,
    suites: cipherSuites.map(({ code }) => code),
    groups: [23, 29, 24, 26],
    cidLength: 8,
    newCid: () => random(8),
    applicationProtocols: ['co', 'coap'],
    resumption: createResumptionStore(() => [ticketKey]),
    initialTimeoutMs: 2000,
    datagramLimit: 1232,
    paddingMultiple: 0,
    handshakeLimit: 100,
    ...changes,
  }
}

export class VirtualPort {
  readonly endpoint: ServerEndpoint
  readonly effects: Effect[] = []
  /** Datagrams of the server that nobody has read. */
  readonly sent: { datagram: Buffer; to: PeerAddress }[] = []
  now = NOW
  readonly keys = new Map([['dev1', psk.key]])

  constructor(options: ServerOptions = serverOptions()) {
    this.endpoint = new ServerEndpoint(options)
  }

  /** Gives the server a datagram; its answers are returned, pre-shared keys looked up on the way. */
  deliver(datagram: Buffer, from: PeerAddress = HERE): Buffer[] {
    return this.take(this.endpoint.receive(Buffer.from(datagram), from, this.now))
  }

  take(effects: Effect[]): Buffer[] {
    const answers: Buffer[] = []
    for (const effect of effects) {
      this.effects.push(effect)
      if (effect.kind === 'send') {
        this.sent.push(effect)
        answers.push(effect.datagram)
      }
      if (effect.kind === 'psk-wanted') {
        const key = this.keys.get(effect.identity)
        answers.push(...this.take(this.endpoint.providePsk(effect.handshake, key, this.now)))
      }
    }
    return answers
  }

  /** Carries datagrams back and forth until both sides are silent. */
  exchange(client: DtlsClient, datagrams: readonly Buffer[], from: PeerAddress = HERE): void {
    let pending = [...datagrams]
    while (pending.length > 0) {
      const answers = pending.flatMap((datagram) => this.deliver(datagram, from))
      pending = answers.flatMap((answer) => client.receive(answer))
    }
  }

  connect(client: DtlsClient, from: PeerAddress = HERE): Session {
    this.exchange(client, client.hello(), from)
    const established = this.established.at(-1)
    if (!client.isEstablished || established === undefined) {
      const failed = this.effects.findLast((effect) => effect.kind === 'handshake-failed')
      throw new Error(`no handshake: ${client.fault ?? ''} ${JSON.stringify(failed)} alerts ${client.alerts}`)
    }
    return established.session
  }

  /** Lets time pass to the next deadline; the server's datagrams. */
  pass(): Buffer[] {
    const next = this.endpoint.nextTimeout
    if (next === undefined) return []
    this.now = Math.max(this.now, next)
    return this.take(this.endpoint.timeout(this.now))
  }

  advance(milliseconds: number): Buffer[] {
    this.now += milliseconds
    return this.take(this.endpoint.timeout(this.now))
  }

  of<Kind extends Effect['kind']>(kind: Kind): Extract<Effect, { kind: Kind }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind)
  }

  get established() {
    return this.of('established')
  }

  get delivered(): string[] {
    return this.of('data').map(({ octets }) => octets.toString())
  }
}

let clients = 0

/** A client with a Connection ID, ECDSA and P-256 unless told otherwise. */
export function client(changes: Partial<ClientOptions> = {}): DtlsClient {
  const random = seededRandom(`client ${clients++}`)
  return new DtlsClient({ random, suites: [0xc02b], cid: Buffer.alloc(0), ...changes })
}

export const pskClient = (changes: Partial<ClientOptions> = {}): DtlsClient =>
  client({ suites: [0xc0a8], psk, ...changes })
