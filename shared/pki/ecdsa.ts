/**
 * ECDSA with SHA-256 as eSIM uses it: plain signatures of 64 octets over P-256 or brainpoolP256r1 (SGP.22 §2.6.7).
 * P-256 runs in WebCrypto, some ten times faster than the portable code that Brainpool needs.
 */
import { brainpoolP256r1 } from '@noble/curves/misc.js'
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import { fromHex, type Octets } from '../octets.ts'
import { derToPlain, PLAIN_SIGNATURE_OCTETS } from './ecdsa-signature.ts'
import type { Curve, PublicKey } from './public-key.ts'
import type { SigningKey } from './signing-key.ts'

const ECDSA_SHA256 = { name: 'ECDSA', hash: 'SHA-256' }

/** Cards do not normalise s, so both halves of its range are right. */
const ANY_S = { lowS: false }

/** Signs `message` (hashed here); 64 octets, r and s. */
export async function sign(key: SigningKey, message: Uint8Array): Promise<Octets> {
  if (key.curve === 'P-256') {
    return new Uint8Array(await crypto.subtle.sign(ECDSA_SHA256, key.cryptoKey, message))
  }
  return brainpoolP256r1.sign(message, key.scalar, ANY_S)
}

/** Whether `signature`, 64 octets, is `key`'s over `message`. Malformed signatures are false, never an exception. */
export async function verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (!isInRange(key.curve, signature)) return false
  if (key.curve === 'P-256') {
    return crypto.subtle.verify(ECDSA_SHA256, key.cryptoKey, signature, message)
  }
  return brainpoolP256r1.verify(signature, message, key.point, ANY_S)
}

/** Like {@link verify}, for the DER signatures of X.509. */
export async function verifyDer(
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  let plain: Octets
  try {
    plain = derToPlain(signature)
  } catch (error) {
    if (error instanceof Asn1Fault) return false
    throw error
  }
  return verify(key, message, plain)
}

const ORDERS: Readonly<Record<Curve, Octets>> = {
  'P-256': fromHex('FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551'),
  brainpoolP256r1: fromHex('A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7'),
}

/** 1 ≤ r, s < n: checked here so that both engines see the same signatures (BSI TR-03111 §4.2.1.2). */
function isInRange(curve: Curve, signature: Uint8Array): boolean {
  if (signature.length !== PLAIN_SIGNATURE_OCTETS) return false
  const order = ORDERS[curve]
  return [signature.subarray(0, 32), signature.subarray(32)].every(
    (scalar) => scalar.some((octet) => octet !== 0) && isLess(scalar, order),
  )
}

/** Public values only: the time taken tells nothing secret. */
function isLess(left: Uint8Array, right: Uint8Array): boolean {
  const index = left.findIndex((octet, at) => octet !== right[at])
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0)
}
