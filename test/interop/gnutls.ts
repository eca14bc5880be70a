/** GnuTLS' gnutls-cli over UDP: raw public keys (RFC 7250), and a second opinion on X.509, PSK and small records. */
import { type GatewayUnderTest, PORT } from './gateway-under-test.ts'
import { coapPoll, expectEqual, expectIn, installed, type Peer, run } from './peer.ts'

const BASE = 'NONE:+VERS-DTLS1.2:+MAC-ALL:+GROUP-SECP256R1:+SIGN-ECDSA-SHA256:+COMP-ALL:+AES-128-GCM'
const LINGER_MS = 1500

async function poll(priority: string, further: readonly string[]): Promise<string> {
  const flags = ['--udp', '-p', String(PORT), '--sni-hostname', 'eim.example.com', '--priority', priority]
  const { output } = await run('gnutls-cli', [...flags, ...further, '127.0.0.1'], {
    input: coapPoll(1),
    lingerMs: LINGER_MS,
    limitMs: 10_000,
  })
  return output
}

const x509 = ({ files }: GatewayUnderTest) => [
  ...['--x509cafile', files.ca, '--verify-hostname', 'eim.example.com'],
  ...['--x509certfile', files.certificate, '--x509keyfile', files.key],
]

export const gnutls: Peer = {
  name: 'GnuTLS gnutls-cli',
  proves: 'raw public keys both ways, X.509, PSK, resumption, max_fragment_length',
  async prepare() {
    await installed('gnutls-cli', 'gnutls-bin')
    return (await run('gnutls-cli', ['--version'])).output.split(/\s/)[1] ?? ''
  },
  cases: [
    {
      name: 'X.509 both ways',
      async run(gateway) {
        const from = gateway.edge.requests.length
        expectIn(await poll(`${BASE}:+ECDHE-ECDSA:+CTYPE-X509`, x509(gateway)), 'trusted', 'answer')
        expectEqual(gateway.identitiesSince(from), ['certificate'], 'identity at the edge')
      },
    },
    {
      name: 'resumption',
      async run(gateway) {
        const before = await gateway.metric('handshakes_total{outcome="resumed"}')
        expectIn(
          await poll(`${BASE}:+ECDHE-ECDSA:+CTYPE-X509`, [...x509(gateway), '--resume', '--waitresumption']),
          'This is a resumed session',
        )
        expectEqual((await gateway.metric('handshakes_total{outcome="resumed"}')) - before, 1, 'resumptions')
      },
    },
    {
      name: 'raw public keys both ways',
      async run(gateway) {
        const from = gateway.edge.requests.length
        const { publicKey, key } = gateway.files
        const priority = `${BASE}:+ECDHE-ECDSA:+CTYPE-CLI-RAWPK:+CTYPE-SRV-RAWPK`
        const keys = ['--rawpkfile', publicKey, '--rawpkkeyfile', key, '--insecure']
        expectIn(await poll(priority, keys), 'answer')
        expectEqual(gateway.identitiesSince(from), ['raw-public-key'], 'identity at the edge')
      },
    },
    {
      name: 'PSK with AES-128-GCM',
      async run(gateway) {
        const from = gateway.edge.requests.length
        const psk = ['--pskusername', 'meter-7', '--pskkey', gateway.files.psk]
        expectIn(await poll(`${BASE}:+PSK`, psk), 'answer')
        expectEqual(gateway.identitiesSince(from), ['psk'], 'identity at the edge')
      },
    },
    {
      name: 'records of 512 octets (max_fragment_length)',
      async run(gateway) {
        const size = ['--recordsize', '512']
        expectIn(await poll(`${BASE}:+ECDHE-ECDSA:+CTYPE-X509`, [...x509(gateway), ...size]), 'answer')
      },
    },
  ],
}
