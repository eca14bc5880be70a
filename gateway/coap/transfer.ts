/**
 * A request of ours to a device, as a client (RFC 7252 §5, RFC 7959): cut into blocks where it is long, its answer put
 * together. One step at a time: each answer leads to the next message, or to the end.
 */
import { concatOctets } from '../../shared/octets.ts'
import { type Block, type BlockSize, blockOption, readBlock } from './block.ts'
import { type CoapMessage, codeOf } from './message.ts'
import type { Content } from './message-layer.ts'
import { type CoapOption, OPTION, optionValue, stringOption } from './option.ts'

export interface TransferRequest {
  /** `/gsma/rsp2/asn1` */
  readonly path: string
  readonly body: Uint8Array
  /** Milliseconds for all of it. */
  readonly timeoutMs: number
}

export type TransferOutcome =
  /** `code` is of class 2. */
  | { readonly kind: 'answered'; readonly code: number; readonly octets: Uint8Array }
  /** No acknowledgement or no answer in time. */
  | { readonly kind: 'unreachable' }
  /** A reset, an answer that cannot be put together, or an error code. */
  | { readonly kind: 'refused'; readonly response?: CoapMessage }
  /** The device has a request of its own open, or another one of ours. */
  | { readonly kind: 'busy' }

export type TransferStep =
  | { readonly kind: 'ask'; readonly content: Content }
  | { readonly kind: 'end'; readonly outcome: TransferOutcome }

const POST = codeOf('0.02')
const CONTINUE = codeOf('2.31')
const NOTHING = new Uint8Array(0)
/** Octets of an answer. */
const LONGEST_ANSWER = 256 * 1024
const REFUSED: TransferStep = { kind: 'end', outcome: { kind: 'refused' } }

export class Transfer {
  readonly #options: readonly CoapOption[]
  readonly #body: Uint8Array
  #size: BlockSize
  /** Octets of the body the device has taken. */
  #taken = 0
  #parts: Uint8Array[] = []
  #eTag = ''

  /** `size`: of blocks at most; `further` options go with each message. */
  constructor(
    { path, body }: Pick<TransferRequest, 'path' | 'body'>,
    size: BlockSize,
    further: readonly CoapOption[] = [],
  ) {
    const segments = path.split('/').filter((segment) => segment !== '')
    this.#options = [...segments.map((segment) => stringOption(OPTION.uriPath, segment)), ...further]
    this.#body = body
    this.#size = size
  }

  /** The first message. */
  start(): Content {
    return this.#body.length <= this.#size ? this.#message([], this.#body) : this.#nextBlock()
  }

  /** What follows on an answer. */
  next(response: CoapMessage): TransferStep {
    if (response.code === CONTINUE) return this.#goOn(response)
    if (response.code >> 5 !== 2) return { kind: 'end', outcome: { kind: 'refused', response } }
    return this.#collect(response)
  }

  /** A device may want smaller blocks than those it was sent (RFC 7959 §2.3). */
  #goOn(response: CoapMessage): TransferStep {
    const block = blockIn(response, OPTION.block1)
    const sent = Math.min(this.#size, this.#body.length - this.#taken)
    if (!block || block.size > this.#size || this.#taken + sent >= this.#body.length) return REFUSED
    this.#taken += sent
    this.#size = block.size
    return { kind: 'ask', content: this.#nextBlock() }
  }

  #nextBlock(): Content {
    const end = this.#taken + this.#size
    const block = { number: this.#taken / this.#size, hasMore: end < this.#body.length, size: this.#size }
    return this.#message([blockOption(OPTION.block1, block)], this.#body.subarray(this.#taken, end))
  }

  #collect(response: CoapMessage): TransferStep {
    const block = blockIn(response, OPTION.block2)
    const eTag = Buffer.from(optionValue(response.options, OPTION.eTag) ?? NOTHING).toString('hex')
    const collected = this.#parts.reduce((sum, part) => sum + part.length, 0)
    if (this.#parts.length === 0) this.#eTag = eTag
    const isNext = block ? block.number * block.size === collected : collected === 0
    const isWhole = !block?.hasMore || response.payload.length === block.size
    const isTooLong = collected + response.payload.length > LONGEST_ANSWER
    if (!isNext || !isWhole || isTooLong || eTag !== this.#eTag) return REFUSED
    this.#parts.push(Uint8Array.from(response.payload))
    if (block?.hasMore) {
      const wanted: Block = { number: block.number + 1, hasMore: false, size: block.size }
      return { kind: 'ask', content: this.#message([blockOption(OPTION.block2, wanted)], NOTHING) }
    }
    const octets = concatOctets(...this.#parts)
    return { kind: 'end', outcome: { kind: 'answered', code: response.code, octets } }
  }

  #message(options: readonly CoapOption[], payload: Uint8Array): Content {
    return { code: POST, options: [...this.#options, ...options], payload }
  }
}

function blockIn(
  { options }: CoapMessage,
  definition: typeof OPTION.block1 | typeof OPTION.block2,
): Block | undefined {
  const value = optionValue(options, definition)
  return value && readBlock(value)
}
