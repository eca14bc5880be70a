/**
 * Answers that show a secret once, kept so that only the same caller gets them again: sealed under a key that comes from
 * the caller's own bearer token, of which the database has nothing but a hash.
 */
import { fromBase64, toBase64 } from '../../shared/octets.ts'

const IV_OCTETS = 12
/** Sets the key apart from the stored hash of the same token. */
const PURPOSE = 'idempotent answer'

async function sealingKey(bearer: string): Promise<CryptoKey> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const token = await crypto.subtle.importKey('raw', encoder.encode(bearer), algorithm, false, ['sign'])
  const octets = await crypto.subtle.sign('HMAC', token, encoder.encode(PURPOSE))
  return crypto.subtle.importKey('raw', octets, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** Base64 of IV (12), ciphertext and tag (16). */
export async function sealAnswer(text: string, bearer: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_OCTETS))
  const plain = new TextEncoder().encode(text)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await sealingKey(bearer), plain)
  return toBase64(new Uint8Array([...iv, ...new Uint8Array(sealed)]))
}

/** @throws {DOMException} when `bearer` is not the one it was sealed for */
export async function openAnswer(sealed: string, bearer: string): Promise<string> {
  const octets = fromBase64(sealed)
  const [iv, rest] = [octets.subarray(0, IV_OCTETS), octets.subarray(IV_OCTETS)]
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await sealingKey(bearer), rest)
  return new TextDecoder().decode(plain)
}
