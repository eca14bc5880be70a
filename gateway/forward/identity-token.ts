/** Signs the token that goes with each request to the edge (`shared/gateway/forwarded-request.ts`). */
import { createHash, createPrivateKey, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import {
  type ForwardedClaims,
  TOKEN_ALGORITHM,
  TOKEN_LIFETIME_SECONDS,
  TOKEN_TYPE,
} from '../../shared/gateway/forwarded-request.ts'

export interface TokenRequest {
  /** The eIM's host name. */
  readonly audience: string
  readonly method: ForwardedClaims['method']
  /** Path and query. */
  readonly path: string
  readonly body: Uint8Array
  /** Left out when the gateway speaks for itself. */
  readonly device?: ForwardedClaims['device']
}

export type SignToken = (request: TokenRequest) => Promise<string>

/**
 * `tokenKey`: P-256, PKCS#8, DER. `keyId`: tells it from the node's other keys at the edge, while one replaces another.
 */
export function createTokenSigner(node: string, tokenKey: Uint8Array, keyId: string = node): SignToken {
  const key = createPrivateKey({ key: Buffer.from(tokenKey), format: 'der', type: 'pkcs8' })
  return ({ audience, method, path, body, device }) => {
    const issuedAt = Math.floor(Date.now() / 1000)
    const claims: ForwardedClaims = {
      iss: node,
      aud: audience,
      iat: issuedAt,
      exp: issuedAt + TOKEN_LIFETIME_SECONDS,
      jti: randomUUID(),
      method,
      path,
      bodyDigest: createHash('sha256').update(body).digest('hex'),
      device,
    }
    const header = { alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: keyId }
    return new SignJWT(claims).setProtectedHeader(header).sign(key)
  }
}
