/** Whose devices a tenant believes, read from PEM files and thumbprints. */
import { createHash, createPublicKey } from 'node:crypto'
import type { ClientTrust } from '../dtls/index.ts'
import type { ConfigurationFile } from './configuration-file.ts'
import { type ConfigurationSource, Unusable } from './configuration-source.ts'
import { readCertificates } from './credentials.ts'

export type TrustSection = NonNullable<ConfigurationFile['tenants'][number]['trust']>

export function readTrust(
  source: ConfigurationSource,
  at: string,
  section: TrustSection,
  now: number,
): ClientTrust {
  const each = <Value>(key: keyof TrustSection, read: (name: string) => readonly Value[]): Value[] =>
    section[key].flatMap((name, index) => source.attempt(`${at}.${key}[${index}]`, [], () => read(name)))
  const certificates = (name: string) => readCertificates(source, name)
  const anchors = each('ca_files', certificates)
  for (const anchor of anchors) {
    if (!anchor.ca)
      source.problem(`${at}.ca_files`, `expected certificates of CAs, and ${anchor.subject} is none`)
    if (now > Date.parse(anchor.validTo)) {
      source.warn(`${at}.ca_files`, `${anchor.subject} expired on ${anchor.validTo}`)
    }
  }
  const pinned = each('pinned_certificate_files', (name) => certificates(name).map(({ raw }) => sha256(raw)))
  const rawKeys = each('raw_public_key_files', (name) =>
    source.pem(name, 'PUBLIC KEY').map(({ der }) => sha256(readPublicKey(der))),
  )
  return {
    anchors: anchors.map(({ raw }) => Uint8Array.from(raw)),
    pinnedCertificates: new Set([...pinned, ...section.pinned_certificates.map(lowerCase)]),
    rawPublicKeys: new Set([...rawKeys, ...section.raw_public_keys.map(lowerCase)]),
  }
}

export const NO_TRUST: ClientTrust = { anchors: [], pinnedCertificates: new Set(), rawPublicKeys: new Set() }

function readPublicKey(der: Uint8Array): Uint8Array {
  try {
    createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    return der
  } catch (error) {
    throw new Unusable('expected a public key, but its contents are damaged', { cause: error })
  }
}

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}

const lowerCase = (text: string) => text.toLowerCase()
