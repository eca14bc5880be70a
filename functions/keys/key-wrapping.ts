/**
 * Private keys at rest: PKCS#8 under AES-256-GCM. WebCrypto wraps and unwraps in one step, so the plain octets never
 * reach JavaScript; tenant, identity and key are authenticated with them, so that no row can stand in for another.
 */
import { Fault } from '../../shared/fault.ts'
import { concatOctets, fromBase64, type Octets, OctetsTextFault } from '../../shared/octets.ts'

export class KeyWrappingFault extends Fault {
  readonly code = 'key-wrapping'
}

/** Whose private key it is. */
export interface KeyOwner {
  readonly tenant: string
  /** `eim_…` */
  readonly identity: string
  /** `key_…` */
  readonly key: string
}

export const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const

const IV_OCTETS = 12
const KEY_OCTETS = 32

/** Wraps an extractable private key: IV, ciphertext, tag. */
export async function wrapPrivateKey(
  keyEncryptionKey: string,
  owner: KeyOwner,
  privateKey: CryptoKey,
): Promise<Octets> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_OCTETS))
  const wrapping = await importWrappingKey(keyEncryptionKey)
  const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, wrapping, gcm(iv, owner))
  return concatOctets(iv, new Uint8Array(wrapped))
}

/** A signing key that cannot be read out again. @throws {KeyWrappingFault} under another secret or for another owner */
export async function unwrapPrivateKey(
  keyEncryptionKey: string,
  owner: KeyOwner,
  wrapped: Octets,
): Promise<CryptoKey> {
  const wrapping = await importWrappingKey(keyEncryptionKey)
  const [iv, ciphertext] = [wrapped.subarray(0, IV_OCTETS), wrapped.subarray(IV_OCTETS)]
  try {
    return await crypto.subtle.unwrapKey('pkcs8', ciphertext, wrapping, gcm(iv, owner), ECDSA_P256, false, [
      'sign',
    ])
  } catch (error) {
    throw new KeyWrappingFault(`the private key ${owner.key} does not open with KEY_ENCRYPTION_KEY`, {
      cause: error,
    })
  }
}

function gcm(iv: Octets, { tenant, identity, key }: KeyOwner): SubtleCryptoEncryptAlgorithm {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${tenant}|${identity}|${key}`) }
}

async function importWrappingKey(secret: string): Promise<CryptoKey> {
  const octets = readSecret(secret)
  return crypto.subtle.importKey('raw', octets, 'AES-GCM', false, ['wrapKey', 'unwrapKey'])
}

function readSecret(secret: string | undefined): Octets {
  try {
    const octets = fromBase64(secret ?? '')
    if (octets.length === KEY_OCTETS) return octets
  } catch (error) {
    if (!(error instanceof OctetsTextFault)) throw error
  }
  throw new KeyWrappingFault(`the secret KEY_ENCRYPTION_KEY must be ${KEY_OCTETS} octets in base64`)
}
