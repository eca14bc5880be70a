/**
 * What a gateway vouches for when it forwards a device's request: a short-lived token (JWS, ES256) in one header, bound to
 * the method, the path and the body it travels with, so that nobody can put it on another request.
 */
import { z } from 'zod'

/** A request that comes with it came through a gateway. Devices' own copies never get past one. */
export const IDENTITY_HEADER = 'Edge-EIM-Device'
/** Seconds from issue to expiry of a token. */
export const TOKEN_LIFETIME_SECONDS = 30
export const TOKEN_TYPE = 'edge-eim-device+jwt'
export const TOKEN_ALGORITHM = 'ES256'

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** Who the device has proven to be to the gateway, in the DTLS handshake. */
export const DeviceIdentity = z.discriminatedUnion('kind', [
  /** Nobody: the device authenticated the eIM only. */
  z.object({ kind: z.literal('anonymous') }),
  /** SHA-256 of the certificate. */
  z.object({ kind: z.literal('certificate'), thumbprint: sha256Hex }),
  /** SHA-256 of the SubjectPublicKeyInfo. */
  z.object({ kind: z.literal('raw-public-key'), thumbprint: sha256Hex }),
  z.object({ kind: z.literal('psk'), identity: z.string().min(1).max(128) }),
])
export type DeviceIdentity = z.infer<typeof DeviceIdentity>

export const ForwardedClaims = z.object({
  /** The gateway node, as the edge knows its key. */
  iss: z.string().min(1).max(64),
  /** The host name of the eIM, as in the request's URL. */
  aud: z.string().min(1).max(253),
  /** Seconds since 1970. */
  iat: z.number().int(),
  exp: z.number().int(),
  /** Never used twice by this gateway. */
  jti: z.string().min(16).max(64),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  /** Path and query, as in the request's URL. */
  path: z.string().startsWith('/').max(1024),
  /** SHA-256 of the body, lower-case hexadecimal; of no octets when there is none. */
  bodyDigest: sha256Hex,
  /** Absent when the gateway speaks for itself: push channel, session store. */
  device: z
    .object({
      identity: DeviceIdentity,
      /** Names the session to the gateway, for the push channel. Not its Connection ID. */
      session: z.string().min(1).max(64),
      /** Where the request came from: `192.0.2.1:5684`, `[2001:db8::1]:5684`. */
      address: z.string().max(64),
      /** Whether the request came in the clear, which only laboratories allow. */
      isProtected: z.boolean(),
    })
    .optional(),
})
export type ForwardedClaims = z.infer<typeof ForwardedClaims>

/** One word for an identity, to store and to compare: `certificate:<hex>`, `psk:<identity>`; null for nobody. */
export function identityText(identity: DeviceIdentity): string | null {
  switch (identity.kind) {
    case 'anonymous':
      return null
    case 'psk':
      return `psk:${identity.identity}`
    default:
      return `${identity.kind}:${identity.thumbprint}`
  }
}
