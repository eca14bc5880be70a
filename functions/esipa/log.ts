/** One line of JSON per decision worth a look; never octets of a message, since these may hold activation codes. */

export interface LogFields {
  readonly tenant: string
  readonly eid: string | null
  readonly reason: string
}

export function logEvent(event: string, { tenant, eid, reason }: LogFields): void {
  console.warn(JSON.stringify({ event, tenant, eid, reason }))
}
