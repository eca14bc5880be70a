/** A folder with a gateway's files: a valid configuration, from which tests take away and to which they add. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'smol-toml'
import {
  type Configuration,
  ConfigurationFault,
  loadConfiguration,
} from '../../../gateway/configuration/index.ts'
import { writePem } from '../../../shared/pki/index.ts'
import { issueCertificate } from '../dtls/test-certificate.ts'

export const CLUSTER_KEY = Buffer.alloc(32, 7).toString('base64')
export const NOW = Date.UTC(2026, 10, 24)

type Table = Record<string, unknown>

export interface Parts {
  node: Table
  edge: Table
  listeners: Table[]
  tenants: Table[]
  coap?: Table
  sessions: Table
  admin?: Table
}

export class ConfigurationFolder {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'gateway-configuration-'))
  readonly environment: Record<string, string> = { CLUSTER_KEY }

  constructor() {
    const ca = issueCertificate({ name: 'CA', isCa: true })
    const server = issueCertificate({ name: 'eim.acme.example', issuer: ca })
    const client = issueCertificate({ name: 'device', issuer: ca })
    this.write('chain.pem', writePem('CERTIFICATE', server.der) + writePem('CERTIFICATE', ca.der))
    this.write('key.pem', server.key.export({ format: 'pem', type: 'pkcs8' }))
    this.write('ca.pem', writePem('CERTIFICATE', ca.der))
    this.write('client.pem', writePem('CERTIFICATE', client.der))
    this.write('client-key.pem', createPublicKey(client.key).export({ format: 'pem', type: 'spki' }))
    this.write('token.pem', ecKey('prime256v1'))
    this.write('psk.toml', '"dev1" = "000102030405060708090a0b0c0d0e0f"\n')
  }

  /** What every test starts from. */
  parts(): Parts {
    return {
      node: { name: 'gw-1', number: 1, workers: 2, cluster_key: { env: 'CLUSTER_KEY' } },
      edge: { token_key_file: 'token.pem' },
      listeners: [{ address: '0.0.0.0:5684' }],
      tenants: [
        {
          name: 'acme',
          server_names: ['eim.acme.example'],
          edge_url: 'https://eim.acme.example',
          credentials: [{ certificate_file: 'chain.pem', key_file: 'key.pem' }],
        },
      ],
      sessions: { store: 'memory' },
    }
  }

  write(name: string, content: string | Buffer): void {
    writeFileSync(path.join(this.folder, name), content)
  }

  rename(names: Readonly<Record<string, string>>): void {
    for (const [from, to] of Object.entries(names)) {
      renameSync(path.join(this.folder, from), path.join(this.folder, to))
    }
  }

  /** With `change` made to the parts. */
  load(change: (parts: Parts) => void = () => undefined): Configuration {
    const parts = this.parts()
    change(parts)
    this.write('gateway.toml', stringify(parts))
    return loadConfiguration(path.join(this.folder, 'gateway.toml'), this.environment, NOW)
  }

  /** What is wrong, one line each, without the folder. */
  problems(change?: (parts: Parts) => void): string[] {
    try {
      this.load(change)
    } catch (error) {
      if (error instanceof ConfigurationFault) {
        return error.message.split('\n').map((line) => line.replaceAll(`${this.folder}/`, ''))
      }
      throw error
    }
    return []
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** PEM, SEC1. */
export function ecKey(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve })
  return privateKey.export({ format: 'pem', type: 'sec1' }).toString()
}
