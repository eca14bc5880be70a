/**
 * Proves that a key belongs to an eUICC: eUICC certificate, signed by an EUM, signed by a CI that is trusted
 * (SGP.22 §4.5.2.2, SGP.14). Revocation is not looked up: eUICC certificates are never revoked one by one.
 */
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import { equalOctets, type Octets, toHex } from '../octets.ts'
import { BoundedCache } from './bounded-cache.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { roleFault, validityFault } from './certificate-role.ts'
import type { ChainFault, ChainRole } from './chain-fault.ts'
import { verifyDer } from './ecdsa.ts'
import { eidRangeFault } from './eid-range.ts'
import { isSameName, valuesOf } from './name.ts'
import { importPublicKey, KeyFault, type PublicKey } from './public-key.ts'

/** DER as the IPA gave it. */
export interface EuiccChain {
  readonly euicc: Uint8Array
  readonly eum: Uint8Array
}

export interface ChainTrust {
  /** Certificates of the CIs that are trusted; several may share a key (renewal). */
  readonly roots: readonly Certificate[]
  /** The instant to judge at, milliseconds since 1970. */
  readonly at: number
  /** The eUICC that is expected, 32 digits; left out when the certificate itself names the eUICC. */
  readonly eid?: string
}

export type ChainVerdict =
  | {
      readonly ok: true
      /** 32 digits, from the subject of the eUICC certificate. */
      readonly eid: string
      readonly publicKey: PublicKey
      /** Of the CI at the top, what euiccCiPKId compares with. */
      readonly ciSubjectKeyIdentifier: Octets
    }
  | { readonly ok: false; readonly reason: ChainFault }

/** Judges a chain. Whatever is wrong with it is a reason, never an exception. */
export async function verifyEuiccChain(chain: EuiccChain, trust: ChainTrust): Promise<ChainVerdict> {
  try {
    const { eum, ciSubjectKeyIdentifier } = await trustEum(chain.eum, trust)
    const euicc = read('euicc', chain.euicc)
    const eid = checkEuicc(euicc, eum, trust)
    await checkSignature('euicc', euicc, eum)
    return { ok: true, eid, publicKey: await importKey('euicc', euicc), ciSubjectKeyIdentifier }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.reason }
    throw error
  }
}

/** Carries a reason to the door; it never leaves this file. */
class Refused extends Error {
  readonly reason: ChainFault

  constructor(reason: ChainFault) {
    super(reason.kind)
    this.reason = reason
  }
}

function refuseIf(reason: ChainFault | undefined): void {
  if (reason) throw new Refused(reason)
}

interface TrustedEum {
  readonly eum: Certificate
  readonly root: Certificate
  readonly ciSubjectKeyIdentifier: Octets
}

/** There are a few dozen EUMs in the world, and a fleet comes from one or two of them. */
const TRUSTED_EUMS = 64
const trustedEums = new BoundedCache<TrustedEum>(TRUSTED_EUMS)

/** A remembered EUM counts only for a caller who trusts the same CI, and while both certificates are valid. */
async function trustEum(der: Uint8Array, trust: ChainTrust): Promise<TrustedEum> {
  const id = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', der)))
  const known = trustedEums.get(id)
  if (known && isStillTrusted(known, trust)) return known
  // A copy: the certificate must not keep the whole message around it in memory.
  const trusted = await findIssuer(read('eum', der.slice()), trust)
  trustedEums.set(id, trusted)
  return trusted
}

function isStillTrusted({ eum, root }: TrustedEum, { roots, at }: ChainTrust): boolean {
  if (validityFault('eum', eum, at) ?? validityFault('ci', root, at)) return false
  return roots.some(({ raw }) => equalOctets(raw, root.raw))
}

async function findIssuer(eum: Certificate, { roots, at }: ChainTrust): Promise<TrustedEum> {
  refuseIf(roleFault('eum', eum, at))
  const wanted = eum.values.authorityKeyIdentifier
  let refusal: Refused | undefined
  for (const root of roots) {
    const ciSubjectKeyIdentifier = root.values.subjectKeyIdentifier
    if (!wanted || !ciSubjectKeyIdentifier || !equalOctets(wanted, ciSubjectKeyIdentifier)) continue
    try {
      refuseIf(roleFault('ci', root, at) ?? linkFault('eum', eum, root))
      await checkSignature('eum', eum, root)
      return { eum, root, ciSubjectKeyIdentifier }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusal ??= error
    }
  }
  throw refusal ?? new Refused({ kind: 'unknown-ci', authorityKeyIdentifier: wanted && toHex(wanted) })
}

/** Everything about the eUICC certificate but its signature; gives the EID. */
function checkEuicc(euicc: Certificate, eum: Certificate, { at, eid: wanted }: ChainTrust): string {
  refuseIf(roleFault('euicc', euicc, at) ?? linkFault('euicc', euicc, eum))
  const serialNumbers = valuesOf(euicc.subject, 'serialNumber')
  const eid = serialNumbers[0]?.toUpperCase() ?? ''
  if (serialNumbers.length !== 1 || !/^[0-9A-F]{32}$/.test(eid)) {
    throw new Refused({ kind: 'eid-malformed', serialNumbers })
  }
  refuseIf(eidRangeFault(eum, euicc, eid))
  if (wanted !== undefined && wanted.toUpperCase() !== eid) {
    throw new Refused({ kind: 'eid-mismatch', wanted, found: eid })
  }
  return eid
}

/** The subordinate must name its issuer twice, by key and by name. */
function linkFault(
  certificate: 'eum' | 'euicc',
  subordinate: Certificate,
  issuer: Certificate,
): ChainFault | undefined {
  const { authorityKeyIdentifier } = subordinate.values
  const { subjectKeyIdentifier } = issuer.values
  if (
    !authorityKeyIdentifier ||
    !subjectKeyIdentifier ||
    !equalOctets(authorityKeyIdentifier, subjectKeyIdentifier)
  ) {
    return {
      kind: 'key-identifier',
      certificate,
      authorityKeyIdentifier: authorityKeyIdentifier && toHex(authorityKeyIdentifier),
      issuerKeyIdentifier: subjectKeyIdentifier && toHex(subjectKeyIdentifier),
    }
  }
  return isSameName(subordinate.issuer, issuer.subject) ? undefined : { kind: 'issuer-name', certificate }
}

async function checkSignature(
  certificate: 'eum' | 'euicc',
  subordinate: Certificate,
  issuer: Certificate,
): Promise<void> {
  const key = await importKey(certificate === 'eum' ? 'ci' : 'eum', issuer)
  const isSigned = await verifyDer(key, subordinate.tbs, subordinate.signature)
  if (!isSigned) throw new Refused({ kind: 'signature', certificate })
}

async function importKey(certificate: ChainRole, { subjectPublicKeyInfo }: Certificate): Promise<PublicKey> {
  try {
    return await importPublicKey(subjectPublicKeyInfo)
  } catch (error) {
    if (!(error instanceof KeyFault)) throw error
    throw new Refused({ kind: 'unsupported-key', certificate, detail: error.message })
  }
}

function read(certificate: ChainRole, der: Uint8Array): Certificate {
  try {
    return parseCertificate(der)
  } catch (error) {
    if (!(error instanceof Asn1Fault)) throw error
    const { path, offset, message } = error
    throw new Refused({ kind: 'malformed-certificate', certificate, path, offset, detail: message })
  }
}
