import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_TIMING, NB_IOT_TIMING } from '../../../gateway/coap/index.ts'
import { loadConfiguration, loadTenants, mergeReload } from '../../../gateway/configuration/index.ts'
import { cipherSuites, namedGroup } from '../../../gateway/dtls/index.ts'
import { writePem } from '../../../shared/pki/index.ts'
import { issueCertificate } from '../dtls/test-certificate.ts'
import { addListener, first, set, setListener, setTenant } from './change-parts.ts'
import { ConfigurationFolder, ecKey, NOW } from './configuration-folder.ts'

let folder: ConfigurationFolder
beforeEach(() => {
  folder = new ConfigurationFolder()
})
afterEach(() => folder.remove())

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

  it('may be named from the working directory; the files it names are still found from where it lies', () => {
    const { files } = folder.load()
    const named = path.relative(process.cwd(), path.join(folder.folder, 'gateway.toml'))
    expect(loadConfiguration(named, folder.environment, NOW).files).toEqual(files)
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

describe('the trust of a tenant', () => {
  const pinned = { kind: 'certificate', thumbprint: 'ab'.repeat(32), notAfter: 0, authority: '' } as const
  const rawKey = { kind: 'raw-public-key', thumbprint: 'cd'.repeat(32) } as const
  const psk = { kind: 'psk', identity: 'dev1' } as const
  const anonymous = { kind: 'anonymous' } as const
  const trust = { pinned_certificates: [pinned.thumbprint], raw_public_keys: [rawKey.thumbprint] }

  const trusted = (change?: Parameters<typeof folder.load>[0], tenant = 'acme') => {
    const tenants = loadTenants(folder.load(change))
    return [pinned, rawKey, psk, anonymous].filter((identity) => tenants.trusts(tenant, identity))
  }

  it('is in each identity it has a key or a thumbprint of, and in anybody who need not show one', () => {
    const all = { client_authentication: 'optional', trust, psk_file: 'psk.toml' }

    expect(trusted(setTenant(all))).toEqual([pinned, rawKey, psk, anonymous])
    expect(trusted(setTenant({ ...all, client_authentication: 'required' }))).toEqual([pinned, rawKey, psk])
    expect(trusted(setTenant({ ...all, trust: { ca_files: ['ca.pem'] } }))).toEqual([psk, anonymous])
  })

  it('ends with the pre-shared key, with everything that is listed, and with the tenant', () => {
    expect(trusted(setTenant({ psk_file: 'psk.toml' }))).toContain(psk)
    folder.write('psk.toml', '"dev2" = "000102030405060708090a0b0c0d0e0f"\n')
    expect(trusted(setTenant({ psk_file: 'psk.toml' }))).toEqual([anonymous])
    expect(trusted()).toEqual([anonymous])
    expect(trusted(undefined, 'other')).toEqual([])
  })

  it('is in nobody without a key where the tenant itself has nothing but pre-shared keys', () => {
    expect(trusted(setTenant({ credentials: [], psk_file: 'psk.toml' }))).toEqual([psk])
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
