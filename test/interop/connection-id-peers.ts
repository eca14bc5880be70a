/** The stacks that speak RFC 9146: Mbed TLS, pion, Scandium. Small devices of ours link them. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type GatewayUnderTest, PORT } from './gateway-under-test.ts'
import {
  CaseFailure,
  expectEqual,
  expectIn,
  installed,
  type Peer,
  type PeerCase,
  type Ran,
  run,
} from './peer.ts'
import { RebindingNat } from './rebinding-nat.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
/** Ignored by git. */
const BUILD = path.join(HERE, 'build')

function argumentsFor({ files }: GatewayUnderTest, mode: string): string[] {
  return [String(PORT), mode, files.ca, files.certificate, files.key, files.psk]
}

/** A device that polls, moves, and polls again: one full handshake, and the same session behind two ports. */
function moving(
  name: string,
  identity: string,
  call: (gateway: GatewayUnderTest) => Promise<Ran>,
  expected: { readonly output: readonly string[]; readonly resumed: number },
): PeerCase {
  return {
    name,
    async run(gateway) {
      const from = gateway.edge.requests.length
      const full = await gateway.metric('handshakes_total{outcome="established"}')
      const resumed = await gateway.metric('handshakes_total{outcome="resumed"}')
      const { status, output } = await call(gateway)
      if (status !== 0) throw new CaseFailure(output)
      expectIn(output, ...expected.output)
      expectEqual(gateway.identitiesSince(from), [identity], 'identity at the edge')
      expectEqual(
        (await gateway.metric('handshakes_total{outcome="established"}')) - full,
        1,
        'full handshakes',
      )
      expectEqual(
        (await gateway.metric('handshakes_total{outcome="resumed"}')) - resumed,
        expected.resumed,
        'resumptions',
      )
    },
  }
}

const mbedtlsClient = path.join(BUILD, 'mbedtls-client')
export const callMbedtls = (mode: string) => (gateway: GatewayUnderTest) =>
  run(mbedtlsClient, argumentsFor(gateway, mode))
const MBEDTLS_OUTPUT = [
  'cid: yes, 10 octets',
  'poll 1: 2.04 answer',
  'moved',
  'poll 2: 2.04 answer',
  'poll 3: 2.04 answer',
]

export const mbedtls: Peer = {
  name: 'Mbed TLS',
  proves: 'RFC 9146 as constrained devices ship it: new address without handshake, X.509, PSK, resumption',
  async prepare() {
    mkdirSync(BUILD, { recursive: true })
    const { status, output } = await run('sh', [path.join(HERE, 'install-mbedtls.sh')], { limitMs: 300_000 })
    if (status !== 0) throw new Error(output)
    const libraries = ['-lmbedtls', '-lmbedx509', '-lmbedcrypto']
    const built = await run('cc', [
      '-O1',
      '-o',
      mbedtlsClient,
      path.join(HERE, 'mbedtls/client.c'),
      ...libraries,
    ])
    if (built.status !== 0) throw new Error(built.output)
    const version = await run('sh', [
      '-c',
      'grep -h "MBEDTLS_VERSION_STRING " /usr/include/mbedtls/build_info.h',
    ])
    return /"(.*)"/.exec(version.output)?.[1] ?? ''
  },
  cases: [
    moving('X.509, Connection IDs both ways, new port, resumption', 'certificate', callMbedtls('cert'), {
      output: MBEDTLS_OUTPUT,
      resumed: 1,
    }),
    moving('PSK with AES-128-CCM-8, Connection IDs, new port, resumption', 'psk', callMbedtls('psk'), {
      output: MBEDTLS_OUTPUT,
      resumed: 1,
    }),
    moving('without Connection ID', 'certificate', callMbedtls('nocid'), {
      output: ['cid: no', 'poll 1: 2.04 answer', 'poll 3: 2.04 answer'],
      resumed: 1,
    }),
  ],
}

const pionClient = path.join(BUILD, 'pion-client')
const callPion = (mode: string) => (gateway: GatewayUnderTest) => run(pionClient, argumentsFor(gateway, mode))
const MOVED = ['poll: ', 'moved: ', 'large: ', '3000 octets', 'done']
const PION_OUTPUT = [...MOVED, 'resumed: ']

export const pion: Peer = {
  name: 'pion/dtls and go-coap',
  proves: 'a second RFC 9146 stack: new address without handshake; resumption; CoAP block-wise both ways',
  async prepare() {
    mkdirSync(BUILD, { recursive: true })
    const built = await run('go', ['build', '-o', pionClient, '.'], {
      cwd: path.join(HERE, 'pion'),
      limitMs: 300_000,
    })
    if (built.status !== 0) throw new Error(built.output)
    const listed = await run(
      'go',
      ['list', '-m', 'github.com/pion/dtls/v3', 'github.com/plgd-dev/go-coap/v3'],
      {
        cwd: path.join(HERE, 'pion'),
      },
    )
    return [...listed.output.matchAll(/ v(\S+)/g)].map(([, version]) => version).join(', ')
  },
  cases: [
    moving('X.509, new port, blocks, resumption', 'certificate', callPion('cert'), {
      output: PION_OUTPUT,
      resumed: 1,
    }),
    moving('PSK, new port, blocks', 'psk', callPion('psk'), { output: MOVED, resumed: 0 }),
  ],
}

const CLASSES = `${HERE}californium/target/classes:${HERE}californium/target/lib/*`

const callCalifornium = (mode: string) => async (gateway: GatewayUnderTest) => {
  const nat = await RebindingNat.start(PORT)
  const [, ...further] = argumentsFor(gateway, mode)
  const ran = await run('java', ['-cp', CLASSES, 'Device', String(nat.port), ...further])
  nat.stop()
  if (nat.rebindings === 0) throw new CaseFailure('the NAT never forgot')
  return ran
}
const CALIFORNIUM_OUTPUT = [...MOVED, 'resumed: ']

export const californium: Peer = {
  name: 'Californium and Scandium',
  proves: 'a third RFC 9146 stack; raw public keys; block-wise with Request-Tag; resumption by session id',
  async prepare() {
    await installed('mvn', 'maven')
    const flags = ['-q', '-B', 'package', 'dependency:copy-dependencies', '-DoutputDirectory=target/lib']
    const built = await run('mvn', flags, { cwd: path.join(HERE, 'californium'), limitMs: 300_000 })
    if (built.status !== 0) throw new Error(built.output.split('\n').slice(0, 5).join(' '))
    return '3.13.0'
  },
  cases: [
    moving('X.509, new port, blocks, resumption', 'certificate', callCalifornium('cert'), {
      output: CALIFORNIUM_OUTPUT,
      resumed: 1,
    }),
    moving('raw public keys, new port, blocks, resumption', 'raw-public-key', callCalifornium('rpk'), {
      output: CALIFORNIUM_OUTPUT,
      resumed: 1,
    }),
    moving('PSK, new port, blocks, resumption', 'psk', callCalifornium('psk'), {
      output: CALIFORNIUM_OUTPUT,
      resumed: 1,
    }),
  ],
}
