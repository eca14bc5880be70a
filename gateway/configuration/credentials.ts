/** What a tenant's server proves itself with, read from PEM files and checked to belong together. */
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type NamedGroup, namedGroup } from '../dtls/index.ts'
import type { CredentialConfiguration } from './configuration.ts'
import { type ConfigurationSource, Unusable } from './configuration-source.ts'

const GROUPS: ReadonlyMap<string | undefined, NamedGroup> = new Map([
  ['prime256v1', namedGroup.secp256r1],
  ['secp384r1', namedGroup.secp384r1],
  ['brainpoolP256r1', namedGroup.brainpoolP256r1],
])
const DAY_MS = 86_400_000
/** A certificate that ends so soon is warned of. */
const WARNING_MS = 21 * DAY_MS

export interface CredentialFiles {
  readonly certificate_file?: string | undefined
  readonly key_file: string
}

/** `now`: milliseconds since 1970. @throws {Unusable} */
export function readCredential(
  source: ConfigurationSource,
  at: string,
  files: CredentialFiles,
  serverNames: readonly string[],
  now: number,
): CredentialConfiguration {
  const key = readPrivateKey(source.text(files.key_file))
  const group = GROUPS.get(key.asymmetricKeyDetails?.namedCurve)
  if (group === undefined) throw new Unusable('expected a key on P-256, P-384 or brainpoolP256r1')
  const chain =
    files.certificate_file === undefined
      ? []
      : source.pem(files.certificate_file, 'CERTIFICATE').map(({ der }) => readCertificate(der))
  const [leaf] = chain
  if (leaf !== undefined) {
    if (!leaf.checkPrivateKey(key))
      throw new Unusable('expected the key of the certificate: the two do not match')
    checkOrder(chain)
    for (const warning of warningsOf(chain, serverNames, now)) source.warnings.push(`${at}: ${warning}`)
  }
  return {
    chain: chain.map(({ raw }) => Uint8Array.from(raw)),
    key: Uint8Array.from(key.export({ format: 'der', type: 'pkcs8' })),
    group,
  }
}

/** PKCS#8 or SEC1, unencrypted. @throws {Unusable} */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new Unusable('expected an unencrypted private key, PEM, PKCS#8 or SEC1', { cause: error })
  }
}

export function readCertificate(der: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(der)
    createPublicKey(certificate.publicKey.export({ format: 'pem', type: 'spki' }))
    return certificate
  } catch (error) {
    throw new Unusable('expected a certificate, but its contents are damaged', { cause: error })
  }
}

function checkOrder(chain: readonly X509Certificate[]): void {
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1]
    if (issuer !== undefined && !certificate.checkIssued(issuer)) {
      throw new Unusable(
        `expected the leaf first and each issuer after it: certificate ${index + 2} is out of place`,
      )
    }
  }
}

function warningsOf(
  chain: readonly X509Certificate[],
  serverNames: readonly string[],
  now: number,
): string[] {
  const warnings = chain.flatMap((certificate, index) => {
    const which = index === 0 ? 'the certificate' : `certificate ${index + 1} of the chain`
    if (now < Date.parse(certificate.validFrom))
      return `${which} is not valid before ${certificate.validFrom}`
    if (now > Date.parse(certificate.validTo)) return `${which} expired on ${certificate.validTo}`
    if (now > Date.parse(certificate.validTo) - WARNING_MS)
      return `${which} expires on ${certificate.validTo}`
    return []
  })
  const missing = serverNames.filter((name) => chain[0]?.checkHost(name) === undefined)
  if (missing.length > 0) warnings.push(`the certificate does not name ${missing.join(', ')}`)
  return warnings
}
