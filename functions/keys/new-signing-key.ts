/** Where a signing key comes from: made here, or brought along as PKCS#8 by a tenant whose eUICCs already trust it. */
import { Fault } from '../../shared/fault.ts'
import type { Octets } from '../../shared/octets.ts'
import { readPem } from '../../shared/pki/index.ts'
import { ECDSA_P256 } from './key-wrapping.ts'

/** A private key that was brought along and cannot be used; the message says what to do. */
export class SigningKeyFault extends Fault {
  readonly code = 'signing-key-unusable'
}

export interface NewSigningKey {
  /** Extractable until it is wrapped. */
  readonly privateKey: CryptoKey
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Octets
}

/** A fresh P-256 key pair, the curve that every eUICC supports (SGP.32 §2.6). */
export async function generateSigningKey(): Promise<NewSigningKey> {
  const pair = await crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new TypeError('ECDSA gave no key pair')
  return { privateKey: pair.privateKey, publicKey: await exportPublicKey(pair.publicKey) }
}

/**
 * Imports the PEM of a P-256 private key in PKCS#8 (`BEGIN PRIVATE KEY`).
 * @throws {SigningKeyFault} on any other form
 */
export async function importPkcs8(pem: string): Promise<NewSigningKey> {
  const der = readPrivateKeyPem(pem)
  try {
    const privateKey = await crypto.subtle.importKey('pkcs8', der, ECDSA_P256, true, ['sign'])
    return { privateKey, publicKey: await publicHalf(privateKey) }
  } catch (error) {
    throw new SigningKeyFault('the private key is no P-256 key in PKCS#8', { cause: error })
  }
}

function readPrivateKeyPem(pem: string): Octets {
  const blocks = blocksOf(pem)
  if (blocks.some(({ label }) => label === 'EC PRIVATE KEY')) {
    throw new SigningKeyFault(
      'the private key is in SEC 1 form (EC PRIVATE KEY); convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem',
    )
  }
  if (blocks.some(({ label }) => label === 'ENCRYPTED PRIVATE KEY')) {
    throw new SigningKeyFault('the private key is encrypted; decrypt it first: openssl pkcs8 -in key.pem')
  }
  const [key, ...others] = blocks.filter(({ label }) => label === 'PRIVATE KEY')
  if (!key || others.length > 0) throw new SigningKeyFault('exactly one BEGIN PRIVATE KEY block is needed')
  return key.der
}

function blocksOf(pem: string) {
  try {
    return readPem(pem)
  } catch (error) {
    throw new SigningKeyFault('the private key is not PEM', { cause: error })
  }
}

/** WebCrypto gives the public half of a private key only by way of JWK. */
async function publicHalf(privateKey: CryptoKey): Promise<Octets> {
  const jwk = await crypto.subtle.exportKey('jwk', privateKey)
  if (jwk instanceof ArrayBuffer || !jwk.x || !jwk.y) throw new TypeError('the key has no public half')
  const { kty, x, y } = jwk
  return exportPublicKey(
    await crypto.subtle.importKey('jwk', { kty, crv: 'P-256', x, y }, ECDSA_P256, true, ['verify']),
  )
}

async function exportPublicKey(key: CryptoKey): Promise<Octets> {
  const exported = await crypto.subtle.exportKey('spki', key)
  if (!(exported instanceof ArrayBuffer)) throw new TypeError('SPKI was not exported as octets')
  return new Uint8Array(exported)
}
