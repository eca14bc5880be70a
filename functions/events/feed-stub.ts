/** Where a tenant's live stream of events is found. */
import type { TenantEvent } from './event.ts'

/** By which right somebody listens. */
export interface Listener {
  /** Of the stream, its API key and, if there is one, its session: it ends with any of them. */
  readonly ids: readonly string[]
  /** When they expire, milliseconds since 1970; null for never. */
  readonly until: number | null
}

/** Carries the {@link Listener} as JSON, whatever the caller wrote there. */
export const LISTENER_HEADER = 'Edge-Eim-Listener'

export interface FeedInterface {
  /** Tells those who listen. What nobody hears stays in the log. */
  publish(events: readonly TenantEvent[]): Promise<void>
  /** Ends the streams of a key or session that has ended, or one stream; `id` is one of {@link Listener.ids}. */
  hangUp(id: string): Promise<void>
  /** Opens a WebSocket; `types` and `subject` of its query say what is wanted, {@link LISTENER_HEADER} by whom. */
  fetch(request: Request): Promise<Response>
}

export interface FeedNamespace {
  getByName(name: string): FeedInterface
}

export function feedOf(namespace: FeedNamespace, tenant: string): FeedInterface {
  return namespace.getByName(tenant)
}
