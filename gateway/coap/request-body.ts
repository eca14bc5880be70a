/** Puts the blocks of request bodies together (RFC 7959 §2.5, §2.9): nothing is passed on before all of it is here. */
import type { Block, BlockSize } from './block.ts'

export interface RequestBodyLimits {
  /** Octets of one body */
  readonly longestBody: number
  /** Bodies being sent at one time; the one that has been silent longest makes room. */
  readonly mostBodies: number
  /** What clients with larger blocks are asked to come down to. */
  readonly blockSize: BlockSize
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

interface PartialBody {
  readonly parts: Uint8Array[]
  length: number
  lastHeard: number
}

export class RequestBodies {
  readonly #limits: RequestBodyLimits
  /** The one silent for longest comes first. */
  readonly #bodies = new Map<string, PartialBody>()

  constructor(limits: RequestBodyLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#bodies.size
  }

  /**
   * One block. `key` names session, resource and Request-Tag (RFC 9175 §3). The payload is copied, and repeated messages
   * must have been held back by their message id.
   */
  receive(key: string, block: Block, payload: Uint8Array, now: number): BodyProgress {
    this.#forgetSilent(now)
    const { longestBody, blockSize } = this.#limits
    const held = this.#bodies.get(key)
    this.#bodies.delete(key)
    const isLengthRight = block.hasMore ? payload.length === block.size : payload.length <= block.size
    if (!isLengthRight) return { kind: 'wrong-length' }
    const body = block.number === 0 ? { parts: [], length: 0, lastHeard: now } : held
    if (!body || body.length !== block.number * block.size) return { kind: 'incomplete' }
    if (body.length + payload.length > longestBody) return { kind: 'too-large', longestBody }
    body.parts.push(payload.slice())
    body.length += payload.length
    body.lastHeard = now
    if (!block.hasMore) return { kind: 'complete', body: join(body), block }
    this.#hold(key, body)
    // A client that is asked for less goes on at the same octet, so only its next block's number is another.
    return { kind: 'continue', block: block.size > blockSize ? { ...block, size: blockSize } : block }
  }

  #hold(key: string, body: PartialBody): void {
    for (const oldest of this.#bodies.keys()) {
      if (this.#bodies.size < this.#limits.mostBodies) break
      this.#bodies.delete(oldest)
    }
    this.#bodies.set(key, body)
  }

  #forgetSilent(now: number): void {
    for (const [key, { lastHeard }] of this.#bodies) {
      if (now - lastHeard < this.#limits.lifetimeMs) return
      this.#bodies.delete(key)
    }
  }
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
