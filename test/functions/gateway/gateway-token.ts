/** A gateway's key, and requests to the edge that it signs. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import {
  type ForwardedClaims,
  IDENTITY_HEADER,
  TOKEN_TYPE,
} from '../../../shared/gateway/forwarded-request.ts'
import { toHex } from '../../../shared/octets.ts'

export const HOST = 'eim.example.com'

export interface TestGateway {
  readonly name: string
  readonly jwk: object
  request(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    changes?: Partial<ForwardedClaims>,
  ): Promise<Request>
}

export async function newGateway(name: string): Promise<TestGateway> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    name,
    jwk: { ...(await exportJWK(publicKey)), kid: name, iss: name },
    async request(method, path, body, changes = {}) {
      const octets = new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body))
      const iat = Math.floor(Date.now() / 1000)
      const claims: ForwardedClaims = {
        iss: name,
        aud: HOST,
        iat,
        exp: iat + 30,
        jti: crypto.randomUUID(),
        method,
        path,
        bodyDigest: toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', octets))).toLowerCase(),
        ...changes,
      }
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: TOKEN_TYPE, kid: name })
        .sign(privateKey)
      const headers = { [IDENTITY_HEADER]: token, ...(method === 'GET' ? { Upgrade: 'websocket' } : {}) }
      return new Request(`https://${HOST}${path}`, {
        method,
        headers,
        ...(method === 'POST' ? { body: octets } : {}),
      })
    },
  }
}
