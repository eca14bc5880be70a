/** What a token is remembered by, so that it is not used twice. */
export interface UsedToken {
  readonly id: string
  /** Milliseconds since the epoch; later than the token can be used anywhere at the edge. */
  readonly expiresAt: number
}
