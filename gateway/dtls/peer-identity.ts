/** Who the peer has proven to be. */

export type PeerIdentity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'psk'; readonly identity: string }
  | {
      readonly kind: 'certificate'
      /** SHA-256 of the certificate, lower-case hexadecimal. */
      readonly thumbprint: string
      /** Last instant of validity, milliseconds since 1970. */
      readonly notAfter: number
      /**
       * The authority it was believed for: the first 8 octets of SHA-256 of its SubjectPublicKeyInfo, lower-case
       * hexadecimal, so that an authority stays the same when its certificate is renewed. Empty for a pinned one.
       */
      readonly authority: string
    }
  | {
      readonly kind: 'raw-public-key'
      /** SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal. */
      readonly thumbprint: string
    }

export const anonymous: PeerIdentity = { kind: 'anonymous' }
