/** What a single certificate must be to stand as CI, EUM or eUICC in a chain (SGP.22 §4.5.2.1, RFC 5280 §6.1). */
import type { Certificate } from './certificate.ts'
import { ExtensionId, type KeyUsage } from './certificate-extensions.ts'
import type { ChainFault, ChainRole } from './chain-fault.ts'

interface RoleProfile {
  readonly keyUsage: KeyUsage
  /** Any one of these; the first is that of the deployed certificates (id-rspRole-*). */
  readonly policies: readonly string[]
  /** Extensions whose meaning is applied here or in the chain; another critical one is refused. */
  readonly understood: ReadonlySet<string>
}

const UNDERSTOOD = [
  ExtensionId.authorityKeyIdentifier,
  ExtensionId.subjectKeyIdentifier,
  ExtensionId.keyUsage,
  ExtensionId.certificatePolicies,
  ExtensionId.basicConstraints,
  ExtensionId.subjectAltName,
]

const PROFILES: Readonly<Record<ChainRole, RoleProfile>> = {
  ci: {
    keyUsage: 'keyCertSign',
    policies: ['2.23.146.1.2.1.0'],
    understood: new Set(UNDERSTOOD),
  },
  eum: {
    keyUsage: 'keyCertSign',
    // Version 3 of SGP.22 moved the roles below that of the CI; Variant O keeps the short identifiers.
    policies: ['2.23.146.1.2.1.2', '2.23.146.1.2.1.0.0.0'],
    understood: new Set([...UNDERSTOOD, ExtensionId.nameConstraints, ExtensionId.permittedEins]),
  },
  euicc: {
    keyUsage: 'digitalSignature',
    policies: ['2.23.146.1.2.1.1', '2.23.146.1.2.1.0.0.0.0.0'],
    understood: new Set(UNDERSTOOD),
  },
}

/** The one algorithm of eSIM certificates, ecdsa-with-SHA256. */
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'

/** The first rule that `certificate` breaks as `role` at the instant `at` (milliseconds since 1970). */
export function roleFault(role: ChainRole, certificate: Certificate, at: number): ChainFault | undefined {
  return (
    formFault(role, certificate) ??
    validityFault(role, certificate, at) ??
    criticalFault(role, certificate) ??
    authorityFault(role, certificate) ??
    purposeFault(role, certificate)
  )
}

function formFault(role: ChainRole, { version, signatureAlgorithm }: Certificate): ChainFault | undefined {
  if (version !== 3) return { kind: 'unsupported-version', certificate: role, version }
  if (signatureAlgorithm !== ECDSA_WITH_SHA256) {
    return { kind: 'unsupported-algorithm', certificate: role, algorithm: signatureAlgorithm }
  }
  return undefined
}

export function validityFault(role: ChainRole, certificate: Certificate, at: number): ChainFault | undefined {
  const { notBefore, notAfter } = certificate
  // Written so that an instant that is no number is refused too.
  if (!(at >= notBefore)) return { kind: 'not-yet-valid', certificate: role, notBefore, at }
  if (!(at <= notAfter)) return { kind: 'expired', certificate: role, notAfter, at }
  return undefined
}

function criticalFault(role: ChainRole, { extensions }: Certificate): ChainFault | undefined {
  const { understood } = PROFILES[role]
  const unknown = extensions.find(({ id, isCritical }) => isCritical && !understood.has(id))
  return unknown && { kind: 'unknown-critical-extension', certificate: role, extension: unknown.id }
}

/** The EUM must close the path with 0 (SGP.22 §4.5.2.1.0.2); the CI must leave room for the EUM below it. */
function authorityFault(role: ChainRole, { values }: Certificate): ChainFault | undefined {
  const { isCa, pathLength } = values.basicConstraints ?? { isCa: false, pathLength: undefined }
  if (role === 'euicc') return isCa ? { kind: 'leaf-is-ca' } : undefined
  if (!isCa) return { kind: 'not-a-ca', certificate: role }
  const isFitting = role === 'eum' ? pathLength === 0 : pathLength === undefined || pathLength >= 1
  return isFitting ? undefined : { kind: 'path-length', certificate: role, pathLength }
}

function purposeFault(role: ChainRole, { values }: Certificate): ChainFault | undefined {
  const { keyUsage: wanted, policies } = PROFILES[role]
  const { keyUsage = [], certificatePolicies = [] } = values
  if (!keyUsage.includes(wanted)) return { kind: 'key-usage', certificate: role, wanted, found: keyUsage }
  if (certificatePolicies.some((policy) => policies.includes(policy))) return undefined
  return { kind: 'policy', certificate: role, wanted: policies, found: certificatePolicies }
}
