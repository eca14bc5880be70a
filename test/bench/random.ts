/** A fast random source that can be repeated from its seed (xorshift32). */

export interface Random {
  /** An integer from 0 to `below` - 1. */
  below(below: number): number
}

export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1
  return {
    below(below) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return (state >>> 0) % below
    },
  }
}
