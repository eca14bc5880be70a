/** Puts the blocks of request bodies together (RFC 7959 §2.5, §2.9): nothing is passed on before all of it is here. */
import type { Block, BlockSize } from './block.ts'

export interface RequestBodyLimits {
  /** Octets of one body */
  readonly longestBody: number
  /** Bodies that one session sends at a time; the one that has been silent longest makes room. */
  readonly mostBodies: number
  /** Octets of memory for all sessions together; again the one silent longest makes room. */
  readonly mostOctets: number
  /** Milliseconds of silence after which a body is forgotten: EXCHANGE_LIFETIME (RFC 7252 §4.8.2). */
  readonly lifetimeMs: number
}

export type BodyProgress =
  /** 2.31 Continue, with this Block1. */
  | { readonly kind: 'continue'; readonly block: Block }
  /** To be answered with this Block1 in the final response. */
  | { readonly kind: 'complete'; readonly body: Uint8Array; readonly block: Block }
  /** 4.08: not what comes next. The client begins again with block 0. */
  | { readonly kind: 'incomplete' }
  /** 4.13, with Size1. */
  | { readonly kind: 'too-large'; readonly longestBody: number }
  /** 4.00: a block before the last must be full, and none may be fuller. */
  | { readonly kind: 'wrong-length' }

/** What ties blocks together (RFC 9175 §3). */
export interface TransferKey {
  readonly session: number
  /** The resource and the Request-Tag. */
  readonly resource: string
}

interface PartialBody {
  readonly key: string
  readonly session: number
  readonly parts: Uint8Array[]
  length: number
  lastHeard: number
}

/** Octets that one block takes besides its own. */
const BLOCK_COST = 256

export class RequestBodies {
  readonly #limits: RequestBodyLimits
  /** The one silent for longest comes first. */
  readonly #bodies = new Map<string, PartialBody>()
  /** The same, by session. */
  readonly #bodiesOf = new Map<number, Set<PartialBody>>()
  #octets = 0

  constructor(limits: RequestBodyLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#bodies.size
  }

  /**
   * One block. The payload is copied, and repeated messages must have been held back by their message id. Clients with
   * larger blocks are asked to come down to `largest`.
   */
  receive(
    { session, resource }: TransferKey,
    block: Block,
    payload: Uint8Array,
    largest: BlockSize,
    now: number,
  ): BodyProgress {
    this.expire(now)
    const { longestBody } = this.#limits
    const key = `${session} ${resource}`
    const held = this.#bodies.get(key)
    if (held) this.#forget(held)
    const isLengthRight = block.hasMore ? payload.length === block.size : payload.length <= block.size
    if (!isLengthRight) return { kind: 'wrong-length' }
    const body = block.number === 0 ? { key, session, parts: [], length: 0, lastHeard: now } : held
    if (!body || body.length !== block.number * block.size) return { kind: 'incomplete' }
    if (body.length + payload.length > longestBody) return { kind: 'too-large', longestBody }
    // Not `slice`: that of a Buffer would hold on to all of the record, however little of it the block is.
    body.parts.push(Uint8Array.from(payload))
    body.length += payload.length
    body.lastHeard = now
    if (!block.hasMore) return { kind: 'complete', body: join(body), block }
    this.#hold(body)
    // A client that is asked for less goes on at the same octet, so only its next block's number is another.
    return { kind: 'continue', block: block.size > largest ? { ...block, size: largest } : block }
  }

  /** When {@link expire} has something to forget. */
  get nextExpiry(): number | undefined {
    if (this.#bodies.size === 0) return undefined
    const [oldest] = this.#bodies.values()
    return oldest && oldest.lastHeard + this.#limits.lifetimeMs
  }

  expire(now: number): void {
    for (const body of this.#bodies.values()) {
      if (now - body.lastHeard < this.#limits.lifetimeMs) return
      this.#forget(body)
    }
  }

  #hold(body: PartialBody): void {
    const siblings = this.#bodiesOf.get(body.session) ?? new Set()
    this.#bodiesOf.set(body.session, siblings.add(body))
    this.#bodies.set(body.key, body)
    this.#octets += costOf(body)
    for (const oldest of siblings) {
      if (siblings.size <= this.#limits.mostBodies) break
      this.#forget(oldest)
    }
    for (const oldest of this.#bodies.values()) {
      if (this.#octets <= this.#limits.mostOctets) break
      this.#forget(oldest)
    }
  }

  #forget(body: PartialBody): void {
    if (!this.#bodies.delete(body.key)) return
    this.#octets -= costOf(body)
    const siblings = this.#bodiesOf.get(body.session)
    siblings?.delete(body)
    if (siblings?.size === 0) this.#bodiesOf.delete(body.session)
  }
}

/** Octets of memory: in the smallest blocks the blocks themselves weigh more than what is in them. */
function costOf({ parts, length }: PartialBody): number {
  return length + parts.length * BLOCK_COST
}

function join({ parts, length }: PartialBody): Uint8Array {
  const body = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}
