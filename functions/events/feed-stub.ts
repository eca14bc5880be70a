/** Where a tenant's live stream of events is found. */
import type { TenantEvent } from './event.ts'

/** By which right somebody listens. */
export interface Listener {
  /** Ids of the API key and, if there is one, of the session: the stream ends with either. */
  readonly credentials: readonly string[]
  /** When they expire, milliseconds since 1970; null for never. */
  readonly until: number | null
}

/** Carries the {@link Listener} as JSON, whatever the caller wrote there. */
export const LISTENER_HEADER = 'Edge-Eim-Listener'

export interface FeedInterface {
  /** Tells those who listen. What nobody hears stays in the log. */
  publish(events: readonly TenantEvent[]): Promise<void>
  /** Ends the streams of a credential that has ended. */
  hangUp(credential: string): Promise<void>
  /** Opens a WebSocket; `types` and `subject` of its query say what is wanted, {@link LISTENER_HEADER} by whom. */
  fetch(request: Request): Promise<Response>
}

export interface FeedNamespace {
  getByName(name: string): FeedInterface
}

export function feedOf(namespace: FeedNamespace, tenant: string): FeedInterface {
  return namespace.getByName(tenant)
}
