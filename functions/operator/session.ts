/** Sessions of the console: an API key exchanged for a cookie that no script can read. They end with the key at the latest. */
import { type ApiKey, type ApiKeyRow, apiKeyOf } from './access.ts'
import { hashOfCredential, idOfCredential, newCredential } from './credential.ts'

export interface Session {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

const LIFE_MS = 12 * 3_600_000
/** The prefix binds it to this very host: neither a subdomain nor plain HTTP can set it. */
export const SESSION_COOKIE = '__Host-eim-session'
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict'

/** Opens a session for a key. `cookie` is the value of Set-Cookie. */
export async function openSession(
  db: D1Database,
  key: ApiKey,
  now: number,
): Promise<{ readonly session: Session; readonly cookie: string }> {
  const { id, text, hash } = await newCredential('ses', now)
  const keyExpiresAt = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt)
  const expiresAt = Math.min(now + LIFE_MS, keyExpiresAt)
  await db
    .prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)')
    .bind(id, hash, key.tenant, key.id, now, expiresAt)
    .run()
  const maxAge = Math.floor((expiresAt - now) / 1000)
  return { session: { id, expiresAt }, cookie: `${SESSION_COOKIE}=${text}; ${ATTRIBUTES}; Max-Age=${maxAge}` }
}

/** Takes the cookie away again. */
export const NO_COOKIE = `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`

/** The token in the cookie of a request, or null. */
export function sessionTokenIn(request: Request): string | null {
  for (const cookie of (request.headers.get('Cookie') ?? '').split(';')) {
    const [name, value] = cookie.trim().split('=')
    if (name === SESSION_COOKIE && value) return value
  }
  return null
}

/** The session and its key, expired or not; null when either is gone. */
export async function findSession(
  db: D1Database,
  token: string,
): Promise<{ readonly session: Session; readonly key: ApiKey } | null> {
  const id = idOfCredential('ses', token)
  if (id === null) return null
  const query = `SELECT api_keys.*, sessions.token_hash, sessions.expires_at AS session_expires_at
    FROM sessions JOIN api_keys ON api_keys.id = sessions.key_id AND api_keys.tenant = sessions.tenant WHERE sessions.id = ?`
  const row = await db
    .prepare(query)
    .bind(id)
    .first<ApiKeyRow & { readonly token_hash: string; readonly session_expires_at: number }>()
  if (!row || row.token_hash !== (await hashOfCredential(token))) return null
  return { session: { id, expiresAt: row.session_expires_at }, key: apiKeyOf(row) }
}

export async function endSession(db: D1Database, tenant: string, id: string): Promise<void> {
  await db.prepare('DELETE FROM sessions WHERE tenant = ? AND id = ?').bind(tenant, id).run()
}

export async function forgetExpiredSessions(db: D1Database, now: number): Promise<void> {
  await db.prepare('DELETE FROM sessions WHERE expires_at <= ?').bind(now).run()
}
