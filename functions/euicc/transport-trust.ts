/** Which devices may speak for an eUICC, in the words of the API. */

export const TRANSPORT_POLICIES = [
  /** Anybody. */
  'none',
  /** Whoever authenticates first is bound; nobody else after that. */
  'first-use',
  /** Only those an operator has registered. */
  'registered',
] as const
export type TransportPolicy = (typeof TRANSPORT_POLICIES)[number]

export interface BoundIdentity {
  /** `certificate:<hex>`, `raw-public-key:<hex>`, `psk:<identity>` */
  readonly identity: string
  /** RFC 3339 */
  readonly boundAt: string
  readonly by: 'operator' | 'first-use'
}

export interface TransportTrust {
  readonly policy: TransportPolicy
  readonly identities: readonly BoundIdentity[]
}

export type Admission = 'admitted' | 'another-device' | 'replayed'
