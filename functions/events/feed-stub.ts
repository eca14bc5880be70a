/** Where a tenant's live stream of events is found. */
import type { TenantEvent } from './event.ts'

export interface FeedInterface {
  /** Tells those who listen. What nobody hears stays in the log. */
  publish(events: readonly TenantEvent[]): Promise<void>
  /** Opens a WebSocket; `types` and `subject` of its query say what is wanted. */
  fetch(request: Request): Promise<Response>
}

export interface FeedNamespace {
  getByName(name: string): FeedInterface
}

export function feedOf(namespace: FeedNamespace, tenant: string): FeedInterface {
  return namespace.getByName(tenant)
}
