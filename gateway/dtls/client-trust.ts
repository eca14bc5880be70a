/** Which client certificates and raw public keys a tenant believes, and the check of a chain (RFC 5280 §6.1). */
import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { Fault } from '../../shared/fault.ts'
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import { type Certificate, isSameName, parseCertificate } from '../../shared/pki/index.ts'
import { type AlertDescription, alertDescription } from './alert.ts'
import type { PeerIdentity } from './peer-identity.ts'
import { isSignedBy, signatureScheme } from './signature-scheme.ts'

export interface ClientTrust {
  /** Certificates of CAs, DER. */
  readonly anchors: readonly Uint8Array[]
  /** SHA-256 of single certificates that count without a chain, lower-case hexadecimal. */
  readonly pinnedCertificates: ReadonlySet<string>
  /** SHA-256 of SubjectPublicKeyInfos, lower-case hexadecimal. */
  readonly rawPublicKeys: ReadonlySet<string>
}

export type Judgement =
  | { readonly isTrusted: true; readonly identity: PeerIdentity; readonly publicKey: KeyObject }
  | { readonly isTrusted: false; readonly alert: AlertDescription; readonly reason: string }

/** Certificates between the leaf and the anchor, and the octets of all of them, at most. */
const INTERMEDIATES = 2
const CHAIN_OCTETS = 8 * 1024
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0'
/** basicConstraints, keyUsage, extKeyUsage, and three that constrain nothing here: alternative name, key identifiers. */
const UNDERSTOOD = new Set([
  '2.5.29.19',
  '2.5.29.15',
  '2.5.29.37',
  '2.5.29.17',
  '2.5.29.14',
  '2.5.29.35',
  '2.5.29.32',
])
const SCHEMES: Readonly<Record<string, number>> = {
  '1.2.840.10045.4.3.2': signatureScheme.ecdsaSha256,
  '1.2.840.10045.4.3.3': signatureScheme.ecdsaSha384,
}

export function judgeRawPublicKey(subjectPublicKeyInfo: Buffer, trust: ClientTrust): Judgement {
  const thumbprint = sha256(subjectPublicKeyInfo)
  const publicKey = importKey(subjectPublicKeyInfo)
  if (publicKey === undefined) return refusal(alertDescription.badCertificate, 'raw public key unreadable')
  if (!trust.rawPublicKeys.has(thumbprint)) {
    return refusal(alertDescription.certificateUnknown, 'raw public key unknown')
  }
  return { isTrusted: true, identity: { kind: 'raw-public-key', thumbprint }, publicKey }
}

/** What a trust has been found to say: a new trust, after a reload, starts with nothing. */
interface TrustMemory {
  readonly anchors: readonly Anchor[]
  /** Chains that were believed, by the SHA-256 of all their octets. */
  readonly believed: BoundedCache<Believed>
}

interface Anchor {
  readonly certificate: Certificate
  readonly key: KeyObject
  /** As {@link authorityName} gives it. */
  readonly name: string
}

interface Believed {
  readonly judgement: Judgement
  /** Last instant at which all certificates on the path are valid. */
  readonly until: number
}

const BELIEVED_CHAINS = 4096
const memories = new WeakMap<ClientTrust, TrustMemory>()

function memoryOf(trust: ClientTrust): TrustMemory {
  const known = memories.get(trust)
  if (known) return known
  const anchors = trust.anchors.flatMap((der): Anchor[] => {
    const certificate = readCertificate(Buffer.from(der))
    const key = certificate && importKey(certificate.subjectPublicKeyInfo)
    return certificate && key ? [{ certificate, key, name: authorityName(certificate) }] : []
  })
  const memory = { anchors, believed: new BoundedCache<Believed>(BELIEVED_CHAINS) }
  memories.set(trust, memory)
  return memory
}

/** Whether `trust` lists what the identity was believed for; that a certificate has ended meanwhile is not looked at. */
export function isStillTrusted(
  identity: Extract<PeerIdentity, { kind: 'certificate' | 'raw-public-key' }>,
  trust: ClientTrust,
): boolean {
  if (identity.kind === 'raw-public-key') return trust.rawPublicKeys.has(identity.thumbprint)
  const { thumbprint, authority } = identity
  return (
    trust.pinnedCertificates.has(thumbprint) || memoryOf(trust).anchors.some(({ name }) => name === authority)
  )
}

/** `chain`: DER, leaf first. `now`: milliseconds since 1970. A device that comes again is not examined again. */
export function judgeCertificateChain(chain: readonly Buffer[], trust: ClientTrust, now: number): Judgement {
  const { believed } = memoryOf(trust)
  const [leaf = Buffer.alloc(0)] = chain
  const thumbprint = sha256(leaf)
  const digest = chain.length === 1 ? thumbprint : sha256(Buffer.concat(chain))
  const known = believed.get(digest)
  if (known && now <= known.until) return known.judgement
  const { judgement, until } = examineChain(chain, thumbprint, trust, now)
  if (judgement.isTrusted) believed.set(digest, { judgement, until })
  return judgement
}

function examineChain(
  chain: readonly Buffer[],
  thumbprint: string,
  trust: ClientTrust,
  now: number,
): Believed {
  const path: Certificate[] = []
  const judgement = judgeChain(chain, thumbprint, trust, now, path)
  return { judgement, until: Math.min(...path.map(({ notAfter }) => notAfter)) }
}

/** `thumbprint`: of the leaf. `path` is filled with the certificates that the judgement rests on. */
function judgeChain(
  chain: readonly Buffer[],
  thumbprint: string,
  trust: ClientTrust,
  now: number,
  path: Certificate[],
): Judgement {
  const octets = chain.reduce((total, certificate) => total + certificate.length, 0)
  if (octets > CHAIN_OCTETS || chain.length > 1 + INTERMEDIATES + 1) {
    return refusal(alertDescription.badCertificate, 'certificate chain too long')
  }
  const certificates = chain.map(readCertificate)
  const [leaf, ...intermediates] = certificates
  if (leaf === undefined || certificates.includes(undefined)) {
    return refusal(alertDescription.badCertificate, 'certificate malformed')
  }
  const publicKey = importKey(leaf.subjectPublicKeyInfo)
  if (publicKey === undefined)
    return refusal(alertDescription.unsupportedCertificate, 'client key unsupported')
  if (!isValidAt(leaf, now)) return refusal(alertDescription.certificateExpired, 'client certificate expired')
  path.push(leaf)
  const fault = trust.pinnedCertificates.has(thumbprint)
    ? undefined
    : (faultOfLeaf(leaf) ??
      faultOfPath(leaf, intermediates.filter(isPresent), memoryOf(trust).anchors, now, path))
  if (fault) return fault
  // A pinned certificate is believed alone.
  const [, ...issuers] = path
  const anchor = issuers.at(-1)
  const known = memoryOf(trust).anchors.find(({ certificate }) => certificate === anchor)
  return {
    isTrusted: true,
    identity: { kind: 'certificate', thumbprint, notAfter: leaf.notAfter, authority: known?.name ?? '' },
    publicKey,
  }
}

function faultOfLeaf({ values, extensions }: Certificate): Judgement | undefined {
  const usages = values.extKeyUsage
  const mayAuthenticate =
    usages === undefined || usages.includes(CLIENT_AUTH) || usages.includes(ANY_EXTENDED_KEY_USAGE)
  if (!mayAuthenticate || values.keyUsage?.includes('digitalSignature') === false) {
    return refusal(alertDescription.unsupportedCertificate, 'certificate not for client authentication')
  }
  if (extensions.some(({ id, isCritical }) => isCritical && !UNDERSTOOD.has(id))) {
    return refusal(alertDescription.unsupportedCertificate, 'unknown critical extension')
  }
  return undefined
}

/** Climbs from the leaf to an anchor; the client's own order of the intermediates is the path. */
function faultOfPath(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Anchor[],
  now: number,
  path: Certificate[],
): Judgement | undefined {
  let subject = leaf
  for (let depth = 0; depth <= INTERMEDIATES; depth++) {
    const issued = subject
    const anchor = anchors.find(
      ({ certificate, key }) => mayIssue(certificate, depth, now) && hasIssued(certificate, key, issued),
    )
    if (anchor) {
      path.push(anchor.certificate)
      return undefined
    }
    const issuer = intermediates[depth]
    if (issuer === undefined) return refusal(alertDescription.unknownCa, 'no path to a trust anchor')
    const key = importKey(issuer.subjectPublicKeyInfo)
    if (!key || !mayIssue(issuer, depth, now) || !hasIssued(issuer, key, issued)) {
      return refusal(alertDescription.badCertificate, 'chain broken')
    }
    path.push(issuer)
    subject = issuer
  }
  return refusal(alertDescription.unknownCa, 'no path to a trust anchor')
}

/** `below`: intermediate certificates between this one and the leaf. */
function mayIssue(
  { values, extensions, notBefore, notAfter }: Certificate,
  below: number,
  now: number,
): boolean {
  if (now < notBefore || now > notAfter) return false
  const constraints = values.basicConstraints
  if (!constraints?.isCa || (constraints.pathLength ?? below) < below) return false
  if (values.keyUsage?.includes('keyCertSign') === false) return false
  return extensions.every(({ id, isCritical }) => !isCritical || UNDERSTOOD.has(id))
}

function hasIssued(issuer: Certificate, key: KeyObject, subject: Certificate): boolean {
  const scheme = SCHEMES[subject.signatureAlgorithm]
  if (scheme === undefined || !isSameName(issuer.subject, subject.issuer)) return false
  return isSignedBy(key, scheme, subject.tbs, subject.signature)
}

function isValidAt({ notBefore, notAfter }: Certificate, now: number): boolean {
  return notBefore <= now && now <= notAfter
}

function readCertificate(der: Buffer): Certificate | undefined {
  try {
    return parseCertificate(der)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

/** OpenSSL throws for a point off the curve and for keys it does not know. */
function importKey(subjectPublicKeyInfo: Uint8Array): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(subjectPublicKeyInfo), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ec' ? key : undefined
  } catch {
    return undefined
  }
}

const AUTHORITY_NAME_DIGITS = 16

/** As in {@link PeerIdentity}. */
function authorityName({ subjectPublicKeyInfo }: Certificate): string {
  return sha256(subjectPublicKeyInfo).slice(0, AUTHORITY_NAME_DIGITS)
}

function sha256(octets: Uint8Array): string {
  return hash('sha256', octets, 'hex')
}

function isPresent<Value>(value: Value | undefined): value is Value {
  return value !== undefined
}

function refusal(alert: AlertDescription, reason: string): Judgement {
  return { isTrusted: false, alert, reason }
}
