/** What the API tells of triggers and of their calls. */
import { useMay } from './session.ts'

export type Authentication =
  | { readonly kind: 'standard-webhooks' }
  | { readonly kind: 'bearer' }
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audience: string; readonly jwksUrl: string }

export interface Trigger {
  readonly id: string
  readonly name: string
  /** Where others call it, below the address of the API. */
  readonly url: string
  readonly authentication: Authentication
  /** CEL. */
  readonly condition: string
  /** JSON in which any value may be `{"cel": "…"}`. */
  readonly action: object
  readonly fanOut: number
  readonly callsPerMinute: number
  readonly enabled: boolean
  readonly createdBy: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface TriggerCall {
  readonly id: string
  /** The caller's own name for it. */
  readonly messageId: string | null
  readonly receivedAt: string
  /** Of the answer; null while it runs. */
  readonly status: number | null
  readonly answer: unknown
  /** As received; null when it is not kept. */
  readonly body: string | null
  readonly replayOf: string | null
}

/** What a call would do. */
export interface TriggerVerdict {
  /** null: it could not be evaluated. */
  readonly condition: boolean | null
  /** Filled in; null when it would not be done. */
  readonly action: unknown
  /** null when it is a campaign, which finds its own. */
  readonly euiccs: {
    readonly count: number
    /** The first 100. */
    readonly eids: readonly string[]
    readonly leftOut: readonly { readonly eid: string; readonly code: string; readonly detail: string }[]
  } | null
  readonly problem: { readonly code: string; readonly detail: string } | null
}

/** Whether the controls of a trigger are shown: nobody lends it rights that they do not have. */
export function useMayChange({ action }: Pick<Trigger, 'action'>): boolean {
  const mayAct = useMay('campaign' in action ? 'campaigns:write' : 'operations:write')
  return useMay('triggers:write') && mayAct
}
