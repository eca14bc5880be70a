/** Reads and writes eIM identities and their keys in D1; every query names the tenant. */
import type { Octets } from '../../shared/octets.ts'
import type { EimIdentity, EimIdType, EimKey, EimKeyState, TransportTrust } from './eim-identity.ts'
import type { KeyOwner } from './key-wrapping.ts'

interface IdentityRow {
  id: string
  tenant: string
  eim_id: string
  eim_fqdn: string
  eim_id_type: EimIdType
  is_default: number
  tls_trust_kind: TransportTrust['kind'] | null
  tls_trust: number[] | null
  tls_note: string | null
  created_at: number
}

interface KeyRow {
  id: string
  identity: string
  state: EimKeyState
  public_key: number[]
  certificate: number[] | null
  created_at: number
  retired_at: number | null
}

const IDENTITY_COLUMNS =
  'id, tenant, eim_id, eim_fqdn, eim_id_type, is_default, tls_trust_kind, tls_trust, tls_note, created_at'
const KEY_COLUMNS = 'id, identity, state, public_key, certificate, created_at, retired_at'

/** D1 gives a BLOB as a list of numbers. */
function octetsOf(blob: number[]): Octets {
  return Uint8Array.from(blob)
}

function keyOf(row: KeyRow): EimKey {
  return {
    id: row.id,
    state: row.state,
    publicKey: octetsOf(row.public_key),
    certificate: row.certificate && octetsOf(row.certificate),
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }
}

function identityOf(row: IdentityRow, keys: readonly KeyRow[]): EimIdentity {
  const { tls_trust_kind: kind, tls_trust: der, tls_note: note } = row
  return {
    id: row.id,
    tenant: row.tenant,
    eimId: row.eim_id,
    eimFqdn: row.eim_fqdn,
    eimIdType: row.eim_id_type,
    isDefault: row.is_default === 1,
    transportTrust: kind && der ? { kind, der: octetsOf(der), note } : null,
    keys: keys.filter((key) => key.identity === row.id).map(keyOf),
    createdAt: row.created_at,
  }
}

/** The tenant's identities, oldest first. */
export async function listEimIdentities(db: D1Database, tenant: string): Promise<readonly EimIdentity[]> {
  const [identities, keys] = await db.batch<IdentityRow & KeyRow>([
    db.prepare(`SELECT ${IDENTITY_COLUMNS} FROM eim_identities WHERE tenant = ? ORDER BY id`).bind(tenant),
    db.prepare(`SELECT ${KEY_COLUMNS} FROM eim_keys WHERE tenant = ? ORDER BY id`).bind(tenant),
  ])
  return (identities?.results ?? []).map((row) => identityOf(row, keys?.results ?? []))
}

export async function getEimIdentity(
  db: D1Database,
  tenant: string,
  id: string,
): Promise<EimIdentity | undefined> {
  return (await listEimIdentities(db, tenant)).find((identity) => identity.id === id)
}

/** The tenant that has this host name, or null. */
export async function tenantOfFqdn(db: D1Database, eimFqdn: string): Promise<string | null> {
  return db.prepare('SELECT tenant FROM eim_fqdns WHERE eim_fqdn = ?').bind(eimFqdn).first<string>('tenant')
}

/** A key with its wrapped private half, as it is stored. */
export interface StoredKey {
  readonly key: EimKey
  readonly wrappedPrivateKey: Octets
}

/** All or nothing. @throws when a host name or an eimId was taken in the meantime */
export async function insertEimIdentity(
  db: D1Database,
  identity: EimIdentity,
  stored: StoredKey,
): Promise<void> {
  const { id, tenant, eimId, eimFqdn, eimIdType, isDefault, createdAt } = identity
  const insertIdentity = `INSERT INTO eim_identities
    (id, tenant, eim_id, eim_fqdn, eim_id_type, is_default, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
  await db.batch([
    db.prepare('INSERT OR IGNORE INTO eim_fqdns (eim_fqdn, tenant) VALUES (?, ?)').bind(eimFqdn, tenant),
    ...(isDefault ? [withoutDefault(db, tenant)] : []),
    db.prepare(insertIdentity).bind(id, tenant, eimId, eimFqdn, eimIdType, isDefault ? 1 : 0, createdAt),
    insertKeyStatement(db, identity, stored),
  ])
}

/** Adds `stored` as the `next` key; the one that was `next` becomes `active`. */
export async function insertNextKey(db: D1Database, identity: EimIdentity, stored: StoredKey): Promise<void> {
  await db.batch([
    db
      .prepare(`UPDATE eim_keys SET state = 'active' WHERE tenant = ? AND identity = ? AND state = 'next'`)
      .bind(identity.tenant, identity.id),
    insertKeyStatement(db, identity, stored),
  ])
}

function insertKeyStatement(
  db: D1Database,
  { tenant, id }: EimIdentity,
  { key, wrappedPrivateKey }: StoredKey,
): D1PreparedStatement {
  const query = `INSERT INTO eim_keys
    (id, tenant, identity, state, public_key, wrapped_private_key, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
  return db
    .prepare(query)
    .bind(key.id, tenant, id, key.state, key.publicKey, wrappedPrivateKey, key.createdAt)
}

/** Retires a key for good: its private half is erased. A `next` key that is left alone becomes `active`. */
export async function writeRetirement(
  db: D1Database,
  { tenant, id }: EimIdentity,
  key: string,
  at: number,
): Promise<void> {
  const retire = `UPDATE eim_keys SET state = 'retired', retired_at = ?, wrapped_private_key = NULL
    WHERE tenant = ? AND identity = ? AND id = ?`
  const promote = `UPDATE eim_keys SET state = 'active' WHERE tenant = ?1 AND identity = ?2 AND state = 'next'
    AND NOT EXISTS (SELECT 1 FROM eim_keys WHERE tenant = ?1 AND identity = ?2 AND state = 'active')`
  await db.batch([db.prepare(retire).bind(at, tenant, id, key), db.prepare(promote).bind(tenant, id)])
}

export async function writeDefault(db: D1Database, { tenant, id }: EimIdentity): Promise<void> {
  const set = 'UPDATE eim_identities SET is_default = 1 WHERE tenant = ? AND id = ?'
  await db.batch([withoutDefault(db, tenant), db.prepare(set).bind(tenant, id)])
}

function withoutDefault(db: D1Database, tenant: string): D1PreparedStatement {
  return db
    .prepare('UPDATE eim_identities SET is_default = 0 WHERE tenant = ? AND is_default = 1')
    .bind(tenant)
}

export async function writeTransportTrust(
  db: D1Database,
  { tenant, id }: EimIdentity,
  trust: TransportTrust | null,
): Promise<void> {
  const query =
    'UPDATE eim_identities SET tls_trust_kind = ?, tls_trust = ?, tls_note = ? WHERE tenant = ? AND id = ?'
  await db
    .prepare(query)
    .bind(trust?.kind ?? null, trust?.der ?? null, trust?.note ?? null, tenant, id)
    .run()
}

export async function writeSigningCertificate(
  db: D1Database,
  { tenant, id }: EimIdentity,
  key: string,
  certificate: Octets | null,
): Promise<void> {
  const query = 'UPDATE eim_keys SET certificate = ? WHERE tenant = ? AND identity = ? AND id = ?'
  await db.prepare(query).bind(certificate, tenant, id, key).run()
}

export interface WrappedKey {
  readonly identity: string
  readonly wrappedPrivateKey: Octets
}

/** The private half of a key that is not retired, still wrapped. */
export async function readWrappedKey(
  db: D1Database,
  tenant: string,
  eimId: string,
  key: string,
): Promise<WrappedKey | null> {
  const query = `SELECT identity, wrapped_private_key FROM eim_keys JOIN eim_identities ON eim_identities.id = identity
    WHERE eim_keys.tenant = ? AND eim_id = ? AND eim_keys.id = ? AND state <> 'retired'`
  const row = await db
    .prepare(query)
    .bind(tenant, eimId, key)
    .first<{ identity: string; wrapped_private_key: number[] }>()
  return row && { identity: row.identity, wrappedPrivateKey: octetsOf(row.wrapped_private_key) }
}

export interface OwnedWrappedKey {
  readonly owner: KeyOwner
  readonly wrappedPrivateKey: Octets
}

/** Of all tenants: for the change of the wrapping secret, which is above them. */
export async function allWrappedKeys(db: D1Database): Promise<readonly OwnedWrappedKey[]> {
  const query = `SELECT tenant, identity, id, wrapped_private_key FROM eim_keys WHERE wrapped_private_key IS NOT NULL`
  const { results } = await db
    .prepare(query)
    .all<{ tenant: string; identity: string; id: string; wrapped_private_key: number[] }>()
  return results.map(({ tenant, identity, id, wrapped_private_key }) => ({
    owner: { tenant, identity, key: id },
    wrappedPrivateKey: octetsOf(wrapped_private_key),
  }))
}

/** Unless the key was retired or wrapped anew since `before` was read. */
export async function replaceWrapping(
  db: D1Database,
  { tenant, key }: KeyOwner,
  before: Octets,
  after: Octets,
): Promise<void> {
  const query =
    'UPDATE eim_keys SET wrapped_private_key = ? WHERE tenant = ? AND id = ? AND wrapped_private_key = ?'
  await db.prepare(query).bind(after, tenant, key, before).run()
}
