/** What the queue carries while an index is made anew. */
export interface RebuildStep {
  readonly kind: 'rebuild'
  readonly tenant: string
  readonly id: string
  /** EID after which it goes on. */
  readonly after: string
}
