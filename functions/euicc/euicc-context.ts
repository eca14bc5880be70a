/** What one call on an eUICC works with: its store, the instant, randomness, and whom it trusts. */
import type { EnrolmentRecord } from './facts.ts'
import type { Sql } from './sql.ts'

export interface EuiccContext {
  readonly sql: Sql
  /** Milliseconds since the epoch, fixed for the call. */
  readonly now: number
  random(octets: number): Uint8Array
  readonly enrolment: EnrolmentRecord
}
