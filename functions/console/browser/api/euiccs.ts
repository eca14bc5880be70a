/** What the API tells of eUICCs. */
import type { LiveEvent } from '../live/stream.ts'

export interface EuiccSettings {
  readonly eid: string
  readonly eimId: string
  readonly labels: Readonly<Record<string, string>>
  readonly group: string | null
  readonly expectedPollSeconds: number | null
  readonly timeZone: string | null
  readonly enrolledAt: string
  readonly lastSeenAt: string | null
  readonly retiredAt: string | null
}

export interface EuiccSummary extends EuiccSettings {
  readonly profiles: readonly {
    readonly iccid: string
    readonly state: string
    readonly serviceProviderName: string | null
  }[]
}

export interface Euicc extends EuiccSettings {
  readonly updatedAt: string
  readonly nextExpectedAt: string | null
  readonly facts: Readonly<Record<string, { readonly value: unknown; readonly learntAt: string }>>
  readonly certificates: { readonly verified: boolean; readonly detail: string } | null
  readonly openOperations: number
}

export interface Profile {
  readonly iccid: string
  readonly state: string
  readonly fallback: boolean
  readonly fallbackAllowed: boolean | null
  readonly profileClass: string | null
  readonly nickname: string | null
  readonly serviceProviderName: string | null
  readonly profileName: string | null
  readonly policyRules: readonly string[]
  readonly provenAt: string
  readonly provenBy: string
}

export interface Profiles {
  readonly provenAt: string | null
  readonly stale: boolean
  readonly profiles: readonly Profile[]
}

export interface Eim {
  readonly eimId: string
  readonly ours: boolean
  readonly counterUsed: number | null
  readonly counterLeft: number | null
  readonly associationToken: number | null
}

export interface Notification {
  readonly id: string
  readonly seqNumber: number | null
  readonly receivedAt: string
  readonly operation: string | null
  readonly iccid: string | null
  readonly notificationAddress: string | null
  readonly verified: boolean
  readonly detail: string
}

export interface TimelineEntry {
  readonly id: number
  readonly at: string
  readonly event: string
  readonly detail: Readonly<Record<string, unknown>>
}

export interface Exchange {
  readonly id: number
  readonly at: string
  readonly function: string
  readonly transport: {
    readonly binding: 'asn1' | 'json'
    readonly via: 'https' | 'coap'
    readonly deviceIdentity: string | null
  }
  readonly request: string
  readonly response: string | null
}

export interface Evidence {
  readonly id: string
  readonly operationId: string | null
  readonly kind: string
  readonly receivedAt: string
  readonly octets: string
  readonly verdict: {
    readonly verified: boolean
    readonly applied: boolean
    readonly detail: string
    readonly signature: string | null
    readonly chain: readonly string[]
  }
}

export interface TransportTrust {
  readonly policy: string
  readonly identities: readonly { readonly identity: string; readonly boundAt: string; readonly by: string }[]
  readonly delivery: string
  readonly devicePath: string
}

/** For `useResource`: what happened to one eUICC. */
export function concerns(eid: string): (event: LiveEvent) => boolean {
  return ({ subject }) => subject === eid
}
