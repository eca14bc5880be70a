import { createPublicKey, verify, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readCertificateChain, readCertificateVerify } from '../../../gateway/dtls/certificate-message.ts'
import { findCipherSuite } from '../../../gateway/dtls/cipher-suite.ts'
import { readHandshakeFragments } from '../../../gateway/dtls/handshake-message.ts'
import { readServerKeyExchange, writeEphemeralShare } from '../../../gateway/dtls/key-exchange-message.ts'
import {
  deriveKeyBlock,
  digest,
  extendedMasterSecret,
  pskPremasterSecret,
  verifyData,
} from '../../../gateway/dtls/prf.ts'
import {
  type CapturedRecord,
  captureRecords,
  keyBlockFor,
  octetsOf,
  open,
  plainContent,
  resealed,
  transcriptUntil,
} from './golden-handshake.ts'
import { goldenCertificateHandshake, goldenPskHandshake } from './golden-transcripts.ts'
import { defaultPolicy, serverOptions, VirtualPort } from './virtual-port.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

const FINISHED = 20
const CLIENT_KEY_EXCHANGE = 16

function bodyOf(records: readonly CapturedRecord[], from: string, type: number): Buffer {
  const bodies = records
    .filter((record) => record.from === from && record.type === 22 && record.epoch === 0)
    .flatMap((record) => readHandshakeFragments(plainContent(record).content))
    .filter((fragment) => fragment.type === type && !(type === 1 && fragment.sequence === 0))
  return bodies[0]?.body ?? Buffer.alloc(0)
}

describe('the golden PSK handshake (A.2)', () => {
  const records = captureRecords(goldenPskHandshake, { server: 4, client: 1 })
  const clientRandom = bodyOf(records, 'client', 1).subarray(2, 34)
  const serverRandom = bodyOf(records, 'server', 2).subarray(2, 34)
  const premaster = pskPremasterSecret(hex('000102030405060708090a0b0c0d0e0f'))
  const sessionHash = transcriptUntil(records, undefined, { type: CLIENT_KEY_EXCHANGE, from: 'client' }).hash(
    'sha256',
  )
  const master = extendedMasterSecret('sha256', premaster, sessionHash)
  const keys = keyBlockFor(0xc0a8, master, clientRandom, serverRandom)

  it('derives premaster, session hash, master secret and key block', () => {
    expect(premaster.toString('hex')).toBe(
      '0010000000000000000000000000000000000010000102030405060708090a0b0c0d0e0f',
    )
    expect(sessionHash.toString('hex')).toBe(
      '7163d69c63b3f5b2b0d60f7831b640159a04cb07a95eb9ca4025771e1f6549ba',
    )
    expect(master.toString('hex')).toBe(
      'ed9d6d1cea1df4cd45566555766be9e8cdaf795b90acc40926c156ce5d64fbf062531643853a501c3c8d64a85ebec99c',
    )
    const block = [keys.client.key, keys.server.key, keys.client.salt, keys.server.salt]
    expect(Buffer.concat(block).toString('hex')).toBe(
      '9a5b9d2f76445e7393995427cfc987aa1e3d023f066fc4723f205bb63909a1b48921810c828b12b7',
    )
  })

  it('computes the verify_data of both Finished messages', () => {
    const untilKeyExchange = transcriptUntil(records, keys, { type: CLIENT_KEY_EXCHANGE, from: 'client' })
    const untilClient = transcriptUntil(records, keys, { type: FINISHED, from: 'client' })

    expect(verifyData('sha256', master, 'client', untilKeyExchange.hash('sha256')).toString('hex')).toBe(
      '218442cc5928ade8912b2337',
    )
    expect(verifyData('sha256', master, 'server', untilClient.hash('sha256')).toString('hex')).toBe(
      '271b99e834bc02eaef1d9bf8',
    )
  })

  it('opens every protected record and seals it again octet for octet', () => {
    const sealed = records.filter((record) => record.epoch === 1)

    expect(sealed.map((record) => open(record, keys)?.type)).toEqual([22, 22, 23, 23, 21, 21])
    for (const record of sealed) expect(resealed(record, keys)).toEqual(octetsOf(record))
  })
})

describe('the golden certificate handshake (A.1)', () => {
  const records = captureRecords(goldenCertificateHandshake, { server: 8, client: 0 })
  const master = hex(
    '5f96dfbf8e67ea356fdcd86c7a82bcea62daea3087f8f546cf8ba9a61dcd38b35a6ba97eac3b6ea2505e5889ffb1d47b',
  )
  const clientRandom = bodyOf(records, 'client', 1).subarray(2, 34)
  const serverRandom = bodyOf(records, 'server', 2).subarray(2, 34)
  const keys = keyBlockFor(0xc02b, master, clientRandom, serverRandom)

  it('derives the keys of both directions', () => {
    expect(keys.client.key.toString('hex')).toBe('d0b82386bc9e4d0ab6b5f898b380a1cc')
    expect(keys.client.salt.toString('hex')).toBe('8d13bb39')
    expect(keys.server.key.toString('hex')).toBe('f456a7a3e604048f121a3cffb0563082')
    expect(keys.server.salt.toString('hex')).toBe('b4ac69e5')
  })

  it('computes the verify_data of both Finished messages, the ticket covered by the second', () => {
    for (const from of ['client', 'server'] as const) {
      const record = records.find((candidate) => candidate.epoch === 1 && candidate.from === from)
      const body = record && open(record, keys)?.content.subarray(12)
      // Everything up to the Finished itself: its own twelve octets of header and twelve of body are cut off.
      const whole = transcriptUntil(records, keys, { type: FINISHED, from }).octets()
      const before = whole.subarray(0, whole.length - 24)
      expect(verifyData('sha256', master, from, digest('sha256', before))).toEqual(body)
    }
  })

  it('verifies the signatures of ServerKeyExchange and CertificateVerify', () => {
    const [serverCertificate] = readCertificateChain(bodyOf(records, 'server', 11))
    const [clientCertificate] = readCertificateChain(bodyOf(records, 'client', 11))
    const exchange = readServerKeyExchange(bodyOf(records, 'server', 12), 'ecdhe-ecdsa')
    const proof = readCertificateVerify(bodyOf(records, 'client', 15))
    const signedByServer = Buffer.concat([
      clientRandom,
      serverRandom,
      exchange.share ? writeEphemeralShare(exchange.share) : Buffer.alloc(0),
    ])
    const signedByClient = transcriptUntil(records, keys, {
      type: CLIENT_KEY_EXCHANGE,
      from: 'client',
    }).octets()
    const keyOf = (der: Buffer | undefined) =>
      createPublicKey(
        new X509Certificate(der ?? Buffer.alloc(0)).publicKey.export({ format: 'pem', type: 'spki' }),
      )

    expect(
      verify(
        // Signature scheme 0603.
        'sha512',
        signedByServer,
        keyOf(serverCertificate),
        exchange.signed?.signature ?? Buffer.alloc(0),
      ),
    ).toBe(true)
    expect(verify('sha256', signedByClient, keyOf(clientCertificate), proof.signature)).toBe(true)
  })

  it('opens every protected record and seals it again octet for octet', () => {
    const sealed = records.filter((record) => record.epoch === 1)

    expect(sealed.map((record) => open(record, keys)?.type)).toEqual([22, 22, 23, 23, 21, 21])
    for (const record of sealed) expect(resealed(record, keys)).toEqual(octetsOf(record))
  })
})

describe('the server in the place of the golden one', () => {
  it('gives every datagram of the PSK handshake octet for octet', () => {
    const golden = goldenPskHandshake.map(({ octets }) => hex(octets))
    const serverRandom = hex('6b04cc438c184ec800cee935cbce222fc3a284d8645127930cb05909d8d4a900')
    const sessionId = hex('6a66e03f81d20986647b7aec45195586c5af42801e0ab6b6aac44523b8338bc3')
    const cookie = hex('6b04cc4314355caec7a772b872d21b9c9ab0e128597beccd786c50d22f6ba5aa')
    const drawn = [Buffer.alloc(32), serverRandom, sessionId]
    const port = new VirtualPort(
      serverOptions({
        random: (length) => drawn.shift() ?? Buffer.alloc(length),
        newCid: () => hex('0badcafe'),
        cidLength: 4,
        cookies: { issue: () => cookie, accepts: (given) => given.equals(cookie) },
        // The golden server answered a name it did not know as its own.
        tenantFor: () => defaultPolicy,
        suites: [0xc0a8],
        paddingMultiple: 16,
      }),
    )
    const at = (index: number) => golden[index] ?? Buffer.alloc(0)

    expect(port.deliver(at(0))).toEqual([at(1)])
    expect(port.deliver(at(2))).toEqual([at(3)])
    expect(port.deliver(at(4))).toEqual([at(5)])
    expect(port.deliver(at(6))).toEqual([])
    const session = port.established[0]?.session
    expect(port.delivered).toEqual(['GET / HTTP/1.0\r\nHo\r\n'])
    expect(
      session && port.take(port.endpoint.send(session, Buffer.from('HTTP/1.0 200 OK\r\nC\r\n'))),
    ).toEqual([at(7)])
    expect(port.deliver(at(9))).toEqual([at(8)])
  })
})

describe('deriveKeyBlock', () => {
  it('cuts keys of 32 and salts of 12 octets for ChaCha20', () => {
    const suite = findCipherSuite(0xcca9)
    if (suite === undefined) throw new Error('no ChaCha20 suite')

    const { client, server } = deriveKeyBlock(
      suite,
      Buffer.alloc(48, 1),
      Buffer.alloc(32, 2),
      Buffer.alloc(32, 3),
    )

    expect([client.key.length, client.salt.length]).toEqual([32, 12])
    expect([server.key.length, server.salt.length]).toEqual([32, 12])
    expect(client.key.equals(server.key)).toBe(false)
  })
})
