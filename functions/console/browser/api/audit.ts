/** What the API tells of the audit log. */

export interface AuditEntry {
  readonly sequence: number
  readonly id: string
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: string; readonly name?: string }
  readonly action: string
  readonly target: string
  readonly from: string | null
  readonly outcome: { readonly status: number; readonly code?: string }
  readonly evidence: Readonly<Record<string, unknown>>
  readonly hash: string
}

export interface AuditVerdict {
  readonly valid: boolean
  readonly entries: number
  readonly head: { readonly sequence: number; readonly hash: string }
  readonly brokenAt?: number
  readonly reason?: string
  readonly nextCursor: string | null
}
