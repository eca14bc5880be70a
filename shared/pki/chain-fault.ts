/** Why a chain eUICC → EUM → CI is not believed: one kind per cause, each with the facts an operator needs. */
import type { KeyUsage } from './certificate-extensions.ts'

export type ChainRole = 'ci' | 'eum' | 'euicc'

/** Octets are written in upper-case hex, instants in milliseconds since 1970. */
export type ChainFault =
  | {
      readonly kind: 'malformed-certificate'
      readonly certificate: ChainRole
      readonly path: string
      readonly offset: number
      readonly detail: string
    }
  | { readonly kind: 'unsupported-version'; readonly certificate: ChainRole; readonly version: number }
  | { readonly kind: 'unsupported-algorithm'; readonly certificate: ChainRole; readonly algorithm: string }
  | { readonly kind: 'unsupported-key'; readonly certificate: ChainRole; readonly detail: string }
  | {
      readonly kind: 'not-yet-valid'
      readonly certificate: ChainRole
      readonly notBefore: number
      readonly at: number
    }
  | {
      readonly kind: 'expired'
      readonly certificate: ChainRole
      readonly notAfter: number
      readonly at: number
    }
  | {
      readonly kind: 'unknown-critical-extension'
      readonly certificate: ChainRole
      readonly extension: string
    }
  | { readonly kind: 'not-a-ca'; readonly certificate: 'ci' | 'eum' }
  | { readonly kind: 'leaf-is-ca' }
  | {
      readonly kind: 'path-length'
      readonly certificate: 'ci' | 'eum'
      readonly pathLength: number | undefined
    }
  | {
      readonly kind: 'key-usage'
      readonly certificate: ChainRole
      readonly wanted: KeyUsage
      readonly found: readonly KeyUsage[]
    }
  | {
      readonly kind: 'policy'
      readonly certificate: ChainRole
      readonly wanted: readonly string[]
      readonly found: readonly string[]
    }
  | { readonly kind: 'unknown-ci'; readonly authorityKeyIdentifier: string | undefined }
  | {
      readonly kind: 'key-identifier'
      readonly certificate: 'eum' | 'euicc'
      readonly authorityKeyIdentifier: string | undefined
      readonly issuerKeyIdentifier: string | undefined
    }
  | { readonly kind: 'issuer-name'; readonly certificate: 'eum' | 'euicc' }
  | { readonly kind: 'signature'; readonly certificate: 'eum' | 'euicc' }
  | { readonly kind: 'eid-malformed'; readonly serialNumbers: readonly string[] }
  | { readonly kind: 'eid-mismatch'; readonly wanted: string; readonly found: string }
  | { readonly kind: 'eid-range-missing' }
  | { readonly kind: 'name-constraints'; readonly rule: 'permitted' | 'excluded' | 'unsupported-form' }
  | { readonly kind: 'permitted-eins'; readonly permitted: readonly string[] }

const NAMES: Readonly<Record<ChainRole, string>> = {
  ci: 'CI certificate',
  eum: 'EUM certificate',
  euicc: 'eUICC certificate',
}

/** One sentence in words, for logs and the operator's page. */
export function describeChainFault(fault: ChainFault): string {
  const which = 'certificate' in fault ? `The ${NAMES[fault.certificate]}` : ''
  switch (fault.kind) {
    case 'malformed-certificate':
      return `${which} is malformed at octet ${fault.offset}: ${fault.detail}.`
    case 'unsupported-version':
      return `${which} is of X.509 version ${fault.version}, not 3.`
    case 'unsupported-algorithm':
      return `${which} is signed with ${fault.algorithm}, not with ECDSA and SHA-256.`
    case 'unsupported-key':
      return `${which} holds a key that cannot be used: ${fault.detail}.`
    case 'not-yet-valid':
      return `${which} is not valid before ${new Date(fault.notBefore).toISOString()}.`
    case 'expired':
      return `${which} expired at ${new Date(fault.notAfter).toISOString()}.`
    case 'unknown-critical-extension':
      return `${which} has the critical extension ${fault.extension}, which is not understood.`
    case 'not-a-ca':
      return `${which} is not that of a certification authority.`
    case 'leaf-is-ca':
      return 'The eUICC certificate claims to be a certification authority.'
    case 'path-length':
      return `${which} has the path length ${fault.pathLength ?? 'unlimited'}, which its place in the chain forbids.`
    case 'key-usage':
      return `${which} lacks the key usage ${fault.wanted}.`
    case 'policy':
      return `${which} lacks the policy of its role, ${fault.wanted.join(' or ')}.`
    default:
      return describeLinkFault(fault, which)
  }
}

type LinkKind =
  | 'unknown-ci'
  | 'key-identifier'
  | 'issuer-name'
  | 'signature'
  | 'eid-malformed'
  | 'eid-mismatch'
  | 'eid-range-missing'
  | 'name-constraints'
  | 'permitted-eins'

function describeLinkFault(fault: Extract<ChainFault, { kind: LinkKind }>, which: string): string {
  switch (fault.kind) {
    case 'unknown-ci':
      return `No trusted CI has the key ${fault.authorityKeyIdentifier ?? '(none named)'} that signed the EUM certificate.`
    case 'key-identifier':
      return `${which} names the issuer key ${fault.authorityKeyIdentifier ?? '(none)'}, its issuer has ${fault.issuerKeyIdentifier ?? '(none)'}.`
    case 'issuer-name':
      return `${which} names another issuer than the subject of the certificate above it.`
    case 'signature':
      return `${which} is not signed by its issuer.`
    case 'eid-malformed':
      return 'The eUICC certificate does not hold one EID of 32 digits as the serialNumber of its subject.'
    case 'eid-mismatch':
      return `The eUICC certificate is that of ${fault.found}, not of ${fault.wanted}.`
    case 'eid-range-missing':
      return 'The EUM certificate does not say which EIDs its EUM may use.'
    case 'name-constraints':
      return `The subject of the eUICC certificate breaks the name constraints of the EUM certificate (${fault.rule}).`
    case 'permitted-eins':
      return `The EID begins with none of the numbers allowed to the EUM: ${fault.permitted.join(', ')}.`
  }
}
