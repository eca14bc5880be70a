/**
 * Secrets that have to be read again, such as those shared with webhooks: AES-256-GCM under KEY_ENCRYPTION_KEY, tenant and
 * id authenticated with them, so that no row can stand in for another.
 */
import { concatOctets, type Octets } from '../../shared/octets.ts'
import type { Environment } from '../environment.ts'
import { KeyWrappingFault, readWrappingSecret, type WrappingSecrets } from './key-wrapping.ts'

/** What secrets are kept with. */
export type KeepingEnvironment = WrappingSecrets & Pick<Environment, 'FLEET'>

const IV_OCTETS = 12

interface Row {
  tenant: string
  id: string
  sealed: number[]
}

async function keyFrom(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', readWrappingSecret(secret), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function gcm(iv: Octets, tenant: string, id: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${tenant}|${id}`) }
}

/** IV (12), ciphertext, tag (16) */
async function seal(secret: string, tenant: string, id: string, text: string): Promise<Octets> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_OCTETS))
  const plain = new TextEncoder().encode(text)
  const sealed = await crypto.subtle.encrypt(gcm(iv, tenant, id), await keyFrom(secret), plain)
  return concatOctets(iv, new Uint8Array(sealed))
}

/** Null when it was not sealed under this secret, for this owner. */
async function open(secret: string, { tenant, id, sealed }: Row): Promise<string | null> {
  const octets = Uint8Array.from(sealed)
  const algorithm = gcm(octets.subarray(0, IV_OCTETS), tenant, id)
  try {
    const plain = await crypto.subtle.decrypt(algorithm, await keyFrom(secret), octets.subarray(IV_OCTETS))
    return new TextDecoder().decode(plain)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'OperationError') return null
    throw error
  }
}

/** Replaces what was kept under this id. */
export async function keepSecret(
  { FLEET, KEY_ENCRYPTION_KEY }: KeepingEnvironment,
  tenant: string,
  id: string,
  text: string,
): Promise<void> {
  const sealed = await seal(KEY_ENCRYPTION_KEY, tenant, id, text)
  await FLEET.prepare('INSERT OR REPLACE INTO secrets VALUES (?, ?, ?)').bind(tenant, id, sealed).run()
}

/** Null when there is none. @throws {KeyWrappingFault} when it opens under neither secret */
export async function readSecret(
  { FLEET, KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_KEY_PREVIOUS }: KeepingEnvironment,
  tenant: string,
  id: string,
): Promise<string | null> {
  const query = 'SELECT * FROM secrets WHERE tenant = ? AND id = ?'
  const row = await FLEET.prepare(query).bind(tenant, id).first<Row>()
  if (!row) return null
  const text =
    (await open(KEY_ENCRYPTION_KEY, row)) ??
    (KEY_ENCRYPTION_KEY_PREVIOUS ? await open(KEY_ENCRYPTION_KEY_PREVIOUS, row) : null)
  if (text === null) throw new KeyWrappingFault(`the secret of ${id} does not open with KEY_ENCRYPTION_KEY`)
  return text
}

export async function forgetSecret(
  { FLEET }: Pick<Environment, 'FLEET'>,
  tenant: string,
  id: string,
): Promise<void> {
  await FLEET.prepare('DELETE FROM secrets WHERE tenant = ? AND id = ?').bind(tenant, id).run()
}

/** Brings every secret under the present KEY_ENCRYPTION_KEY; gives how many were not. Running it again is harmless. */
export async function resealSecrets(environment: KeepingEnvironment): Promise<number> {
  const { FLEET, KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_KEY_PREVIOUS } = environment
  if (!KEY_ENCRYPTION_KEY_PREVIOUS) return 0
  const { results } = await FLEET.prepare('SELECT * FROM secrets').all<Row>()
  let count = 0
  for (const row of results) {
    if ((await open(KEY_ENCRYPTION_KEY, row)) !== null) continue
    const text = await open(KEY_ENCRYPTION_KEY_PREVIOUS, row)
    if (text === null) continue
    await keepSecret(environment, row.tenant, row.id, text)
    count += 1
  }
  return count
}
