/**
 * Private keys at rest: PKCS#8 under AES-256-GCM. WebCrypto wraps and unwraps in one step, so the plain octets never
 * reach JavaScript; tenant, identity and key are authenticated with them, so that no row can stand in for another.
 */
import { Fault } from '../../shared/fault.ts'
import { concatOctets, fromBase64, type Octets, OctetsTextFault } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'

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

/** The secret that wraps now and, while a change of it is under way, the one before. */
export type WrappingSecrets = Pick<Environment, 'KEY_ENCRYPTION_KEY' | 'KEY_ENCRYPTION_KEY_PREVIOUS'>

/** Wraps an extractable private key: IV, ciphertext, tag. */
export async function wrapPrivateKey(
  { KEY_ENCRYPTION_KEY }: WrappingSecrets,
  owner: KeyOwner,
  privateKey: CryptoKey,
): Promise<Octets> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_OCTETS))
  const wrapping = await importWrappingKey(KEY_ENCRYPTION_KEY)
  const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, wrapping, gcm(iv, owner))
  return concatOctets(iv, new Uint8Array(wrapped))
}

/** A signing key that cannot be read out again. @throws {KeyWrappingFault} under other secrets or for another owner */
export async function unwrapPrivateKey(
  secrets: WrappingSecrets,
  owner: KeyOwner,
  wrapped: Octets,
): Promise<CryptoKey> {
  const { KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_KEY_PREVIOUS } = secrets
  const key =
    (await open(KEY_ENCRYPTION_KEY, owner, wrapped, false)) ??
    (KEY_ENCRYPTION_KEY_PREVIOUS && (await open(KEY_ENCRYPTION_KEY_PREVIOUS, owner, wrapped, false)))
  if (!key) throw new KeyWrappingFault(`the private key ${owner.key} does not open with KEY_ENCRYPTION_KEY`)
  return key
}

/** What `wrapped` becomes under the present secret; null when it is under that one already, or under neither. */
export async function rewrapPrivateKey(
  secrets: WrappingSecrets,
  owner: KeyOwner,
  wrapped: Octets,
): Promise<Octets | null> {
  const { KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_KEY_PREVIOUS } = secrets
  if (!KEY_ENCRYPTION_KEY_PREVIOUS || (await open(KEY_ENCRYPTION_KEY, owner, wrapped, false))) return null
  const key = await open(KEY_ENCRYPTION_KEY_PREVIOUS, owner, wrapped, true)
  return key && wrapPrivateKey(secrets, owner, key)
}

/** Null when the octets are not authentic under this secret and owner. */
async function open(
  secret: string,
  owner: KeyOwner,
  wrapped: Octets,
  isExtractable: boolean,
): Promise<CryptoKey | null> {
  const wrapping = await importWrappingKey(secret)
  const [iv, ciphertext] = [wrapped.subarray(0, IV_OCTETS), wrapped.subarray(IV_OCTETS)]
  const algorithm = gcm(iv, owner)
  try {
    return await crypto.subtle.unwrapKey(
      'pkcs8',
      ciphertext,
      wrapping,
      algorithm,
      ECDSA_P256,
      isExtractable,
      ['sign'],
    )
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return null
    throw error
  }
}

function gcm(iv: Octets, { tenant, identity, key }: KeyOwner): SubtleCryptoEncryptAlgorithm {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${tenant}|${identity}|${key}`) }
}

async function importWrappingKey(secret: string): Promise<CryptoKey> {
  const octets = readWrappingSecret(secret)
  return crypto.subtle.importKey('raw', octets, 'AES-GCM', false, ['wrapKey', 'unwrapKey'])
}

/** @throws {KeyWrappingFault} when it is not 32 octets in base64 */
export function readWrappingSecret(secret: string | undefined): Octets {
  try {
    const octets = fromBase64(secret ?? '')
    if (octets.length === KEY_OCTETS) return octets
  } catch (error) {
    if (!(error instanceof OctetsTextFault)) throw error
  }
  throw new KeyWrappingFault(`the secret KEY_ENCRYPTION_KEY must be ${KEY_OCTETS} octets in base64`)
}
