/** What the server proves itself with: a key, and a certificate chain or the bare public key (RFC 7250). */
import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { Fault } from '../../shared/fault.ts'
import { type NamedGroup, namedGroup } from './named-group.ts'
import { hashOf, type SignatureScheme } from './signature-scheme.ts'

export interface ServerCredential {
  /** DER, leaf first; empty when only the raw public key is to be shown. */
  readonly chain: readonly Uint8Array[]
  /** DER. */
  readonly subjectPublicKeyInfo: Uint8Array
  /** The curve of the key; a client must have named it (RFC 8422 §5.1). */
  readonly group: NamedGroup
  /** DER of r and s. */
  sign(scheme: SignatureScheme, octets: Uint8Array): Buffer
}

export class CredentialFault extends Fault {
  readonly code = 'dtls-credential-unusable'
}

const GROUPS: Readonly<Record<string, NamedGroup>> = {
  prime256v1: namedGroup.secp256r1,
  secp384r1: namedGroup.secp384r1,
  brainpoolP256r1: namedGroup.brainpoolP256r1,
}

/** @throws {CredentialFault} when `privateKey` is no ECDSA key of a known curve */
export function createServerCredential(
  privateKey: KeyObject,
  chain: readonly Uint8Array[] = [],
): ServerCredential {
  const curve = privateKey.asymmetricKeyDetails?.namedCurve
  const group = curve === undefined ? undefined : GROUPS[curve]
  if (group === undefined) throw new CredentialFault(`no ECDSA key of a known curve: ${curve ?? 'none'}`)
  return {
    chain,
    subjectPublicKeyInfo: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
    group,
    sign: (scheme, octets) => sign(hashOf(scheme), octets, privateKey),
  }
}
