/** API keys: `key_<id>_<secret>`; the secret is shown once and kept only as a hash, the tenant comes from the key alone. */
import { hashOfCredential, idOfCredential, newCredential } from './credential.ts'

export const SCOPES = [
  'euiccs:read',
  'euiccs:write',
  'operations:read',
  'operations:write',
  'campaigns:read',
  'campaigns:write',
  'triggers:read',
  'triggers:write',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'audit:read',
  'identities:read',
  'identities:write',
  'keys:read',
  'keys:write',
  'decode',
] as const
export type Scope = (typeof SCOPES)[number]

/** Sets of scopes with a name. */
export const ROLES = {
  admin: SCOPES,
  operator: [
    'euiccs:read',
    'euiccs:write',
    'operations:read',
    'operations:write',
    'campaigns:read',
    'campaigns:write',
    'triggers:read',
    'events:read',
    'webhooks:read',
    'identities:read',
    'decode',
  ],
  viewer: [
    'euiccs:read',
    'operations:read',
    'campaigns:read',
    'triggers:read',
    'events:read',
    'webhooks:read',
    'identities:read',
    'decode',
  ],
} as const satisfies Readonly<Record<string, readonly Scope[]>>

export const ROLE_NAMES = ['viewer', 'operator', 'admin'] as const satisfies readonly (keyof typeof ROLES)[]
export type Role = (typeof ROLE_NAMES)[number]

/** The name of exactly these scopes; `custom` when they have none. */
export function roleOf(scopes: readonly Scope[]): Role | 'custom' {
  const has = new Set(scopes)
  const fits = (role: Role) => ROLES[role].length === has.size && ROLES[role].every((scope) => has.has(scope))
  return ROLE_NAMES.find(fits) ?? 'custom'
}

export interface ApiKey {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
}

export interface ApiKeyRow {
  id: string
  tenant: string
  name: string
  secret_hash: string
  scopes: string
  created_at: number
  expires_at: number | null
  last_used_at: number | null
}

/** `lastUsedAt` is exact to this: a write for every request would cost more than the request. */
const LAST_USED_STEP_MS = 3_600_000

const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

export function apiKeyOf(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    scopes: JSON.parse(row.scopes) as Scope[],
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: instant(row.expires_at),
    lastUsedAt: instant(row.last_used_at),
  }
}

export async function createApiKey(
  db: D1Database,
  tenant: string,
  wanted: { readonly name: string; readonly scopes: readonly Scope[]; readonly expiresAt: number | null },
  now: number,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const { id, text: secret, hash } = await newCredential('key', now)
  const row: ApiKeyRow = {
    id,
    tenant,
    name: wanted.name,
    secret_hash: hash,
    scopes: JSON.stringify(wanted.scopes),
    created_at: now,
    expires_at: wanted.expiresAt,
    last_used_at: null,
  }
  await db
    .prepare('INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .bind(id, tenant, row.name, row.secret_hash, row.scopes, now, row.expires_at, null)
    .run()
  return { key: apiKeyOf(row), secret }
}

export async function listApiKeys(
  db: D1Database,
  tenant: string,
  limit: number,
  cursor: string | null,
): Promise<ApiKey[]> {
  const { results } = await db
    .prepare('SELECT * FROM api_keys WHERE tenant = ? AND id < ? ORDER BY id DESC LIMIT ?')
    .bind(tenant, cursor ?? '~', limit)
    .all<ApiKeyRow>()
  return results.map(apiKeyOf)
}

export async function findApiKey(db: D1Database, tenant: string, id: string): Promise<ApiKey | null> {
  const query = 'SELECT * FROM api_keys WHERE tenant = ? AND id = ?'
  const row = await db.prepare(query).bind(tenant, id).first<ApiKeyRow>()
  return row && apiKeyOf(row)
}

export async function deleteApiKey(db: D1Database, tenant: string, id: string): Promise<boolean> {
  const { meta } = await db.prepare('DELETE FROM api_keys WHERE tenant = ? AND id = ?').bind(tenant, id).run()
  return meta.changes > 0
}

/** The key with this secret, expired or not; null when there is none. */
export async function findBySecret(db: D1Database, secret: string): Promise<ApiKey | null> {
  const id = idOfCredential('key', secret)
  if (id === null) return null
  const row = await db.prepare('SELECT * FROM api_keys WHERE id = ?').bind(id).first<ApiKeyRow>()
  return row && row.secret_hash === (await hashOfCredential(secret)) ? apiKeyOf(row) : null
}

export async function markUsed(db: D1Database, { id, lastUsedAt }: ApiKey, now: number): Promise<void> {
  if (lastUsedAt !== null && now - Date.parse(lastUsedAt) <= LAST_USED_STEP_MS) return
  await db.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?').bind(now, id).run()
}
