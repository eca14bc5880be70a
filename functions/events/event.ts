/** Events: what a person would ask about, as others are told it. Their schema is stable; attributes are those of CloudEvents 1.0. */
import type { AuditMessage } from '../audit/entry.ts'
import type { Change } from '../euicc/change.ts'

export const EVENT_TYPES = [
  'operation.held',
  'operation.queued',
  'operation.delivered',
  'operation.executed',
  'operation.succeeded',
  'operation.failed',
  'operation.expired',
  'operation.cancelled',
  'operation.late_result',
  'profile.installed',
  'profile.enabled',
  'profile.disabled',
  'profile.deleted',
  'euicc.seen',
  'euicc.fallback',
  'euicc.state_changed',
  'notification.received',
  'security.unverified_result',
  'campaign.preparing',
  'campaign.ready',
  'campaign.running',
  'campaign.paused',
  'campaign.finished',
  'campaign.aborted',
  'campaign.expired',
  'key.rotated',
  'key.updated',
  'key.retired',
  'webhook_endpoint.disabled',
  'webhook_endpoint.test',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

export interface TenantEvent {
  readonly tenant: string
  /** The same change gives the same id, however often it is told. */
  readonly id: string
  readonly type: EventType
  /** What it is about: an EID, or the id of a campaign, an eIM identity, a webhook endpoint. */
  readonly subject: string
  /** Grows with each change of its subject. Changes that are no events take numbers too. */
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly data: Readonly<Record<string, unknown>>
}

/** Something that happened outside any eUICC, for the queue that also brings the changes of eUICCs. */
export interface Announcement {
  readonly kind: 'announcement'
  readonly event: TenantEvent
  /** A request stands behind it, and that is in the audit log. */
  readonly isAsked: boolean
}

/** What others are told of. */
export type Happening = Change | Announcement

/** What the queue brings. */
export type Message = Happening | AuditMessage

/** `sequence` is the time: what is announced at the same moment of the same subject is the same. */
export function announcement(
  event: Pick<TenantEvent, 'tenant' | 'type' | 'subject' | 'at' | 'data'>,
  isAsked = false,
): Announcement {
  const { type, subject, at } = event
  return {
    kind: 'announcement',
    isAsked,
    event: { ...event, id: `evt_${subject}_${at}_${type}`, sequence: at },
  }
}

/** The events that a change of an eUICC is; none for what concerns only our own house. */
export function eventsOf(change: Change): readonly TenantEvent[] {
  const { tenant, eid, sequence, at } = change
  return told(change).map(({ type, data }, index) => ({
    tenant,
    id: `evt_${eid}_${sequence}${index === 0 ? '' : `_${index}`}`,
    type,
    subject: eid,
    sequence,
    at,
    data,
  }))
}

function told(change: Change): readonly Pick<TenantEvent, 'type' | 'data'>[] {
  switch (change.kind) {
    case 'operation': {
      const { id, type, status, outcome, reason, origin, campaign = null } = change.operation
      const why = reason && { code: reason.code, detail: reason.detail }
      const data = { operationId: id, operationType: type, status, outcome, reason: why, origin, campaign }
      return [{ type: `operation.${status}`, data }]
    }
    case 'late-result':
      return [{ type: 'operation.late_result', data: { operationId: change.operationId } }]
    case 'push-wanted':
      return []
    case 'seen':
      return [{ type: 'euicc.seen', data: {} }]
    case 'state-changed':
      return change.cause === 'fallback'
        ? [{ type: 'euicc.fallback', data: { cause: change.cause } }]
        : [{ type: 'euicc.state_changed', data: { cause: change.cause } }]
    case 'profiles':
      return (change.effects ?? []).map(({ effect, ...profile }) => ({
        type: `profile.${effect}`,
        data: profile,
      }))
    case 'notification':
      return [{ type: 'notification.received', data: { operation: change.operation, iccid: change.iccid } }]
    case 'unverified-result':
      return [{ type: 'security.unverified_result', data: { detail: change.detail } }]
  }
}

/** CloudEvents 1.0, structured JSON. */
export function cloudEvent({ tenant, id, type, subject, sequence, at, data }: TenantEvent) {
  return {
    specversion: '1.0',
    id,
    source: `urn:edge-eim:${tenant}`,
    type,
    subject,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    sequence,
    data,
  } as const
}

/** Standard Webhooks' own form. */
export function standardPayload({ type, subject, sequence, at, data }: TenantEvent) {
  return { type, timestamp: new Date(at).toISOString(), data: { subject, sequence, ...data } } as const
}

/** `operation.*`, a whole type, or `*`. */
export function matches(patterns: readonly string[], type: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === type ||
      (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  )
}
