/** The cipher suites this server speaks: AEAD only, each with what key derivation and record protection need. */
import type { CipherCCMTypes, CipherGCMTypes } from 'node:crypto'

export type KeyExchange = 'ecdhe-ecdsa' | 'psk' | 'ecdhe-psk'

export type Aead =
  | { readonly mode: 'ccm'; readonly algorithm: CipherCCMTypes }
  | { readonly mode: 'gcm'; readonly algorithm: CipherGCMTypes }
  | { readonly mode: 'chacha20'; readonly algorithm: 'chacha20-poly1305' }

export interface CipherSuite {
  /** Number on the wire. */
  readonly code: number
  readonly name: string
  readonly keyExchange: KeyExchange
  readonly aead: Aead
  /** Octets of one traffic key. */
  readonly keyLength: number
  /** Octets of the implicit part of the nonce, from the key block. */
  readonly saltLength: number
  /** Octets of the nonce that travel in each record: 8, or none for ChaCha20 (RFC 7905 §2). */
  readonly explicitNonceLength: number
  readonly tagLength: number
  /** Hash of the PRF, the Finished transcript and the EMS session hash (RFC 5246 §5). */
  readonly hash: 'sha256' | 'sha384'
  /** Records after which sending stops (RFC 9325 §4.4). */
  readonly recordLimit: number
}

const gcm = (bits: 128 | 256) =>
  ({
    aead: { mode: 'gcm', algorithm: `aes-${bits}-gcm` },
    keyLength: bits / 8,
    saltLength: 4,
    explicitNonceLength: 8,
    tagLength: 16,
    recordLimit: Math.floor(2 ** 24.5),
  }) as const

const ccm = (tagLength: 8 | 16) =>
  ({
    aead: { mode: 'ccm', algorithm: 'aes-128-ccm' },
    keyLength: 16,
    saltLength: 4,
    explicitNonceLength: 8,
    tagLength,
    recordLimit: 2 ** 23,
  }) as const

const chacha20 = {
  aead: { mode: 'chacha20', algorithm: 'chacha20-poly1305' },
  keyLength: 32,
  saltLength: 12,
  explicitNonceLength: 0,
  tagLength: 16,
  // ChaCha20-Poly1305 has no integrity limit below the 48 bits of the sequence number (RFC 9325 §4.4).
  recordLimit: 2 ** 48 - 2,
} as const

const sha256 = { hash: 'sha256' } as const
const ecdsa = { keyExchange: 'ecdhe-ecdsa' } as const
const psk = { keyExchange: 'psk' } as const
const ecdhePsk = { keyExchange: 'ecdhe-psk' } as const

/** Every suite, the server's favourite first; those with forward secrecy stand before plain PSK. */
export const cipherSuites: readonly CipherSuite[] = [
  { code: 0xc02b, name: 'ECDHE_ECDSA_AES_128_GCM_SHA256', ...ecdsa, ...gcm(128), ...sha256 },
  { code: 0xc02c, name: 'ECDHE_ECDSA_AES_256_GCM_SHA384', ...ecdsa, ...gcm(256), hash: 'sha384' },
  { code: 0xc0ae, name: 'ECDHE_ECDSA_AES_128_CCM_8', ...ecdsa, ...ccm(8), ...sha256 },
  { code: 0xc0ac, name: 'ECDHE_ECDSA_AES_128_CCM', ...ecdsa, ...ccm(16), ...sha256 },
  { code: 0xcca9, name: 'ECDHE_ECDSA_CHACHA20_POLY1305', ...ecdsa, ...chacha20, ...sha256 },
  { code: 0xd001, name: 'ECDHE_PSK_AES_128_GCM_SHA256', ...ecdhePsk, ...gcm(128), ...sha256 },
  { code: 0xd003, name: 'ECDHE_PSK_AES_128_CCM_8_SHA256', ...ecdhePsk, ...ccm(8), ...sha256 },
  { code: 0x00a8, name: 'PSK_AES_128_GCM_SHA256', ...psk, ...gcm(128), ...sha256 },
  { code: 0xc0a8, name: 'PSK_AES_128_CCM_8', ...psk, ...ccm(8), ...sha256 },
]

const byCode = new Map(cipherSuites.map((suite) => [suite.code, suite]))

export function findCipherSuite(code: number): CipherSuite | undefined {
  return byCode.get(code)
}
