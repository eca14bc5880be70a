/** The value of Block1 and Block2 (RFC 7959 §2.2): a number, whether more follow, and a size. */
import { type CoapOption, type OPTION, readUint, uintOption } from './option.ts'

export const BLOCK_SIZES = [16, 32, 64, 128, 256, 512, 1024] as const
/** Octets */
export type BlockSize = (typeof BLOCK_SIZES)[number]

export interface Block {
  /** 0 to 2^20 - 1; the block starts at `number * size`. */
  readonly number: number
  readonly hasMore: boolean
  readonly size: BlockSize
}

/** Undefined for the reserved size, which is answered 4.00. */
export function readBlock(value: Uint8Array): Block | undefined {
  const uint = readUint(value)
  const size = BLOCK_SIZES[uint & 7]
  return size && { number: Math.floor(uint / 16), hasMore: (uint & 8) !== 0, size }
}

/** Header, token and the options of a response that is cut in blocks, at their longest, with some to spare. */
const MESSAGE_OVERHEAD = 48

/** The largest block that fits a message of `longestMessage` octets, but none above `wanted`. */
export function fittingBlockSize(longestMessage: number, wanted: BlockSize): BlockSize {
  const room = longestMessage - MESSAGE_OVERHEAD
  return BLOCK_SIZES.findLast((size) => size <= room && size <= wanted) ?? BLOCK_SIZES[0]
}

export function blockOption(
  definition: typeof OPTION.block1 | typeof OPTION.block2,
  { number, hasMore, size }: Block,
): CoapOption {
  return uintOption(definition, number * 16 + (hasMore ? 8 : 0) + BLOCK_SIZES.indexOf(size))
}
