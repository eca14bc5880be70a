import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../../gateway/configuration/index.ts'
import { writePem } from '../../../shared/pki/index.ts'
import { issueCertificate } from '../dtls/test-certificate.ts'
import { addListener, first, set, setListener, setTenant } from './change-parts.ts'
import { ConfigurationFolder, ecKey, type Parts } from './configuration-folder.ts'

let folder: ConfigurationFolder
beforeEach(() => {
  folder = new ConfigurationFolder()
})
afterEach(() => folder.remove())

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
