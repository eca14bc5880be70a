/** What the Durable Object of a webhook endpoint answers, and where it is found: tenant and id together are its name. */
import type { Page } from '../euicc/euicc-interface.ts'
import type { Delivery, DeliveryState, Step } from './delivery-queue.ts'
import type { TenantEvent } from './event.ts'

export interface EndpointHealth {
  readonly counts: Readonly<Record<DeliveryState, number>>
  /** Milliseconds since the epoch; null while events are taken. */
  readonly failingSince: number | null
  /** Zero, or the past: it is not paused. */
  readonly pausedUntil: number
}

export interface DeliveriesQuery {
  readonly limit: number
  readonly cursor: string | null
  readonly state?: DeliveryState | undefined
}

export interface EndpointOwner {
  readonly tenant: string
  readonly id: string
}

export interface EndpointInterface {
  /** May repeat what was brought before. */
  accept(owner: EndpointOwner, steps: readonly Step[]): Promise<void>
  replay(owner: EndpointOwner, events: readonly TenantEvent[]): Promise<void>
  /** False when there is no such delivery. */
  redeliver(eventId: string): Promise<boolean>
  deliveries(query: DeliveriesQuery): Promise<Page<Delivery>>
  health(): Promise<EndpointHealth>
  /** Forgets everything: the endpoint was deleted. */
  remove(): Promise<void>
}

export interface EndpointNamespace {
  getByName(name: string): EndpointInterface
}

export function endpointOf(namespace: EndpointNamespace, { tenant, id }: EndpointOwner): EndpointInterface {
  return namespace.getByName(`${tenant}:${id}`)
}
