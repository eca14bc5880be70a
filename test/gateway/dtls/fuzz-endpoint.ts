/** Throws octets at a whole endpoint with live sessions: raw, mutated and cut ones, and truths followed by lies. */
import type { Effect } from '../../../gateway/dtls/endpoint-effect.ts'
import type { PeerAddress } from '../../../gateway/dtls/peer-address.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { client, deviceCertificate, HERE, psk, pskClient, THERE, VirtualPort } from './virtual-port.ts'

/** Datagrams until live sessions and clients are renewed; far below what makes a session give up (2^16 forgeries). */
const ROUND = 20_000
const BYSTANDER: PeerAddress = { address: '192.0.2.200', port: 9999 }

/** A generator of 32-bit numbers, quick and repeatable (xorshift). */
function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
}

interface Live {
  readonly port: VirtualPort
  readonly sessions: readonly { readonly device: DtlsClient; readonly from: PeerAddress }[]
  /** Genuine datagrams to mutate: of handshakes of every kind, and of the live sessions. */
  readonly corpus: readonly Buffer[]
}

function begin(): Live {
  const port = new VirtualPort()
  const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }
  const corpus: Buffer[] = []
  const record = (device: DtlsClient, from: PeerAddress) => {
    const receive = port.deliver.bind(port)
    port.deliver = (datagram, at) => {
      corpus.push(datagram)
      return receive(datagram, at)
    }
    port.connect(device, from)
    port.deliver = receive
  }
  const withCid = pskClient()
  const classic = pskClient({ cid: undefined })
  record(withCid, HERE)
  record(classic, THERE)
  record(client({ certificate, takesTickets: true, checksRoutability: true }), { ...HERE, port: 1 })
  record(client({ suites: [0xd001], psk, serverName: 'acme.example' }), { ...HERE, port: 2 })
  const sessions = [
    { device: withCid, from: HERE },
    { device: classic, from: THERE },
  ]
  // Of these only mutations are sent: as they are, they would be genuine.
  for (const { device } of sessions) corpus.push(device.data('live'), device.protect(21, Buffer.of(1, 0)))
  return { port, sessions, corpus }
}

/** `false` when a live session no longer delivers, or a stranger can no longer connect. */
function isUnharmed({ port, sessions }: Live): boolean {
  const unharmed = sessions.every(({ device, from }) => {
    port.effects.length = 0
    port.exchange(device, [device.data('unharmed')], from)
    return port.delivered.includes('unharmed')
  })
  port.connect(pskClient(), BYSTANDER)
  return unharmed
}

function mutate(genuine: Buffer, next: () => number): Buffer {
  const octets = Buffer.from(genuine)
  const changes = 1 + (next() % 4)
  for (let index = 0; index < changes; index++) {
    const at = next() % octets.length
    octets[at] = (octets[at] ?? 0) ^ (1 + (next() % 255))
  }
  // Two changes of one octet can undo each other, and a genuine close_notify is no mutation.
  if (octets.equals(genuine)) octets[0] = (octets[0] ?? 0) ^ 1
  return octets
}

function random(next: () => number, length: number): Buffer {
  const octets = Buffer.allocUnsafe(length)
  for (let index = 0; index < length; index++) octets[index] = next()
  return octets
}

function datagram({ corpus }: Live, next: () => number): Buffer {
  const genuine = corpus[next() % corpus.length] ?? Buffer.alloc(1)
  switch (next() % 6) {
    case 0:
      return random(next, next() % 200)
    case 1: {
      // A header that parses, and anything behind it.
      const content = random(next, next() % 120)
      const header = Buffer.from('16fefd000000000000000000000000', 'hex').subarray(0, 13)
      header[0] = 20 + (next() % 8)
      header[4] = next() % 2
      header.writeUInt16BE(content.length, 11)
      return Buffer.concat([header, content])
    }
    case 2:
      return genuine.subarray(0, next() % genuine.length)
    case 3:
      return Buffer.concat([mutate(genuine, next), random(next, next() % 40)])
    default:
      return mutate(genuine, next)
  }
}

/** A client whose next datagrams are partly its own and partly mutations of them: the prefix of a real handshake. */
function halfHandshake({ port }: Live, next: () => number): void {
  const device = next() % 2 === 0 ? pskClient() : client()
  const from = { ...HERE, port: 10_000 + (next() % 64) }
  let pending = device.hello()
  for (let step = 0; step < 4 && pending.length > 0; step++) {
    const forged = next() % 4 === 0
    const answers = pending.flatMap((octets) => port.deliver(forged ? mutate(octets, next) : octets, from))
    pending = answers.flatMap((answer) => device.receive(answer))
  }
}

export interface FuzzReport {
  readonly datagrams: number
  readonly answers: number
  readonly established: number
}

/** @throws whatever the endpoint throws, and an Error when a live session was harmed; both name the seed */
export function fuzzEndpoint(count: number, seed: number): FuzzReport {
  const next = numbers(seed)
  let answers = 0
  let established = 0
  const tally = (effects: readonly Effect[]) => {
    for (const effect of effects) {
      if (effect.kind === 'send') answers++
      if (effect.kind === 'established') established++
    }
  }
  for (let done = 0; done < count; ) {
    const live = begin()
    const { port } = live
    const end = Math.min(done + ROUND, count)
    for (; done < end; done++) {
      const from = [HERE, THERE, BYSTANDER, { ...HERE, port: 10_000 + (next() % 64) }][next() % 4] ?? HERE
      const effects = port.endpoint.receive(datagram(live, next), from, port.now)
      tally(effects)
      for (const effect of effects) {
        if (effect.kind === 'psk-wanted') tally(port.endpoint.providePsk(effect.handshake, psk.key, port.now))
      }
      if (next() % 64 === 0) {
        port.now += next() % 2000
        tally(port.endpoint.timeout(port.now))
      }
      if (next() % 512 === 0) halfHandshake(live, next)
      port.effects.length = 0
      port.sent.length = 0
    }
    if (!isUnharmed(live)) throw new Error(`a live session was harmed: seed ${seed}, before datagram ${done}`)
  }
  return { datagrams: count, answers, established }
}
