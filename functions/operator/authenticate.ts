/** Who calls: by an API key in `Authorization`, or by the session that the console's cookie names. */
import { type ApiKey, findBySecret, markUsed } from './access.ts'
import { hashOfCredential } from './credential.ts'
import { requireOwnSite } from './cross-site.ts'
import { Problem } from './problem.ts'
import { findSession, type Session, sessionTokenIn } from './session.ts'

export interface Caller {
  readonly key: ApiKey
  /** Null when the request carries the key itself. */
  readonly session: Session | null
}

function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' } })
}

function bearerOf(request: Request): string {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1]
  if (bearer === undefined) throw unauthenticated('send it as Authorization: Bearer key_…')
  return bearer
}

/** What the caller alone has and we do not keep: the field with the key, or the token of the session. */
export function credentialIn(request: Request): string | null {
  return request.headers.get('Authorization') ?? sessionTokenIn(request)
}

/** @throws {Problem} unauthenticated, or cross-site: see {@link requireOwnCall} */
export async function authenticate(db: D1Database, request: Request, now: number): Promise<Caller> {
  const caller = await identify(db, request, now)
  requireOwnCall(caller, request)
  return caller
}

/** A call by cookie may have been caused by another site. @throws {Problem} cross-site */
export function requireOwnCall({ session }: Caller, request: Request): void {
  if (session) requireOwnSite(request)
}

/** Whose credential came with a request; whether the call is theirs is for {@link requireOwnCall}. @throws {Problem} unauthenticated */
export async function identify(db: D1Database, request: Request, now: number): Promise<Caller> {
  const token = request.headers.has('Authorization') ? null : sessionTokenIn(request)
  if (token === null) return { key: await keyOfSecret(db, bearerOf(request), now), session: null }
  const found = await findSession(db, token)
  if (!found || found.session.expiresAt <= now) throw unauthenticated('the session has ended')
  await markUsed(db, found.key, now)
  return found
}

/** The key that a secret opens. @throws {Problem} unauthenticated */
export async function keyOfSecret(db: D1Database, secret: string, now: number): Promise<ApiKey> {
  const key = await findBySecret(db, secret)
  if (!key) throw unauthenticated('the API key is unknown')
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= now)
    throw unauthenticated('the API key has expired')
  await markUsed(db, key, now)
  return key
}

/** Whether a request comes from whoever runs this installation. @throws {Problem} unauthenticated */
export async function authenticateRoot(rootApiKey: string | undefined, request: Request): Promise<void> {
  const bearer = bearerOf(request)
  const known =
    rootApiKey !== undefined &&
    rootApiKey !== '' &&
    (await hashOfCredential(bearer)) === (await hashOfCredential(rootApiKey))
  if (!known) throw unauthenticated('only the root key of this installation may do this')
}
