/** What the API tells of triggers and of their calls. */

export type Authentication =
  | { readonly kind: 'standard-webhooks' }
  | { readonly kind: 'bearer' }
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audience: string; readonly jwksUrl: string }

export interface Trigger {
  readonly id: string
  readonly name: string
  readonly authentication: Authentication
  /** CEL. */
  readonly condition: string
  /** JSON in which any value may be `{"cel": "…"}`. */
  readonly action: unknown
  readonly fanOut: number
  readonly callsPerMinute: number
  readonly enabled: boolean
  readonly createdBy: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface TriggerCall {
  readonly id: string
  readonly receivedAt: string
  /** Of the answer; null while it runs. */
  readonly status: number | null
  readonly answer: unknown
  readonly body: unknown
  readonly replayOf: string | null
}
