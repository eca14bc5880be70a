/**
 * Keeps notifications that name no eUICC we know. An IPA deletes a notification once we have answered, so the answer
 * may only come after this; and since anybody can send one, what is kept is bounded.
 */
import { toHex } from '../../shared/octets.ts'
import { type EsipaRequest, UnreachedFault } from './esipa-request.ts'

const LARGEST = 16 * 1024
const MOST_PER_TENANT = 10_000

/** @throws {UnreachedFault} when it is too large, or there are too many: the IPA keeps it */
export async function keepUnrouted({ octets, host: { tenant }, environment }: EsipaRequest): Promise<void> {
  if (octets.length > LARGEST) {
    throw new UnreachedFault(413, `a notification of an unknown eUICC has at most ${LARGEST} octets`)
  }
  const digest = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', octets)))
  const insert = `INSERT OR IGNORE INTO unrouted_notifications (tenant, digest, received_at, octets)
    SELECT ?1, ?2, ?3, ?4 WHERE (SELECT COUNT(*) FROM unrouted_notifications WHERE tenant = ?1) < ?5`
  const find = 'SELECT digest FROM unrouted_notifications WHERE tenant = ? AND digest = ?'
  const [, found] = await environment.FLEET.batch([
    environment.FLEET.prepare(insert).bind(tenant, digest, Date.now(), octets, MOST_PER_TENANT),
    environment.FLEET.prepare(find).bind(tenant, digest),
  ])
  if (found?.results.length !== 1) {
    throw new UnreachedFault(503, `${MOST_PER_TENANT} notifications of unknown eUICCs are waiting already`)
  }
}
