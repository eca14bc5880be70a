import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_TIMING, NB_IOT_TIMING } from '../../../gateway/coap/index.ts'
import { loadConfiguration, loadTenants, mergeReload } from '../../../gateway/configuration/index.ts'
import { cipherSuites, namedGroup } from '../../../gateway/dtls/index.ts'
import { writePem } from '../../../shared/pki/index.ts'
import { issueCertificate } from '../dtls/test-certificate.ts'
import { ConfigurationFolder, ecKey, type Parts } from './configuration-folder.ts'

let folder: ConfigurationFolder
beforeEach(() => {
  folder = new ConfigurationFolder()
})
afterEach(() => folder.remove())

const first = <Value>(values: readonly Value[]): Value => {
  const [value] = values
  if (value === undefined) throw new Error('there is none')
  return value
}
const set =
  (part: 'node' | 'edge' | 'coap' | 'sessions' | 'admin', values: Record<string, unknown>) =>
  (parts: Parts): void => {
    parts[part] = { ...parts[part], ...values }
  }
const setListener =
  (values: Record<string, unknown>) =>
  (parts: Parts): void => {
    Object.assign(first(parts.listeners), values)
  }
const setTenant =
  (values: Record<string, unknown>) =>
  (parts: Parts): void => {
    Object.assign(first(parts.tenants), values)
  }
const addListener =
  (listener: Record<string, unknown>) =>
  (parts: Parts): void => {
    parts.listeners.push(listener)
  }

describe('a configuration', () => {
  it('crosses to a worker as plain data, with the contents of its files, and makes policies there', () => {
    const configuration = structuredClone(
      folder.load(
        setTenant({
          client_authentication: 'required',
          trust: { ca_files: ['ca.pem'] },
          psk_file: 'psk.toml',
        }),
      ),
    )
    folder.remove()
    const tenants = loadTenants(configuration)
    folder = new ConfigurationFolder()

    const listener = first(configuration.listeners)
    const policy = tenants.policyFor(listener, 'eim.acme.example')
    expect(policy).toMatchObject({ tenant: 'acme', clientAuthentication: 'required', hasPreSharedKeys: true })
    expect(policy?.credentials[0]?.chain).toHaveLength(2)
    expect(policy?.credentials[0]?.group).toBe(namedGroup.secp256r1)
    expect(policy?.trust.anchors).toHaveLength(1)
    expect(tenants.preSharedKey('acme', 'dev1')).toEqual(
      Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
    )
    expect(tenants.preSharedKey('acme', 'dev2')).toBeUndefined()
    expect(tenants.preSharedKey('other', 'dev1')).toBeUndefined()
    expect(tenants.policyFor(listener, 'eim.other.example')).toBeUndefined()
    expect(tenants.policyFor(listener, undefined)).toBeUndefined()
  })

  it('has the defaults of the standards', () => {
    const configuration = folder.load()

    expect(first(configuration.listeners)).toEqual({
      address: { host: '0.0.0.0', port: 5684 },
      isProtected: true,
      timing: DEFAULT_TIMING,
      blockSize: 1024,
      initialTimeoutMs: 2000,
      datagramLimit: 1232,
      suites: cipherSuites.map(({ code }) => code),
      groups: [namedGroup.secp256r1, namedGroup.x25519, namedGroup.secp384r1],
      defaultTenant: null,
    })
    expect(configuration.edge.target).toEqual({
      origin: 'https://eim.acme.example',
      host: 'eim.acme.example',
    })
    expect(configuration.warnings).toEqual([])
    expect(configuration.files.map((file) => path.basename(file))).toEqual([
      'gateway.toml',
      'token.pem',
      'key.pem',
      'chain.pem',
    ])
  })

  it('has slower timers and smaller datagrams for NB-IoT', () => {
    const configuration = folder.load(setListener({ timing: 'nb-iot', default_tenant: 'acme' }))

    expect(first(configuration.listeners)).toMatchObject({
      timing: NB_IOT_TIMING,
      blockSize: 512,
      initialTimeoutMs: 9000,
      datagramLimit: 600,
      defaultTenant: 'acme',
    })
  })

  it('reads every key there is', () => {
    folder.environment.CREDENTIALS = folder.folder
    const configuration = folder.load((parts) => {
      set('node', {
        previous_cluster_keys: [{ env: 'CLUSTER_KEY' }],
        hand_over: { address: '10.0.0.1:5685', peers: [{ number: 2, address: '[2001:db8::2]:5685' }] },
      })(parts)
      set('edge', {
        url: 'http://127.0.0.1:8787',
        host: 'EIM.example',
        ca_file: 'ca.pem',
        push: true,
        timeout_ms: 5000,
      })(parts)
      setListener({ suites: ['PSK_AES_128_CCM_8'], groups: ['brainpoolP256r1', 'secp256r1'] })(parts)
      setTenant({ edge_host: 'eim.acme.example', edge_url: 'https://10.1.1.1' })(parts)
      set('coap', { aliases: { e: '/gsma/rsp2/asn1' }, body_code: '2.05' })(parts)
      set('sessions', { store: 'sqlite', file: `\${CREDENTIALS}/sessions.db`, idle_days: 1 })(parts)
      set('admin', { address: '127.0.0.1:9684' })(parts)
    })

    expect(configuration.node.previousClusterKeys).toHaveLength(1)
    expect(configuration.node.handOver?.peers).toEqual([
      { number: 2, address: { host: '2001:db8::2', port: 5685 } },
    ])
    expect(configuration.edge).toMatchObject({
      target: { origin: 'http://127.0.0.1:8787', host: 'eim.example' },
      hasPush: true,
      timeoutMs: 5000,
    })
    expect(configuration.edge.certificateAuthorities).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(first(configuration.listeners).suites).toEqual([0xc0a8])
    expect(first(configuration.tenants).target).toEqual({
      origin: 'https://10.1.1.1',
      host: 'eim.acme.example',
    })
    expect(configuration.coap).toEqual({ aliases: new Map([['e', '/gsma/rsp2/asn1']]), bodyCode: '2.05' })
    expect(configuration.sessions).toEqual({
      store: 'sqlite',
      file: path.join(folder.folder, 'sessions.db'),
      idleMs: 86_400_000,
    })
    expect(configuration.admin).toEqual({ host: '127.0.0.1', port: 9684 })
  })

  it('is overridden by the environment, key material included', () => {
    Object.assign(folder.environment, {
      GATEWAY_NODE_NAME: 'gw-7',
      GATEWAY_NODE_NUMBER: '7',
      GATEWAY_WORKERS: '3',
      GATEWAY_EDGE_URL: 'https://edge.example',
      GATEWAY_ADMIN_ADDRESS: '[::1]:9000',
      GATEWAY_CLUSTER_KEY: Buffer.alloc(32, 9).toString('base64'),
      GATEWAY_TOKEN_KEY: ecKey('prime256v1'),
    })

    const { node, edge, admin } = folder.load((parts) => {
      parts.edge = {}
      parts.node.cluster_key = undefined
    })

    expect(node).toMatchObject({
      name: 'gw-7',
      number: 7,
      workers: 3,
      clusterKey: new Uint8Array(32).fill(9),
    })
    expect(edge.target.origin).toBe('https://edge.example')
    expect(admin).toEqual({ host: '::1', port: 9000 })
  })

  it('leads a name to its tenant, and clients without a known name to the default of their listener', () => {
    const configuration = folder.load((parts) => {
      const acme = first(parts.tenants)
      parts.tenants.push({ ...acme, name: 'other', server_names: ['eim.other.example'] })
      setListener({ default_tenant: 'other' })(parts)
      addListener({ address: '0.0.0.0:5685', default_tenant: 'acme' })(parts)
    })
    const tenants = loadTenants(configuration)

    const [one, two] = configuration.listeners.map((listener) =>
      ['eim.acme.example', 'eim.other.example', 'eim.unknown.example', undefined].map(
        (name) => tenants.policyFor(listener, name)?.tenant,
      ),
    )

    expect(one).toEqual(['acme', 'other', 'other', 'other'])
    expect(two).toEqual(['acme', 'other', 'acme', 'acme'])
  })

  it('shows a brainpool credential only where the listener has the curve in its groups', () => {
    folder.write('brainpool.pem', ecKey('brainpoolP256r1'))
    const configuration = folder.load((parts) => {
      setListener({ default_tenant: 'acme' })(parts)
      addListener({
        address: '0.0.0.0:5685',
        default_tenant: 'acme',
        groups: ['secp256r1', 'brainpoolP256r1'],
      })(parts)
      setTenant({ credentials: [{ key_file: 'brainpool.pem' }, { key_file: 'key.pem' }] })(parts)
    })
    const tenants = loadTenants(configuration)

    const groups = configuration.listeners.map((listener) =>
      tenants.policyFor(listener, undefined)?.credentials.map(({ group }) => group),
    )

    expect(groups).toEqual([[namedGroup.secp256r1], [namedGroup.brainpoolP256r1, namedGroup.secp256r1]])
  })

  it('takes trust as files and as thumbprints', () => {
    const thumbprint = 'AB'.repeat(32)
    const configuration = folder.load(
      setTenant({
        client_authentication: 'optional',
        trust: {
          pinned_certificate_files: ['client.pem'],
          pinned_certificates: [thumbprint],
          raw_public_key_files: ['client-key.pem'],
          raw_public_keys: [thumbprint],
        },
      }),
    )

    const { trust } = first(configuration.tenants)
    expect(trust.pinnedCertificates.size).toBe(2)
    expect(trust.rawPublicKeys.size).toBe(2)
    expect(trust.pinnedCertificates.has('ab'.repeat(32))).toBe(true)
  })
})

describe('a reload', () => {
  it('takes tenants and edge, and names what waits for the next start', () => {
    const running = folder.load()
    const next = folder.load((parts) => {
      setTenant({ psk_file: 'psk.toml' })(parts)
      set('edge', { timeout_ms: 5000 })(parts)
      set('node', { number: 2 })(parts)
      setListener({ timing: 'nb-iot' })(parts)
    })

    const { configuration, waiting } = mergeReload(running, next)

    expect(waiting).toEqual(['node', 'listeners'])
    expect(configuration).toMatchObject({ node: running.node, listeners: running.listeners })
    expect(configuration).toMatchObject({ tenants: next.tenants, edge: next.edge, files: next.files })
  })

  it('of an unchanged file leaves nothing waiting', () => {
    expect(mergeReload(folder.load(), folder.load()).waiting).toEqual([])
  })
})

describe('what is warned of', () => {
  const credential = { credentials: [{ certificate_file: 'old.pem', key_file: 'old-key.pem' }] }
  const write = (notAfter: string, name = 'eim.acme.example') => {
    const { der, key } = issueCertificate({ name, notAfter })
    folder.write('old.pem', writePem('CERTIFICATE', der))
    folder.write('old-key.pem', key.export({ format: 'pem', type: 'pkcs8' }))
  }

  it.each([
    ['261123000000Z', 'expired on Nov 23'],
    ['261201000000Z', 'expires on Dec  1'],
  ])('is a certificate that ends on %s', (notAfter, warning) => {
    write(notAfter)

    const [line] = folder.load(setTenant(credential)).warnings

    expect(line).toContain('tenants[0].credentials[0].certificate_file: the certificate ')
    expect(line).toContain(warning)
  })

  it('is a certificate for another name', () => {
    write('491231235959Z', 'eim.example')

    expect(folder.load(setTenant(credential)).warnings).toEqual([
      'tenants[0].credentials[0].certificate_file: the certificate does not name eim.acme.example',
    ])
  })
})

describe('what is refused, with file, key and what was expected', () => {
  it('is no file, and no TOML', () => {
    expect(() => loadConfiguration('/nonexistent/gateway.toml', {})).toThrow(
      '/nonexistent/gateway.toml: the file: expected a readable file, and /nonexistent/gateway.toml is not (ENOENT)',
    )
    folder.write('broken.toml', '[node]\nname = \n')
    expect(() => loadConfiguration(path.join(folder.folder, 'broken.toml'), {})).toThrow(
      /broken\.toml: line 2, column 8: /,
    )
  })

  it('is everything at once', () => {
    const problems = folder.problems((parts) => {
      set('node', { number: 256, nmae: 'gw' })(parts)
      setListener({ adress: 'x', address: 'localhost' })(parts)
      setTenant({ edge_url: 'http://eim.acme.example', trust: { ca_file: 'ca.pem' } })(parts)
    })

    expect(problems).toEqual([
      'gateway.toml: node.number: Too big: expected number to be <=255',
      'gateway.toml: node.nmae: no such key',
      'gateway.toml: listeners[0].address: expected an address and a port, as "0.0.0.0:5684" or "[::]:5684"',
      'gateway.toml: listeners[0].adress: no such key',
      'gateway.toml: tenants[0].edge_url: expected an https URL without path, as "https://eim.example.com"; http to this machine only',
      'gateway.toml: tenants[0].trust.ca_file: no such key',
    ])
  })

  it.each<[string, (parts: Parts) => void]>([
    [
      'node.cluster_key: expected { env = "VARIABLE" } or { file = "PATH" }',
      set('node', { cluster_key: 'c2VjcmV0' }),
    ],
    [
      'node.cluster_key: expected the variable NONE, which is not set',
      set('node', { cluster_key: { env: 'NONE' } }),
    ],
    [
      'node.cluster_key: expected 32 octets in base64, as "openssl rand -base64 32" gives',
      set('node', { cluster_key: { file: 'psk.toml' } }),
    ],
    [
      'node.hand_over.peers[0].number: expected a number that no other node has: 1 is that of node.number as well',
      set('node', { hand_over: { address: '10.0.0.1:1', peers: [{ number: 1, address: '10.0.0.2:1' }] } }),
    ],
    [
      'node.hand_over.peers[1].number: expected a number that no other node has: 2 is that of node.hand_over.peers[0].number as well',
      set('node', {
        hand_over: {
          address: '10.0.0.1:1',
          peers: [
            { number: 2, address: '10.0.0.2:1' },
            { number: 2, address: '10.0.0.3:1' },
          ],
        },
      }),
    ],
    [
      'edge.token_key_file: expected a file, or the key in the variable GATEWAY_TOKEN_KEY',
      (parts) => delete parts.edge.token_key_file,
    ],
    [
      'edge.token_key_file: expected an unencrypted private key, PEM, PKCS#8 or SEC1',
      set('edge', { token_key_file: 'ca.pem' }),
    ],
    ['edge.ca_file: expected a PEM file with CERTIFICATE', set('edge', { ca_file: 'key.pem' })],
    ['edge.ca_file: the text holds no PEM block', set('edge', { ca_file: 'psk.toml' })],
    [
      'edge.ca_file: expected the variable NOWHERE, which is not set',
      set('edge', { ca_file: `\${NOWHERE}/ca.pem` }),
    ],
    [
      'listeners[0].protocol: expected "coaps": CoAP in the clear needs laboratory = true',
      setListener({ protocol: 'coap', default_tenant: 'acme' }),
    ],
    [
      'listeners[1].default_tenant: expected a tenant: clients without DTLS name no server',
      addListener({ address: '0.0.0.0:5683', protocol: 'coap', laboratory: true }),
    ],
    [
      'listeners[0].default_tenant: expected the name of a tenant of this file',
      setListener({ default_tenant: 'nobody' }),
    ],
    [
      'listeners[1].address: expected an address of its own: 0.0.0.0:5684 is that of listeners[0].address as well',
      addListener({ address: '0.0.0.0:5684' }),
    ],
    [
      'tenants[0].server_names: expected a server name, or to be a default_tenant: nobody gets here',
      setTenant({ server_names: [] }),
    ],
    [
      'tenants[0].credentials: expected a credential or a psk_file: there is nothing to be proven with',
      setTenant({ credentials: [] }),
    ],
    [
      'tenants[0].trust: expected trust or a psk_file, since client_authentication is "required"',
      setTenant({ client_authentication: 'required' }),
    ],
    [
      'tenants[0].client_authentication: expected "optional" or "required", since trust is given',
      setTenant({ trust: { ca_files: ['ca.pem'] } }),
    ],
    [
      'tenants[0].trust.ca_files: expected certificates of CAs, and CN=device is none',
      setTenant({ client_authentication: 'required', trust: { ca_files: ['client.pem'] } }),
    ],
    [
      'tenants[0].credentials[0].key_file: expected the key of the certificate: the two do not match',
      setTenant({ credentials: [{ certificate_file: 'chain.pem', key_file: 'token.pem' }] }),
    ],
    [
      'tenants[0].credentials[0].key_file: expected a readable file, and none.pem is not (ENOENT)',
      setTenant({ credentials: [{ key_file: 'none.pem' }] }),
    ],
    ['sessions.file: expected a file, since store is "sqlite"', set('sessions', { store: 'sqlite' })],
    ['sessions.file: expected none, since store is "edge"', set('sessions', { store: 'edge', file: 'x' })],
    [
      'coap.aliases.e: expected a path of ESipa, as "/gsma/rsp2/asn1" or "/gsma/rsp2/esipa/getEimPackage"',
      set('coap', { aliases: { e: '/admin' } }),
    ],
    [
      'coap.aliases.a/b: expected one short path segment',
      set('coap', { aliases: { 'a/b': '/gsma/rsp2/asn1' } }),
    ],
  ])('is %s', (problem, change) => {
    expect(folder.problems(change)).toEqual([`gateway.toml: ${problem}`])
  })

  it('is a name that leads to two tenants', () => {
    const problems = folder.problems((parts) =>
      parts.tenants.push({ ...first(parts.tenants), name: 'other' }),
    )

    expect(problems).toEqual([
      'gateway.toml: tenants[1].server_names[0]: expected a server name that leads to one tenant only: eim.acme.example is that of tenants[0].server_names[0] as well',
    ])
  })

  it('is a chain out of order, and a curve that no DTLS client asks for', () => {
    const ca = issueCertificate({ name: 'CA', isCa: true })
    const stranger = issueCertificate({ name: 'stranger' })
    const leaf = issueCertificate({ name: 'eim.acme.example', issuer: ca })
    folder.write('disorder.pem', writePem('CERTIFICATE', leaf.der) + writePem('CERTIFICATE', stranger.der))
    folder.write('leaf-key.pem', leaf.key.export({ format: 'pem', type: 'sec1' }))
    folder.write('k1.pem', ecKey('secp256k1'))

    const problems = folder.problems(
      setTenant({
        credentials: [{ certificate_file: 'disorder.pem', key_file: 'leaf-key.pem' }, { key_file: 'k1.pem' }],
      }),
    )

    expect(problems).toEqual([
      'gateway.toml: tenants[0].credentials[0].certificate_file: expected the leaf first and each issuer after it: certificate 2 is out of place',
      'gateway.toml: tenants[0].credentials[1].key_file: expected a key on P-256, P-384 or brainpoolP256r1',
    ])
  })

  it('is a brainpool credential that no listener would show', () => {
    folder.write('brainpool.pem', ecKey('brainpoolP256r1'))

    expect(folder.problems(setTenant({ credentials: [{ key_file: 'brainpool.pem' }] }))).toEqual([
      'gateway.toml: tenants[0].credentials[0].key_file: expected a key on a curve that a listener has in its groups',
    ])
  })

  it('is a variable, by its own name', () => {
    folder.environment.GATEWAY_NODE_NUMBER = 'seven'

    expect(folder.problems()).toEqual([
      'environment: GATEWAY_NODE_NUMBER: Invalid input: expected number, received string',
    ])
  })
})

describe('a file of pre-shared keys', () => {
  const pskFile = setTenant({ psk_file: 'psk.toml' })

  it('takes any identity, and never mistakes one for something else', () => {
    folder.write(
      'psk.toml',
      [
        '"__proto__" = "000102030405060708090a0b0c0d0e0f"',
        '"urn:dev:1" = "base64:AAECAwQFBgcICQoLDA0ODw=="',
        '',
      ].join('\n'),
    )

    const tenants = loadTenants(folder.load(pskFile))

    expect(tenants.preSharedKey('acme', '__proto__')).toHaveLength(16)
    expect(tenants.preSharedKey('acme', 'urn:dev:1')).toEqual(tenants.preSharedKey('acme', '__proto__'))
    expect(tenants.preSharedKey('acme', 'constructor')).toBeUndefined()
  })

  it.each([
    ['"dev1" = "0001"', 'psk.toml: "dev1": expected a key of 16 to 64 octets, hexadecimal or "base64:…"'],
    ['"dev1" = 5', 'psk.toml: "dev1": expected a key of 16 to 64 octets, hexadecimal or "base64:…"'],
    [
      `"${'x'.repeat(129)}" = "000102030405060708090a0b0c0d0e0f"`,
      `psk.toml: "${'x'.repeat(129)}": expected an identity of 1 to 128 octets`,
    ],
  ])('with %s is refused', (line, problem) => {
    folder.write('psk.toml', `"good" = "000102030405060708090a0b0c0d0e0f"\n${line}\n`)

    expect(folder.problems(pskFile)).toEqual([problem])
  })

  it('that is malformed or empty is refused without telling a key', () => {
    folder.write('psk.toml', '"dev1" = 000102030405060708090a0b0c0d0e0f\n')
    expect(folder.problems(pskFile)).toEqual([
      'gateway.toml: tenants[0].psk_file: expected TOML of the form "identity" = "key", but line 1 is not',
    ])
    folder.write('psk.toml', '')
    expect(folder.problems(pskFile)).toEqual([
      'gateway.toml: tenants[0].psk_file: expected at least one pre-shared key in the file',
    ])
  })
})
