/** The header X-Admin-Protocol (SGP.32 §6.1). */

const FORM = /^gsma\/rsp\/v[0-9]+(\.[0-9]+)*$/

/** Fixed by SGP.32 up to v1.2. */
const DEFAULT = 'gsma/rsp/v2.1.0'

/**
 * What the answer says: the sender's own value, since from v1.3 on each side names the highest version it supports and
 * devices in the field send all sorts; the value of v1.2 when there is none of the right form.
 */
export function answeredAdminProtocol(received: string | null): string {
  return received !== null && FORM.test(received) ? received : DEFAULT
}
