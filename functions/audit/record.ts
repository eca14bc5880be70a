/** The way into the audit log: at once, or by the queue when the log cannot be reached. What is recorded has happened. */
import type { Environment } from '../environment.ts'
import { ulid } from '../euicc/operation-id.ts'
import type { Message } from '../events/event.ts'
import { auditOf } from './audit-stub.ts'
import type { AuditEntry, AuditMessage, NamedEntry } from './entry.ts'
import { entryOf } from './event-entry.ts'

type AuditEnvironment = Pick<Environment, 'AUDIT' | 'CHANGES'>

/** Never throws: what an entry tells of stands already. In the worst case the entry is in the Worker's own log. */
export async function record(
  { AUDIT, CHANGES }: AuditEnvironment,
  tenant: string,
  entry: AuditEntry,
): Promise<void> {
  const named: NamedEntry = { ...entry, id: entry.id ?? newEntryId(entry.at) }
  try {
    await auditOf(AUDIT, tenant).append([named])
  } catch (error) {
    console.warn(JSON.stringify({ event: 'audit-deferred', tenant, id: named.id, reason: String(error) }))
    const message: AuditMessage = { kind: 'audit', tenant, entry: named }
    await CHANGES.send(message).catch((lost: unknown) =>
      console.error(JSON.stringify({ event: 'audit-lost', tenant, entry: named, reason: String(lost) })),
    )
  }
}

function newEntryId(at: number): string {
  return `aud_${ulid(at, crypto.getRandomValues(new Uint8Array(10)))}`
}

/** The queue's consumer: entries that waited, and what happened without any request. A failure makes the queue bring it again. */
export async function recordQueued(
  { AUDIT }: Pick<Environment, 'AUDIT'>,
  messages: readonly Message[],
): Promise<void> {
  const entries = messages.flatMap((message) => entryIn(message) ?? [])
  await Promise.all(
    Array.from(
      Map.groupBy(entries, ({ tenant }) => tenant),
      ([tenant, theirs]) => auditOf(AUDIT, tenant).append(theirs.map(({ entry }) => entry)),
    ),
  )
}

function entryIn(message: Message): Pick<AuditMessage, 'tenant' | 'entry'> | null {
  if (message.kind === 'audit') return message
  if (message.kind !== 'announcement' || message.isAsked) return null
  const entry = entryOf(message.event)
  return entry && { tenant: message.event.tenant, entry }
}
