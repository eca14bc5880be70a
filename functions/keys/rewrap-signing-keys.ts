/**
 * Changing KEY_ENCRYPTION_KEY: set the present secret as KEY_ENCRYPTION_KEY_PREVIOUS beside the fresh one, let this run,
 * then remove it. Keys open under both meanwhile, so no package waits.
 */
import type { Environment } from '../environment.ts'
import { allWrappedKeys, replaceWrapping } from './identity-store.ts'
import { rewrapPrivateKey, type WrappingSecrets } from './key-wrapping.ts'

/** Brings every private key under the present secret; gives how many were not. Running it again is harmless. */
export async function rewrapSigningKeys(
  environment: WrappingSecrets & Pick<Environment, 'FLEET'>,
): Promise<number> {
  if (!environment.KEY_ENCRYPTION_KEY_PREVIOUS) return 0
  let count = 0
  for (const { owner, wrappedPrivateKey } of await allWrappedKeys(environment.FLEET)) {
    const rewrapped = await rewrapPrivateKey(environment, owner, wrappedPrivateKey)
    if (!rewrapped) continue
    await replaceWrapping(environment.FLEET, owner, wrappedPrivateKey, rewrapped)
    count += 1
  }
  return count
}
