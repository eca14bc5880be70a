/** Ephemeral Diffie-Hellman on the named groups (RFC 8422 §5.1.1, RFC 7027 §2). */
import { createECDH, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'

export const namedGroup = { secp256r1: 23, secp384r1: 24, brainpoolP256r1: 26, x25519: 29 } as const
export type NamedGroup = (typeof namedGroup)[keyof typeof namedGroup]

/** Octets from a cryptographic random source; passed in, so that tests can repeat a handshake. */
export type RandomSource = (length: number) => Buffer

export interface EphemeralKey {
  readonly group: NamedGroup
  readonly publicKey: Buffer
  /** The shared secret; `undefined` when the peer's share is no point of the group. */
  agree(peer: Buffer): Buffer | undefined
}

const CURVES = {
  [namedGroup.secp256r1]: { name: 'prime256v1', length: 32 },
  [namedGroup.secp384r1]: { name: 'secp384r1', length: 48 },
  [namedGroup.brainpoolP256r1]: { name: 'brainpoolP256r1', length: 32 },
} as const

export function createEphemeralKey(group: NamedGroup, random: RandomSource): EphemeralKey {
  if (group === namedGroup.x25519) return createX25519Key(random)
  const curve = CURVES[group]
  const ecdh = createECDH(curve.name)
  // A scalar outside the order is refused; on brainpoolP256r1 that is one in three.
  while (!isAccepted(() => ecdh.setPrivateKey(random(curve.length))));
  return {
    group,
    publicKey: ecdh.getPublicKey(),
    agree(peer) {
      // Only the uncompressed form is negotiated (RFC 8422 §5.1.2); OpenSSL refuses points off the curve.
      if (peer.length !== 1 + 2 * curve.length || peer[0] !== 0x04) return undefined
      return attempt(() => ecdh.computeSecret(peer))
    },
  }
}

const X25519_PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const X25519_PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

function createX25519Key(random: RandomSource): EphemeralKey {
  const der = Buffer.concat([X25519_PRIVATE_PREFIX, random(32)])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return {
    group: namedGroup.x25519,
    publicKey: spki.subarray(X25519_PUBLIC_PREFIX.length),
    agree(peer) {
      if (peer.length !== 32) return undefined
      const key = Buffer.concat([X25519_PUBLIC_PREFIX, peer])
      // OpenSSL refuses points of small order, whose secret is all zeros (RFC 7748 §6.1).
      return attempt(() =>
        diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) }),
      )
    },
  }
}

function isAccepted(set: () => void): boolean {
  const isSet = attempt(() => {
    set()
    return true
  })
  return isSet === true
}

/** OpenSSL throws on a bad point or scalar; to the handshake that is an answer like any other. */
function attempt<Value>(compute: () => Value): Value | undefined {
  try {
    return compute()
  } catch {
    return undefined
  }
}
