/** OpenSSL's s_client: no Connection ID, hence classic records; suites, client certificates, tickets, pre-shared keys. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type GatewayUnderTest, PORT } from './gateway-under-test.ts'
import {
  CaseFailure,
  coapPoll,
  expectEqual,
  expectIn,
  installed,
  type Peer,
  type PeerCase,
  run,
} from './peer.ts'

const LINGER_MS = 1200

function flags(gateway: GatewayUnderTest, ...further: readonly string[]): string[] {
  const { ca } = gateway.files
  const to = ['s_client', '-dtls1_2', '-connect', `127.0.0.1:${PORT}`, '-servername', 'eim.example.com']
  return [...to, '-CAfile', ca, '-verify_return_error', ...further]
}

const asDevice = ({ files }: GatewayUnderTest) => ['-cert', files.certificate, '-key', files.key]

async function poll(gateway: GatewayUnderTest, ...further: readonly string[]): Promise<string> {
  const { output } = await run('openssl', flags(gateway, ...further), {
    input: coapPoll(1),
    lingerMs: LINGER_MS,
  })
  return output
}

const suite = (name: string): PeerCase => ({
  name: `X.509 both ways, ${name}`,
  async run(gateway) {
    const from = gateway.edge.requests.length
    expectIn(
      await poll(gateway, ...asDevice(gateway), '-cipher', name),
      name,
      'answer',
      'Verify return code: 0',
    )
    expectEqual(gateway.identitiesSince(from), ['certificate'], 'identity at the edge')
  },
})

export const openssl: Peer = {
  name: 'OpenSSL s_client',
  proves: 'classic records, six suites, X.509 both ways, pinned certificates, tickets, PSK',
  async prepare() {
    await installed('openssl', 'openssl')
    return (await run('openssl', ['version'])).output.split(' ')[1] ?? ''
  },
  cases: [
    suite('ECDHE-ECDSA-AES128-GCM-SHA256'),
    suite('ECDHE-ECDSA-AES256-GCM-SHA384'),
    suite('ECDHE-ECDSA-CHACHA20-POLY1305'),
    suite('ECDHE-ECDSA-AES128-CCM8'),
    {
      name: 'a pinned device certificate',
      async run(gateway) {
        const from = gateway.edge.requests.length
        const { pinnedCertificate, pinnedKey } = gateway.files
        expectIn(await poll(gateway, '-cert', pinnedCertificate, '-key', pinnedKey), 'answer')
        expectEqual(gateway.identitiesSince(from), ['certificate'], 'identity at the edge')
      },
    },
    {
      name: 'no device credential',
      async run(gateway) {
        const from = gateway.edge.requests.length
        expectIn(await poll(gateway), 'answer')
        expectEqual(gateway.identitiesSince(from), ['anonymous'], 'identity at the edge')
      },
    },
    {
      name: 'resumption by ticket',
      async run(gateway) {
        const session = path.join(tmpdir(), `edge-eim-interop-${process.pid}.session`)
        const before = await gateway.metric('handshakes_total{outcome="resumed"}')
        try {
          await poll(gateway, ...asDevice(gateway), '-sess_out', session)
          expectIn(await poll(gateway, ...asDevice(gateway), '-sess_in', session), 'Reused', 'answer')
        } finally {
          rmSync(session, { force: true })
        }
        expectEqual((await gateway.metric('handshakes_total{outcome="resumed"}')) - before, 1, 'resumptions')
      },
    },
    {
      name: 'pre-shared key, PSK-AES128-GCM-SHA256 and PSK-AES128-CCM8',
      async run(gateway) {
        const from = gateway.edge.requests.length
        const psk = ['-psk_identity', 'meter-7', '-psk', gateway.files.psk]
        expectIn(await poll(gateway, ...psk, '-cipher', 'PSK-AES128-GCM-SHA256'), 'PSK-AES128-GCM', 'answer')
        expectIn(
          await poll(gateway, ...psk, '-cipher', 'PSK-AES128-CCM8:@SECLEVEL=0'),
          'PSK-AES128-CCM8',
          'answer',
        )
        expectEqual(gateway.identitiesSince(from), ['psk'], 'identity at the edge')
      },
    },
    {
      name: 'a wrong key and a stranger’s certificate are refused',
      async run(gateway) {
        const from = gateway.edge.requests.length
        const { strangerCertificate, strangerKey } = gateway.files
        const wrong = [
          '-psk_identity',
          'meter-7',
          '-psk',
          '00'.repeat(16),
          '-cipher',
          'PSK-AES128-GCM-SHA256',
        ]
        await run('openssl', flags(gateway, ...wrong), {
          input: coapPoll(1),
          lingerMs: LINGER_MS,
          limitMs: 5000,
        })
        await run('openssl', flags(gateway, '-cert', strangerCertificate, '-key', strangerKey), {
          input: coapPoll(1),
          lingerMs: LINGER_MS,
          limitMs: 5000,
        })
        if (gateway.edge.requests.length > from) throw new CaseFailure('they reached the edge')
      },
    },
  ],
}
