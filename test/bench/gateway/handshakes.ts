/** Handshakes: what the server spends on one, against the bare cryptography of a full mutual one. */
import {
  createECDH,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { issueCertificate } from '../../gateway/dtls/test-certificate.ts'
import {
  authority,
  client,
  deviceCertificate,
  HERE,
  pskClient,
  serverOptions,
  VirtualPort,
} from '../../gateway/dtls/virtual-port.ts'
import type { ClientOptions } from '../../simulator/dtls-client/client-options.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { type BenchResult, interleave } from '../result.ts'

export const ROUNDS = 21
const WARM_UP_ROUNDS = 10
export const EACH = 160
/** Devices whose datagrams come together: as many as a socket gives in one turn of the event loop. */
const AT_ONCE = 32
/** HMACs of the PRF: master secret 4, key block 8, two Finished 8; over some 32 octets each. */
const HMACS = 20

const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = signer.publicKey.export({ format: 'der', type: 'spki' })
const message = randomBytes(300)
const signature = sign('sha256', message, signer.privateKey)
const peerShare = createECDH('prime256v1').generateKeys()

/** What a server cannot do without: one key share, one agreement, one signature, a chain of one and the proof of its key. */
function bareHandshake(): void {
  const own = createECDH('prime256v1')
  own.generateKeys()
  const secret = own.computeSecret(peerShare)
  sign('sha256', message, signer.privateKey)
  verify('sha256', message, signer.publicKey, signature)
  const leaf = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  verify('sha256', message, leaf, signature)
  for (let count = 0; count < HMACS; count++)
    createHmac('sha256', secret).update(message.subarray(0, 64)).digest()
}

function bareRate(): number {
  const startedAt = performance.now()
  for (let count = 0; count < EACH; count++) bareHandshake()
  return (EACH / (performance.now() - startedAt)) * 1000
}

/** Handshakes a second, by the time spent inside the endpoint. */
export function serverRate(makeClient: () => DtlsClient): number {
  // As a worker draws them; those of tests can be repeated, at a price.
  const port = new VirtualPort({ ...serverOptions(), random: randomBytes, newCid: () => randomBytes(8) })
  let spent = 0
  for (let done = 0; done < EACH; done += AT_ONCE) {
    const devices = Array.from({ length: AT_ONCE }, makeClient)
    let pending = devices.map((device) => device.hello())
    while (pending.some((datagrams) => datagrams.length > 0)) {
      const startedAt = performance.now()
      const answers = pending.map((datagrams, index) =>
        datagrams.flatMap((datagram) => port.deliver(datagram, { ...HERE, port: 1000 + index })),
      )
      spent += performance.now() - startedAt
      pending = devices.map(
        (device, index) => answers[index]?.flatMap((answer) => device.receive(answer)) ?? [],
      )
    }
    const failed = devices.find((device) => !device.isEstablished)
    if (failed) throw new Error(`no handshake: ${failed.fault}`)
  }
  return (EACH / spent) * 1000
}

const certificate = { chain: [deviceCertificate.der], key: deviceCertificate.key }

/** A chain once believed is remembered: only a device never seen before has the whole of it examined. */
export function newDevice(): DtlsClient {
  const { der, key } = issueCertificate({ name: 'device', issuer: authority })
  return client({ certificate: { chain: [der], key } })
}

function resuming(): () => DtlsClient {
  const options: Partial<ClientOptions> = { certificate, takesTickets: true }
  const first = client(options)
  new VirtualPort().connect(first)
  return () => client({ ...options, resume: first.session })
}

export async function benchHandshakes(): Promise<BenchResult[]> {
  // A server's code was compiled long ago.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) serverRate(newDevice)
  const rates = await interleave(ROUNDS, {
    bare: bareRate,
    full: () => serverRate(newDevice),
    known: () => serverRate(() => client({ certificate })),
    resumed: () => serverRate(resuming()),
    psk: () => serverRate(() => pskClient()),
  })
  const bare = Math.round(rates.median('bare'))
  const result = (
    name: string,
    contender: Parameters<typeof rates.median>[0],
    target: string,
  ): BenchResult => ({
    name,
    median: rates.median(contender),
    unit: '/s',
    reference: `the cryptography of a full one alone (${bare}/s; target ${target})`,
    ratio: rates.ratio(contender, 'bare'),
  })
  return [
    result('handshake, X.509 both ways', 'full', '0.5'),
    result('handshake, X.509 both ways, of a device that comes again', 'known', '0.5'),
    result('handshake, resumed by ticket', 'resumed', '0.25'),
    result('handshake, pre-shared key', 'psk', '0.25'),
  ]
}
