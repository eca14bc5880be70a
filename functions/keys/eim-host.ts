/**
 * Whose eIM answers at a host name. Kept in memory for a short time, so that a poll with nothing waiting reads no
 * database; a change made elsewhere is seen after at most {@link FRESH_MS}.
 */
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import type { Environment } from '../environment.ts'
import type { SigningIdentity } from '../euicc/euicc-interface.ts'
import { startingKey, usableKeys } from './eim-identity.ts'
import { listEimIdentities, tenantOfFqdn } from './identity-store.ts'

export interface EimHost {
  readonly tenant: string
  /** All eIM identities of the tenant, whatever their host name. */
  readonly identities: readonly SigningIdentity[]
}

interface Entry {
  readonly host: EimHost | null
  readonly readAt: number
}

const FRESH_MS = 30_000
const HOSTS = 1024
let known = new BoundedCache<Entry>(HOSTS)

/** The eIM at `hostName`, else the one at DEFAULT_EIM_FQDN, else null. */
export async function eimHostOf(
  environment: Pick<Environment, 'FLEET' | 'DEFAULT_EIM_FQDN'>,
  hostName: string,
): Promise<EimHost | null> {
  const { FLEET, DEFAULT_EIM_FQDN } = environment
  const host = await lookUp(FLEET, hostName)
  if (host || !DEFAULT_EIM_FQDN) return host
  return lookUp(FLEET, DEFAULT_EIM_FQDN)
}

async function lookUp(db: D1Database, hostName: string): Promise<EimHost | null> {
  const entry = known.get(hostName)
  if (entry && Date.now() - entry.readAt < FRESH_MS) return entry.host
  try {
    const host = await readHost(db, hostName.toLowerCase())
    known.set(hostName, { host, readAt: Date.now() })
    return host
  } catch (error) {
    // Polls need nothing else of the database: while it is away, what was known goes on being right enough.
    if (!entry) throw error
    return entry.host
  }
}

async function readHost(db: D1Database, eimFqdn: string): Promise<EimHost | null> {
  const tenant = await tenantOfFqdn(db, eimFqdn)
  return tenant === null ? null : { tenant, identities: await signingIdentities(db, tenant) }
}

/** The tenant's identities as an eUICC's object needs them to choose a key. */
export async function signingIdentities(db: D1Database, tenant: string): Promise<readonly SigningIdentity[]> {
  return (await listEimIdentities(db, tenant)).map((identity) => ({
    eimId: identity.eimId,
    keyId: startingKey(identity).id,
    keyIds: usableKeys(identity).map(({ id }) => id),
  }))
}

/** After a change of identities: this isolate sees it at once. */
export function forgetEimHosts(): void {
  known = new BoundedCache<Entry>(HOSTS)
}
