import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packText, unpackText } from '../../../functions/operator/packed-text.ts'

describe('packing', () => {
  it('gives any text back', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constant(70_000))
        .map(([each, times]) => each.repeat(times)),
      fc.string().map((rest) => `gzip:${rest}`),
    )

    await fc.assert(
      fc.asyncProperty(text, async (each) => {
        expect(await unpackText(await packText(each))).toBe(each)
      }),
      { numRuns: 60 },
    )
  })

  it('leaves short texts readable', async () => {
    expect(await packText('{"a":1}')).toBe('{"a":1}')
  })

  it('brings the answer to a batch of eIM updates below what the database holds', async () => {
    const operation = (index: number) => ({
      id: `op_${index}_${crypto.randomUUID()}`,
      params: { eimConfigurationData: { eimCertificate: 'AB'.repeat(1500) } },
    })
    const answer = JSON.stringify({ data: Array.from({ length: 1000 }, (_, index) => operation(index)) })

    expect(answer.length).toBeGreaterThan(3_000_000)
    expect((await packText(answer)).length).toBeLessThan(200_000)
  })
})
