/** Webhook endpoints of a tenant: where its events go, which of them, and the secrets they are signed with. */
import { toBase64 } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import { ulid } from '../euicc/operation-id.ts'
import { forgetSecret, keepSecret, readSecret } from '../keys/index.ts'

export const FORMATS = ['cloudevents', 'standard'] as const
export type Format = (typeof FORMATS)[number]

export interface Endpoint {
  readonly tenant: string
  readonly id: string
  readonly url: string
  /** Patterns of event types. */
  readonly types: readonly string[]
  readonly format: Format
  readonly description: string
  /** Why nothing is sent; null while it is enabled. */
  readonly disabled: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** Both sign until the older one runs out. */
interface Secrets {
  readonly current: string
  readonly previous: string | null
  /** Milliseconds since the epoch. */
  readonly previousUntil: number
}

export type SecretEnvironment = Pick<
  Environment,
  'FLEET' | 'KEY_ENCRYPTION_KEY' | 'KEY_ENCRYPTION_KEY_PREVIOUS'
>

interface Row {
  tenant: string
  id: string
  url: string
  types: string
  format: Format
  description: string
  disabled: string | null
  created_at: number
  updated_at: number
}

const SECRET_OCTETS = 32
/** How long the secret before is used besides, after a rotation. */
export const ROTATION_MS = 24 * 3_600_000

function fromRow({ types, created_at, updated_at, ...row }: Row): Endpoint {
  return { ...row, types: JSON.parse(types) as string[], createdAt: created_at, updatedAt: updated_at }
}

const newSecret = () => `whsec_${toBase64(crypto.getRandomValues(new Uint8Array(SECRET_OCTETS)))}`

export async function createEndpoint(
  environment: SecretEnvironment,
  tenant: string,
  wanted: Pick<Endpoint, 'url' | 'types' | 'format' | 'description'>,
  now: number,
): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  const id = `whe_${ulid(now, crypto.getRandomValues(new Uint8Array(10)))}`
  const endpoint: Endpoint = { tenant, id, ...wanted, disabled: null, createdAt: now, updatedAt: now }
  const secret = newSecret()
  // The secret first: an endpoint without one could sign nothing.
  await writeSecrets(environment, endpoint, { current: secret, previous: null, previousUntil: 0 })
  await writeEndpoint(environment.FLEET, endpoint)
  return { endpoint, secret }
}

export async function writeEndpoint(db: D1Database, endpoint: Endpoint): Promise<void> {
  const { tenant, id, url, types, format, description, disabled, createdAt, updatedAt } = endpoint
  await db
    .prepare('INSERT OR REPLACE INTO webhook_endpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .bind(tenant, id, url, JSON.stringify(types), format, description, disabled, createdAt, updatedAt)
    .run()
}

export async function listEndpoints(
  db: D1Database,
  tenant: string,
  limit: number,
  cursor: string | null,
): Promise<readonly Endpoint[]> {
  const { results } = await db
    .prepare('SELECT * FROM webhook_endpoints WHERE tenant = ? AND id < ? ORDER BY id DESC LIMIT ?')
    .bind(tenant, cursor ?? '~', limit)
    .all<Row>()
  return results.map(fromRow)
}

/** Those that take events, of several tenants at once. */
export async function enabledEndpoints(
  db: D1Database,
  tenants: readonly string[],
): Promise<readonly Endpoint[]> {
  const { results } = await db
    .prepare(
      'SELECT * FROM webhook_endpoints WHERE tenant IN (SELECT value FROM json_each(?)) AND disabled IS NULL',
    )
    .bind(JSON.stringify(tenants))
    .all<Row>()
  return results.map(fromRow)
}

export async function findEndpoint(db: D1Database, tenant: string, id: string): Promise<Endpoint | null> {
  const query = 'SELECT * FROM webhook_endpoints WHERE tenant = ? AND id = ?'
  const row = await db.prepare(query).bind(tenant, id).first<Row>()
  return row && fromRow(row)
}

export async function disableEndpoint(
  db: D1Database,
  { tenant, id }: Pick<Endpoint, 'tenant' | 'id'>,
  reason: string,
  now: number,
): Promise<void> {
  await db
    .prepare('UPDATE webhook_endpoints SET disabled = ?, updated_at = ? WHERE tenant = ? AND id = ?')
    .bind(reason, now, tenant, id)
    .run()
}

export async function deleteEndpoint(
  environment: SecretEnvironment,
  tenant: string,
  id: string,
): Promise<boolean> {
  const { meta } = await environment.FLEET.prepare(
    'DELETE FROM webhook_endpoints WHERE tenant = ? AND id = ?',
  )
    .bind(tenant, id)
    .run()
  await forgetSecret(environment, tenant, id)
  return meta.changes > 0
}

/** The new secret; the one before signs besides for {@link ROTATION_MS}. */
export async function rotateSecret(
  environment: SecretEnvironment,
  endpoint: Endpoint,
  now: number,
): Promise<string> {
  const { current } = await readSecrets(environment, endpoint)
  const secret = newSecret()
  await writeSecrets(environment, endpoint, {
    current: secret,
    previous: current,
    previousUntil: now + ROTATION_MS,
  })
  return secret
}

/** The secrets to sign with now, the newest first. */
export async function signingSecrets(
  environment: SecretEnvironment,
  endpoint: Pick<Endpoint, 'tenant' | 'id'>,
  now: number,
): Promise<readonly string[]> {
  const { current, previous, previousUntil } = await readSecrets(environment, endpoint)
  return previous !== null && previousUntil > now ? [current, previous] : [current]
}

async function readSecrets(
  environment: SecretEnvironment,
  { tenant, id }: Pick<Endpoint, 'tenant' | 'id'>,
): Promise<Secrets> {
  const text = await readSecret(environment, tenant, id)
  if (text === null) throw new Error(`the webhook endpoint ${id} has no secret`)
  return JSON.parse(text) as Secrets
}

function writeSecrets(
  environment: SecretEnvironment,
  { tenant, id }: Pick<Endpoint, 'tenant' | 'id'>,
  secrets: Secrets,
): Promise<void> {
  return keepSecret(environment, tenant, id, JSON.stringify(secrets))
}
