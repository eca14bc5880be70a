/** What the API tells of events and of webhook endpoints. */

export interface LoggedEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly sequence: number
  readonly data: Readonly<Record<string, unknown>>
  readonly position: number
}

export interface WebhookEndpoint {
  readonly id: string
  readonly url: string
  readonly types: readonly string[]
  readonly format: 'cloudevents' | 'standard'
  readonly description: string
  /** Why nothing is sent; null while it is enabled. */
  readonly disabled: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export interface EndpointDetail extends WebhookEndpoint {
  readonly deliveries: Readonly<Record<DeliveryState, number>>
  readonly failingSince: string | null
  readonly pausedUntil: string | null
}

export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface Delivery {
  readonly event: Omit<LoggedEvent, 'position'>
  readonly state: DeliveryState
  readonly attempts: number
  readonly nextAt: string | null
  readonly lastAnswer: string | null
  readonly changedAt: string
}
