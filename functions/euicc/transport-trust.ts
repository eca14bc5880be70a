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

/** `injection`: the eIM brings a package as soon as there is one, where the device's session allows it (SGP.32 §3.1.1). */
export const DELIVERIES = ['retrieval', 'injection'] as const

export interface TransportTrust {
  readonly policy: TransportPolicy
  readonly identities: readonly BoundIdentity[]
  readonly delivery: (typeof DELIVERIES)[number]
  /** Where the device takes packages in. */
  readonly devicePath: string
}

/** What an operator sets of it. */
export type NewTransportTrust = Omit<TransportTrust, 'identities'> & {
  readonly identities: readonly string[]
}

/** By which gateway and session the device was last heard. */
export interface WayBack {
  readonly gateway: string
  readonly session: string
  readonly deviceIdentity: string | null
}

export type Admission = 'admitted' | 'another-device' | 'replayed'
