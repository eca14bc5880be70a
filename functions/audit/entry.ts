/** What an entry of the audit log says: who did what, when, from where, to what, how it ended, and what proves it. */

export const ACTOR_KINDS = ['key', 'session', 'trigger', 'campaign', 'root', 'eim'] as const

export interface Actor {
  readonly kind: (typeof ACTOR_KINDS)[number]
  /** Of the key, also for a session, which acts for one; of the trigger; of the campaign. */
  readonly id: string
  /** At that time. */
  readonly name?: string | undefined
}

export interface Evidence {
  readonly requestId?: string | undefined
  /** Of the octets of the body, lower-case hex. The body itself may hold secrets. */
  readonly bodySha256?: string | undefined
  /** What these came to is proven by the signed results that `GET /v1/euiccs/{eid}/evidence` shows. */
  readonly operationIds?: readonly string[] | undefined
  readonly [more: string]: unknown
}

export interface AuditEntry {
  /** The same id again is the same entry, and is not written twice. Without one a new one is made. */
  readonly id?: string | undefined
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: Actor
  /** An operationId of the OpenAPI document, or the type of an event. */
  readonly action: string
  /** A path, or an id. */
  readonly target: string
  /** Network address. */
  readonly from: string | null
  readonly outcome: { readonly status: number; readonly code?: string | undefined }
  readonly evidence: Evidence
}

export type NamedEntry = AuditEntry & { readonly id: string }

/** As it stands in the chain. */
export interface ChainedEntry extends Omit<NamedEntry, 'at'> {
  /** From 1, without gaps. */
  readonly sequence: number
  /** Hash of the entry before. */
  readonly previous: string
  readonly at: string
  readonly hash: string
}

/** An entry that waits in the queue for its log to be reachable. */
export interface AuditMessage {
  readonly kind: 'audit'
  readonly tenant: string
  readonly entry: NamedEntry
}
