/** The signatures of key exchange and client authentication: ECDSA with SHA-256 or SHA-384, never SHA-1 (RFC 7925 §5). */
import { type KeyObject, verify } from 'node:crypto'

export const signatureScheme = { ecdsaSha256: 0x0403, ecdsaSha384: 0x0503 } as const
export type SignatureScheme = (typeof signatureScheme)[keyof typeof signatureScheme]

export const signatureSchemes: readonly SignatureScheme[] = [
  signatureScheme.ecdsaSha256,
  signatureScheme.ecdsaSha384,
]

export function hashOf(scheme: SignatureScheme): 'sha256' | 'sha384' {
  return scheme === signatureScheme.ecdsaSha256 ? 'sha256' : 'sha384'
}

/** `signature` is the DER of r and s. A malformed one is a wrong one. */
export function isSignedBy(
  key: KeyObject,
  scheme: number,
  octets: Uint8Array,
  signature: Uint8Array,
): boolean {
  const known = signatureSchemes.find((candidate) => candidate === scheme)
  if (known === undefined || key.asymmetricKeyType !== 'ec') return false
  try {
    return verify(hashOf(known), octets, key, signature)
  } catch {
    return false
  }
}
