/** Signs eUICC Packages (SGP.32 §2.11.1.1) with a tenant's key, which is opened once an isolate and cannot be read out. */
import { Fault } from '../../shared/fault.ts'
import { concatOctets, type Octets } from '../../shared/octets.ts'
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import type { Environment } from '../environment.ts'
import { readWrappedKey } from './identity-store.ts'
import { unwrapPrivateKey, type WrappingSecrets } from './key-wrapping.ts'

/** The key is unknown to the tenant, or retired. */
export class SigningKeyMissingFault extends Fault {
  readonly code = 'signing-key-missing'
}

const OPENED_KEYS = 256
const opened = new BoundedCache<CryptoKey>(OPENED_KEYS)

/** @throws {SigningKeyMissingFault | KeyWrappingFault} */
export async function signingKey(
  environment: WrappingSecrets & Pick<Environment, 'FLEET'>,
  tenant: string,
  eimId: string,
  keyId: string,
): Promise<CryptoKey> {
  const name = `${tenant}|${eimId}|${keyId}`
  const known = opened.get(name)
  if (known) return known
  const stored = await readWrappedKey(environment.FLEET, tenant, eimId, keyId)
  if (!stored) throw new SigningKeyMissingFault(`the eIM ${eimId} has no usable key ${keyId}`)
  const owner = { tenant, identity: stored.identity, key: keyId }
  const key = await unwrapPrivateKey(environment, owner, stored.wrappedPrivateKey)
  opened.set(name, key)
  return key
}

/**
 * The eimSignature, r || s, 64 octets: over euiccPackageSigned followed by the associationToken, both complete DER
 * elements.
 */
export async function signEuiccPackage(
  key: CryptoKey,
  euiccPackageSigned: Uint8Array,
  associationToken: Uint8Array,
): Promise<Octets> {
  const message = concatOctets(euiccPackageSigned, associationToken)
  return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, message))
}
