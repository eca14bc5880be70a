/** What a tenant's server proves itself with, read from PEM files and checked to belong together. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
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

/** No credential when something is wrong with it, which the source has then noted. `now`: milliseconds since 1970. */
export function readCredential(
  source: ConfigurationSource,
  at: string,
  files: CredentialFiles,
  serverNames: readonly string[],
  now: number,
): CredentialConfiguration[] {
  const proof = source.attempt(`${at}.key_file`, null, () => readServerKey(source.text(files.key_file)))
  const chain = source.attempt(`${at}.certificate_file`, null, () =>
    readChain(source, files.certificate_file),
  )
  if (proof === null || chain === null) return []
  const { key, group } = proof
  const [leaf] = chain
  if (leaf !== undefined && !leaf.checkPrivateKey(key)) {
    source.problem(`${at}.key_file`, 'expected the key of the certificate: the two do not match')
  }
  if (leaf !== undefined) source.warn(`${at}.certificate_file`, ...warningsOf(leaf, chain, serverNames, now))
  return [
    {
      chain: chain.map(({ raw }) => Uint8Array.from(raw)),
      key: Uint8Array.from(key.export({ format: 'der', type: 'pkcs8' })),
      group,
      notAfter: leaf === undefined ? null : Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
    },
  ]
}

function readServerKey(pem: string): { readonly key: KeyObject; readonly group: NamedGroup } {
  const key = readPrivateKey(pem)
  const group = GROUPS.get(key.asymmetricKeyDetails?.namedCurve)
  if (group === undefined) throw new Unusable('expected a key on P-256, P-384 or brainpoolP256r1')
  return { key, group }
}

function readChain(source: ConfigurationSource, name: string | undefined): X509Certificate[] {
  const chain = name === undefined ? [] : readCertificates(source, name)
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1]
    if (issuer !== undefined && !certificate.checkIssued(issuer)) {
      throw new Unusable(
        `expected the leaf first and each issuer after it: certificate ${index + 2} is out of place`,
      )
    }
  }
  return chain
}

/** PKCS#8 or SEC1, unencrypted. @throws {Unusable} */
export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new Unusable('expected an unencrypted private key, PEM, PKCS#8 or SEC1', { cause: error })
  }
}

/** @throws {Unusable} */
export function readCertificates(source: ConfigurationSource, name: string): X509Certificate[] {
  return source.pem(name, 'CERTIFICATE').map(({ der }) => {
    try {
      const certificate = new X509Certificate(der)
      // Its key is parsed when it is first wanted: now, not in a handshake.
      if (certificate.publicKey.type === 'public') return certificate
      throw new Unusable('expected certificates with public keys')
    } catch (error) {
      throw new Unusable('expected certificates, but one of them is damaged', { cause: error })
    }
  })
}

function warningsOf(
  leaf: X509Certificate,
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
  const missing = serverNames.filter((name) => leaf.checkHost(name) === undefined)
  if (missing.length > 0) warnings.push(`the certificate does not name ${missing.join(', ')}`)
  return warnings
}
