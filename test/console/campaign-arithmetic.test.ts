/** What the pages of campaigns and keys reckon themselves, against what the eIM and Node reckon. */
import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tally } from '../../functions/console/browser/api/campaigns.ts'
import { countedIn, endedIn, likelyShare } from '../../functions/console/browser/api/tally.ts'
import { wavesIn } from '../../functions/console/browser/pages/campaigns/campaign-body.ts'
import { validityOf } from '../../functions/console/browser/pages/keys/certificate-validity.ts'
import { lowestLikelyRate } from '../../functions/fleet/campaign/judgement.ts'
import { toHex } from '../../shared/octets.ts'
import { CardIssuer } from '../simulator/card-issuer.ts'

describe('the band of a failure rate', () => {
  it('begins where the eIM begins to believe in it, and holds what was observed', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (failures, successes) => {
        fc.pre(failures + successes > 0)
        const sample = failures + successes

        const { low, high } = likelyShare(failures, sample)

        expect(low).toBeCloseTo(lowestLikelyRate(failures, sample), 12)
        expect(low).toBeLessThanOrEqual(failures / sample + 1e-12)
        expect(high).toBeGreaterThanOrEqual(failures / sample - 1e-12)
      }),
    )
  })

  it('is the whole range while nothing has ended', () => {
    expect(likelyShare(0, 0)).toEqual({ low: 0, high: 1 })
  })
})

describe('the counts of a wave', () => {
  it('leave out who was skipped or cancelled, and count lost ones as ended', () => {
    const tally: Tally = {
      waiting: 1,
      queued: 2,
      delivered: 4,
      lost: 8,
      retrying: 16,
      succeeded: 32,
      failed: 64,
      expired: 128,
      cancelled: 256,
      skipped: 512,
    }

    expect(endedIn(tally)).toBe(8 + 32 + 64 + 128)
    expect(countedIn(tally)).toBe(255)
  })
})

describe('the sizes of waves as typed', () => {
  it('are eUICCs, or percent', () => {
    expect(wavesIn('5, 10 %  50%')).toEqual([{ count: 5 }, { percent: 10 }, { percent: 50 }])
  })
})

describe('the validity of a certificate', () => {
  it('is what Node reads', () => {
    const { certificate } = CardIssuer.create().ci
    const oracle = new X509Certificate(certificate)

    expect(validityOf(toHex(certificate))).toEqual({
      from: oracle.validFromDate.getTime(),
      to: oracle.validToDate.getTime(),
    })
  })

  it('is unknown of octets that are no certificate', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        expect(validityOf(toHex(octets))).toBeNull()
      }),
    )
  })
})
