/** What the API tells of the whole fleet. */

export interface FleetSummary {
  readonly euiccs: {
    readonly total: number
    readonly health: Readonly<Record<Health, number>>
  }
  readonly profiles: readonly {
    readonly serviceProviderName: string | null
    readonly state: string
    readonly euiccs: number
  }[]
  readonly groups: readonly { readonly group: string | null; readonly euiccs: number }[]
  readonly labels: readonly { readonly name: string; readonly value: string; readonly euiccs: number }[]
  readonly operations: {
    readonly byStatus: Readonly<Record<string, number>>
    readonly last24h: { readonly succeeded: number; readonly failed: number; readonly expired: number }
    readonly failures: readonly { readonly code: string; readonly count: number }[]
  }
}

export const HEALTHS = ['seen', 'late', 'silent', 'never'] as const
export type Health = (typeof HEALTHS)[number]

export interface FleetHistory {
  readonly step: 'hour' | 'day'
  readonly data: readonly FleetStep[]
}

export interface FleetStep {
  readonly at: string
  /** null unless by group, and for eUICCs without one. */
  readonly group: string | null
  /** Wake-ups: contacts within five minutes are one. */
  readonly seen: number
  readonly succeeded: number
  readonly failed: number
  readonly expired: number
}
