/** An eIM identity: who a tenant is to its eUICCs (SGP.32 §2.5), with the keys it signs packages with. */
import type { Octets } from '../../shared/octets.ts'

export const EIM_ID_TYPES = ['oid', 'fqdn', 'proprietary'] as const
export type EimIdType = (typeof EIM_ID_TYPES)[number]

/**
 * `active`: eUICCs in the field trust it. `next`: added by a rotation; new associations start with it.
 * `retired`: signs no more. The `next` key becomes `active` when the rotation is over, that is when it is the only one left.
 */
export type EimKeyState = 'active' | 'next' | 'retired'

export interface EimKey {
  /** `key_` + ULID */
  readonly id: string
  readonly state: EimKeyState
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Octets
  /** eimCertificate, DER, given to eUICCs instead of the bare key. */
  readonly certificate: Octets | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly retiredAt: number | null
}

/**
 * What devices pin of the TLS or DTLS server (trustedPublicKeyDataTls, SGP.32 §2.11.1.1). A leaf certificate that a
 * provider renews with a new key locks devices out: pin an authority, or a key of your own.
 */
export interface TransportTrust {
  readonly kind: 'publicKey' | 'certificate'
  /** SubjectPublicKeyInfo or Certificate, DER. */
  readonly der: Octets
  /** For people: whose credential this is, and when it has to change. */
  readonly note: string | null
}

export interface EimIdentity {
  /** `eim_` + ULID */
  readonly id: string
  readonly tenant: string
  readonly eimId: string
  /** Host name that devices poll, lower case. */
  readonly eimFqdn: string
  readonly eimIdType: EimIdType
  /** Used by operations that name no identity; each tenant has exactly one. */
  readonly isDefault: boolean
  readonly transportTrust: TransportTrust | null
  /** Oldest first. */
  readonly keys: readonly EimKey[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Why a change of an identity was refused; nothing was changed. */
export type IdentityRefusal =
  | { readonly kind: 'unknown-identity' }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'eim-id-taken'; readonly eimId: string }
  /** Another tenant has this host name. */
  | { readonly kind: 'fqdn-taken'; readonly eimFqdn: string }
  | { readonly kind: 'key-in-use'; readonly detail: string }
  /** `pointer`: JSON pointer to the offending input. */
  | { readonly kind: 'invalid'; readonly pointer: string; readonly detail: string }

/** The key that new associations start with. */
export function startingKey(identity: EimIdentity): EimKey {
  const usable = usableKeys(identity)
  const key = usable.find(({ state }) => state === 'next') ?? usable.at(-1)
  if (!key) throw new TypeError(`the eIM identity ${identity.id} has no usable key`)
  return key
}

export function usableKeys(identity: EimIdentity): readonly EimKey[] {
  return identity.keys.filter(({ state }) => state !== 'retired')
}
