import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_SIZES, blockOption, fittingBlockSize, readBlock } from '../../../gateway/coap/block.ts'
import { OPTION } from '../../../gateway/coap/option.ts'

const value = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

describe('block options', () => {
  it.each([
    ['', { number: 0, hasMore: false, size: 16 }],
    ['06', { number: 0, hasMore: false, size: 1024 }],
    ['0e', { number: 0, hasMore: true, size: 1024 }],
    ['22', { number: 2, hasMore: false, size: 64 }],
    ['014d', { number: 20, hasMore: true, size: 512 }],
    ['fffff8', { number: 0xfffff, hasMore: true, size: 16 }],
  ] as const)('reads and writes %s', (hex, block) => {
    expect(readBlock(value(hex))).toEqual(block)
    expect(blockOption(OPTION.block1, block)).toEqual({ number: 27, value: value(hex) })
  })

  it.each(['07', '0f', '17'])('refuses the reserved size of %s', (hex) => {
    expect(readBlock(value(hex))).toBeUndefined()
  })

  it.each([
    [2000, 1024, 1024],
    [2000, 512, 512],
    [1071, 1024, 512],
    [512, 1024, 256],
    [10, 1024, 16],
  ] as const)('has room in a message of %i octets, %i wanted, for %i', (longest, wanted, size) => {
    expect(fittingBlockSize(longest, wanted)).toBe(size)
  })

  it('reads every block it writes', () => {
    const block = fc.record({
      number: fc.nat(0xfffff),
      hasMore: fc.boolean(),
      size: fc.constantFrom(...BLOCK_SIZES),
    })
    fc.assert(
      fc.property(block, (each) => {
        expect(readBlock(blockOption(OPTION.block2, each).value)).toEqual(each)
      }),
    )
  })
})
