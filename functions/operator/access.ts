/** API keys: `key_<id>_<secret>`; the secret is shown once and kept only as a hash, the tenant comes from the key alone. */
import { toHex } from '../../shared/octets.ts'
import { ulid } from '../euicc/operation-id.ts'
import { Problem } from './problem.ts'

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

export interface ApiKey {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
}

interface Row {
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
const SECRET_OCTETS = 32

const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

function fromRow(row: Row): ApiKey {
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

async function hashOf(secret: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))))
}

function random(octets: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(octets))
}

export async function createApiKey(
  db: D1Database,
  tenant: string,
  wanted: { readonly name: string; readonly scopes: readonly Scope[]; readonly expiresAt: number | null },
  now: number,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const id = `key_${ulid(now, random(10))}`
  const secret = `${id}_${toHex(random(SECRET_OCTETS)).toLowerCase()}`
  const row: Row = {
    id,
    tenant,
    name: wanted.name,
    secret_hash: await hashOf(secret),
    scopes: JSON.stringify(wanted.scopes),
    created_at: now,
    expires_at: wanted.expiresAt,
    last_used_at: null,
  }
  await db
    .prepare('INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    .bind(id, tenant, row.name, row.secret_hash, row.scopes, now, row.expires_at, null)
    .run()
  return { key: fromRow(row), secret }
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
    .all<Row>()
  return results.map(fromRow)
}

export async function findApiKey(db: D1Database, tenant: string, id: string): Promise<ApiKey | null> {
  const query = 'SELECT * FROM api_keys WHERE tenant = ? AND id = ?'
  const row = await db.prepare(query).bind(tenant, id).first<Row>()
  return row && fromRow(row)
}

export async function deleteApiKey(db: D1Database, tenant: string, id: string): Promise<boolean> {
  const { meta } = await db.prepare('DELETE FROM api_keys WHERE tenant = ? AND id = ?').bind(tenant, id).run()
  return meta.changes > 0
}

function bearerOf(request: Request): string {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1]
  if (bearer === undefined) throw unauthenticated('send it as Authorization: Bearer key_…')
  return bearer
}

function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' } })
}

/** The key a request comes with. @throws {Problem} unauthenticated */
export async function authenticate(db: D1Database, request: Request, now: number): Promise<ApiKey> {
  const secret = bearerOf(request)
  const id = /^(key_[0-9A-Z]{26})_[0-9a-f]{64}$/.exec(secret)?.[1]
  const row =
    id === undefined ? null : await db.prepare('SELECT * FROM api_keys WHERE id = ?').bind(id).first<Row>()
  // Equal hashes of 256 random bits cannot be felt out by timing.
  if (!row || row.secret_hash !== (await hashOf(secret))) throw unauthenticated('the API key is unknown')
  if (row.expires_at !== null && row.expires_at <= now) throw unauthenticated('the API key has expired')
  if (row.last_used_at === null || now - row.last_used_at > LAST_USED_STEP_MS) {
    await db.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?').bind(now, row.id).run()
  }
  return fromRow(row)
}

/** Whether a request comes from whoever runs this installation. @throws {Problem} unauthenticated */
export async function authenticateRoot(rootApiKey: string | undefined, request: Request): Promise<void> {
  const bearer = bearerOf(request)
  const known =
    rootApiKey !== undefined && rootApiKey !== '' && (await hashOf(bearer)) === (await hashOf(rootApiKey))
  if (!known) throw unauthenticated('only the root key of this installation may do this')
}
