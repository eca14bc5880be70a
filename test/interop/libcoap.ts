/** libcoap's coap-client, in its OpenSSL and GnuTLS builds: options and block-wise transfer as a constrained stack does them. */
import { type GatewayUnderTest, PORT } from './gateway-under-test.ts'
import { expectEqual, expectIn, installed, type Peer, type PeerCase, run } from './peer.ts'

const URI = `coaps://127.0.0.1:${PORT}/e`

function blockWise(
  command: string,
  name: string,
  flagsOf: (gateway: GatewayUnderTest) => string[],
): PeerCase {
  return {
    name: `${command}: ${name}, 4000 octets up and 3000 down in blocks`,
    async run(gateway) {
      const from = gateway.edge.requests.length
      const flags = [
        '-m',
        'post',
        '-t',
        '42',
        '-B',
        '20',
        '-b',
        '256',
        '-e',
        'q'.repeat(4000),
        ...flagsOf(gateway),
        URI,
      ]
      const { output } = await run(command, flags, { limitMs: 30_000 })
      expectIn(output, 'a'.repeat(1000))
      expectEqual(
        gateway.edge.requests.slice(from).map(({ body }) => body.length),
        [4000],
        'bodies at the edge',
      )
    },
  }
}

const psk = ({ files }: GatewayUnderTest) => ['-u', 'meter-7', '-k', Buffer.from(files.psk, 'hex').toString()]
const pki = ({ files }: GatewayUnderTest) => ['-c', files.certificate, '-j', files.key, '-C', files.ca]

export const libcoap: Peer = {
  name: 'libcoap coap-client',
  proves: 'CoAP options, Block1 and Block2 with 256-octet blocks, X.509 and PSK',
  async prepare() {
    await installed('coap-client-openssl', 'libcoap3-bin')
    const { output } = await run('coap-client-openssl', ['-h'])
    return /v?(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? ''
  },
  cases: [
    blockWise('coap-client-openssl', 'X.509', pki),
    blockWise('coap-client-gnutls', 'X.509', pki),
    blockWise('coap-client-gnutls', 'PSK', psk),
  ],
}
