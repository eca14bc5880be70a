/** The card's ECDSA: plain r || s over SHA-256 (BSI TR-03111), by Node's OpenSSL, so that no code is shared with the eIM. */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { type Octets, toHex } from '../../shared/octets.ts'

const PLAIN_OCTETS = 64
const MOST_KEYS = 256
const keys = new Map<string, KeyObject>()

function keyOf(subjectPublicKeyInfo: Uint8Array): KeyObject {
  const id = toHex(subjectPublicKeyInfo)
  const known = keys.get(id)
  if (known) return known
  const key = createPublicKey({ key: Buffer.from(subjectPublicKeyInfo), format: 'der', type: 'spki' })
  if (keys.size >= MOST_KEYS) keys.clear()
  keys.set(id, key)
  return key
}

/** Whether the octets are a SubjectPublicKeyInfo of an elliptic curve. */
export function isVerificationKey(subjectPublicKeyInfo: Uint8Array): boolean {
  try {
    return keyOf(subjectPublicKeyInfo).asymmetricKeyType === 'ec'
  } catch {
    return false
  }
}

export function signPlain(key: KeyObject, message: Uint8Array): Octets {
  return new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }))
}

export function verifyPlain(
  subjectPublicKeyInfo: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== PLAIN_OCTETS) return false
  return verify('sha256', message, { key: keyOf(subjectPublicKeyInfo), dsaEncoding: 'ieee-p1363' }, signature)
}
