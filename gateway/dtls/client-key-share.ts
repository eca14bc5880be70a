/** What the client's ClientKeyExchange contributes: a pre-shared key's identity, an ECDH share, or both. */
import { alertDescription } from './alert.ts'
import type { CipherSuite } from './cipher-suite.ts'
import { readClientKeyExchange } from './key-exchange-message.ts'
import type { EphemeralKey } from './named-group.ts'
import type { Refusal } from './negotiate.ts'

export interface ClientKeyShare {
  readonly identity: string | undefined
  readonly ecdhSecret: Buffer | undefined
}

/** RFC 7925 §4.2. */
const IDENTITY_LIMIT = 128

/** @throws {DecodeFault} */
export function receiveClientKeyShare(
  body: Buffer,
  suite: CipherSuite,
  ephemeral: EphemeralKey | undefined,
): ClientKeyShare | Refusal {
  const { identity, publicKey } = readClientKeyExchange(body, suite.keyExchange)
  if (identity && (identity.length === 0 || identity.length > IDENTITY_LIMIT)) {
    const reason = `a PSK identity of ${identity.length} octets`
    return { alert: alertDescription.illegalParameter, reason }
  }
  const ecdhSecret = publicKey && ephemeral?.agree(publicKey)
  if (publicKey && ecdhSecret === undefined) {
    return { alert: alertDescription.illegalParameter, reason: 'the client share is no point of the group' }
  }
  return { identity: identity?.toString('utf8'), ecdhSecret }
}
