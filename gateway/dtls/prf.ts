/** The pseudorandom function of TLS 1.2 and the key schedule built on it (RFC 5246 §5, §6.3, §7.4.9; RFC 7627 §4). */
import { createHmac, hash as hashOnce } from 'node:crypto'
import type { CipherSuite } from './cipher-suite.ts'
import { uint16, vector16 } from './octet-writer.ts'
import type { TrafficKeys } from './record-protection.ts'

export const MASTER_SECRET_LENGTH = 48
export const VERIFY_DATA_LENGTH = 12

export type Hash = CipherSuite['hash']

/** RFC 5246 §5: `length` octets of P_hash. */
export function prf(hash: Hash, secret: Uint8Array, label: string, seed: Uint8Array, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), seed])
  const blocks: Buffer[] = []
  let produced = 0
  let chained: Buffer = labelled
  while (produced < length) {
    chained = createHmac(hash, secret).update(chained).digest()
    const block = createHmac(hash, secret).update(chained).update(labelled).digest()
    blocks.push(block)
    produced += block.length
  }
  return Buffer.concat(blocks, produced).subarray(0, length)
}

/** RFC 7627 §4: `sessionHash` covers the transcript up to and including ClientKeyExchange. */
export function extendedMasterSecret(hash: Hash, premaster: Uint8Array, sessionHash: Uint8Array): Buffer {
  return prf(hash, premaster, 'extended master secret', sessionHash, MASTER_SECRET_LENGTH)
}

/** RFC 4279 §2: `other` is the ECDH secret of ECDHE_PSK, or as many zeros as the key is long. */
export function pskPremasterSecret(psk: Uint8Array, other?: Uint8Array): Buffer {
  return Buffer.concat([vector16(other ?? Buffer.alloc(psk.length)), uint16(psk.length), psk])
}

export interface KeyBlock {
  readonly client: TrafficKeys
  readonly server: TrafficKeys
}

/** RFC 5246 §6.3, without the MAC keys that AEAD suites do not have. */
export function deriveKeyBlock(
  suite: CipherSuite,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): KeyBlock {
  const { keyLength, saltLength } = suite
  const seed = Buffer.concat([serverRandom, clientRandom])
  const block = prf(suite.hash, master, 'key expansion', seed, 2 * (keyLength + saltLength))
  const salts = 2 * keyLength
  return {
    client: {
      suite,
      key: block.subarray(0, keyLength),
      salt: block.subarray(salts, salts + saltLength),
    },
    server: {
      suite,
      key: block.subarray(keyLength, salts),
      salt: block.subarray(salts + saltLength),
    },
  }
}

/** RFC 5246 §7.4.9. */
export function verifyData(
  hash: Hash,
  master: Uint8Array,
  sender: 'client' | 'server',
  transcriptHash: Uint8Array,
): Buffer {
  return prf(hash, master, `${sender} finished`, transcriptHash, VERIFY_DATA_LENGTH)
}

export function digest(hash: Hash, octets: Uint8Array): Buffer {
  return hashOnce(hash, octets, 'buffer')
}
