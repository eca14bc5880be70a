/** How a campaign's eUICCs are divided into waves: by a hash of campaign and EID, so that nobody chooses the canaries and anybody can check. */
import { sha256 } from '@noble/hashes/sha2.js'
import { toHex } from '../../../shared/octets.ts'
import type { WaveSize } from './campaign.ts'

const RANK_OCTETS = 12

/** Place of an eUICC in the order of a campaign; lower comes first. */
export function rankOf(campaign: string, eid: string): string {
  return toHex(sha256(new TextEncoder().encode(`${campaign}:${eid}`)).subarray(0, RANK_OCTETS))
}

/** Canary first: one in a hundred, at most fifty; then one in ten; then the rest. */
export const DEFAULT_WAVES: readonly WaveSize[] = [{ percent: 1 }, { percent: 10 }]
const LARGEST_DEFAULT_CANARY = 50

export function defaultWaves(total: number): readonly WaveSize[] {
  return total > 100 * LARGEST_DEFAULT_CANARY
    ? [{ count: LARGEST_DEFAULT_CANARY }, { percent: 10 }]
    : DEFAULT_WAVES
}

/** eUICCs in each wave, none empty, `total` together; the last wave takes the rest. */
export function waveSizes(waves: readonly WaveSize[], total: number): number[] {
  const sizes: number[] = []
  let left = total
  for (const wave of waves) {
    const wanted = 'count' in wave ? wave.count : Math.ceil((wave.percent * total) / 100)
    const size = Math.min(left, Math.max(1, wanted))
    if (size > 0) sizes.push(size)
    left -= size
  }
  return left > 0 ? [...sizes, left] : sizes
}
