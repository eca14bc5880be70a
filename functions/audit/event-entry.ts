/** Entries of what nobody asked for at that moment: a campaign that pauses itself, an endpoint that is given up. */
import type { TenantEvent } from '../events/event.ts'
import type { Actor, NamedEntry } from './entry.ts'

/** Events that change what will happen; those of eUICCs have evidence of their own. */
const AUDITED = /^(campaign\.|key\.|webhook_endpoint\.disabled$)/

const DONE = 200

/** Null for an event that is no matter of the audit log. */
export function entryOf({ id, type, subject, at, data }: TenantEvent): NamedEntry | null {
  if (!AUDITED.test(type)) return null
  return {
    id,
    at,
    actor: actorOf(type, subject),
    action: type,
    target: subject,
    from: null,
    outcome: { status: DONE },
    evidence: { eventId: id, ...data },
  }
}

function actorOf(type: string, subject: string): Actor {
  return type.startsWith('campaign.') ? { kind: 'campaign', id: subject } : { kind: 'eim', id: 'eim' }
}
