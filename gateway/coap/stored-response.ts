/** Response bodies larger than a block, kept while a client fetches them (RFC 7959 §2.4): the edge is asked only once. */
import { createHash } from 'node:crypto'
import type { Block, BlockSize } from './block.ts'

export interface StoredResponseLimits {
  /** Octets kept for all clients together; what was not asked for longest makes room. */
  readonly mostOctets: number
  /** Milliseconds without a question */
  readonly lifetimeMs: number
}

export type ResponseSlice =
  | {
      readonly kind: 'slice'
      readonly payload: Uint8Array
      readonly block: Block
      /** The same for all slices of a body; 8 octets. */
      readonly eTag: Uint8Array
      /** Octets of the whole body, for Size2. */
      readonly total: number
    }
  /** 4.08: never stored or forgotten; the client asks anew without Block2. */
  | { readonly kind: 'gone' }
  /** 4.00: a block behind the end. */
  | { readonly kind: 'beyond' }

interface StoredResponse {
  readonly body: Uint8Array
  readonly eTag: Uint8Array
  lastAsked: number
}

const ETAG_OCTETS = 8

export class StoredResponses {
  readonly #limits: StoredResponseLimits
  /** What was not asked for longest comes first. */
  readonly #responses = new Map<string, StoredResponse>()
  #octets = 0

  constructor(limits: StoredResponseLimits) {
    this.#limits = limits
  }

  /** Octets held */
  get octets(): number {
    return this.#octets
  }

  /**
   * Keeps a body, which must not be changed any more, in place of the key's earlier one. False when it is longer than all
   * that may be kept.
   */
  store(key: string, body: Uint8Array, now: number): boolean {
    this.#forget(key)
    this.expire(now)
    if (body.length > this.#limits.mostOctets) return false
    for (const oldest of this.#responses.keys()) {
      if (this.#octets + body.length <= this.#limits.mostOctets) break
      this.#forget(oldest)
    }
    const eTag = createHash('sha256').update(body).digest().subarray(0, ETAG_OCTETS)
    this.#responses.set(key, { body, eTag, lastAsked: now })
    this.#octets += body.length
    return true
  }

  /**
   * The part that was asked for, in blocks of at most `largest` octets; without a Block2 in the question, the first. The
   * last part may be asked for again.
   */
  slice(key: string, asked: Block | undefined, largest: BlockSize, now: number): ResponseSlice {
    this.expire(now)
    const stored = this.#responses.get(key)
    if (!stored) return { kind: 'gone' }
    this.#responses.delete(key)
    this.#responses.set(key, stored)
    stored.lastAsked = now
    const { body, eTag } = stored
    const start = asked ? asked.number * asked.size : 0
    if (start > 0 && start >= body.length) return { kind: 'beyond' }
    const size = asked && asked.size < largest ? asked.size : largest
    const end = start + size
    const block = { number: start / size, hasMore: end < body.length, size }
    return { kind: 'slice', payload: body.subarray(start, end), block, eTag, total: body.length }
  }

  /** When {@link expire} has something to forget. */
  get nextExpiry(): number | undefined {
    if (this.#responses.size === 0) return undefined
    const [oldest] = this.#responses.values()
    return oldest && oldest.lastAsked + this.#limits.lifetimeMs
  }

  expire(now: number): void {
    for (const [key, { lastAsked }] of this.#responses) {
      if (now - lastAsked < this.#limits.lifetimeMs) return
      this.#forget(key)
    }
  }

  #forget(key: string): void {
    this.#octets -= this.#responses.get(key)?.body.length ?? 0
    this.#responses.delete(key)
  }
}
