/** What the API tells of eIM identities and of API keys. */

export interface EimIdentity {
  readonly id: string
  readonly eimId: string
  readonly eimFqdn: string
  readonly eimIdType: string
  readonly isDefault: boolean
  readonly transportTrust: {
    readonly kind: 'publicKey' | 'certificate'
    readonly der: string
    readonly note: string | null
  } | null
  readonly keys: readonly SigningKey[]
  readonly createdAt: string
}

export interface SigningKey {
  readonly id: string
  readonly state: 'active' | 'next' | 'retired'
  /** SubjectPublicKeyInfo, hexadecimal. */
  readonly publicKey: string
  /** DER, hexadecimal. */
  readonly certificate: string | null
  readonly createdAt: string
}

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
}
