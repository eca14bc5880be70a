/**
 * Which messages of one device have been seen, and what they were answered (RFC 7252 §4.5): a repeated message gets the
 * same octets again and is never carried out twice. Ids are kept for their lifetime, octets as far as memory allows.
 */
import type { MessageType } from './message.ts'
import type { Timing } from './timing.ts'

/** A request, from its arrival until its message id may be used again. */
export interface Exchange {
  readonly type: MessageType
  readonly messageId: number
  /** A view of the request while it is open; nothing once it is answered, so that no record is kept for it. */
  token: Uint8Array
  readonly receivedAt: number
  /** What a repetition gets. Without it: not answered yet, or forgotten when `isAnswered`. */
  reply: Uint8Array | undefined
  /** Of the reply in {@link ReplyMemory}. */
  place: number
  isAnswered: boolean
  /** Must not be carried out twice, so its id outlives those of others. */
  isForwarded: boolean
}

/** Holders that have let go and are passed over, at least. */
const LET_GO = 1024

/** Octets of replies of all devices together. What was kept first makes room. */
export class ReplyMemory {
  readonly #mostOctets: number
  /** In the order they came, with those that have let go since: taking each out would cost more than passing it over. */
  #holders: Exchange[] = []
  /** Of those that may still hold something. */
  #first = 0
  #count = 0
  #octets = 0

  constructor(mostOctets: number) {
    this.#mostOctets = mostOctets
  }

  get octets(): number {
    return this.#octets
  }

  keep(holder: Exchange, reply: Uint8Array): void {
    if (holder.reply) this.release(holder)
    holder.reply = reply
    this.#octets += reply.length
    this.#count++
    holder.place = this.#holders.push(holder) - 1
    while (this.#octets > this.#mostOctets) this.#releaseOldest()
    if (this.#holders.length > LET_GO + 4 * this.#count) this.#tidy()
  }

  release(holder: Exchange): void {
    if (!holder.reply) return
    this.#octets -= holder.reply.length
    this.#count--
    holder.reply = undefined
  }

  #releaseOldest(): void {
    const place = this.#first++
    const oldest = this.#holders[place]
    // It may have let go here and hold something further behind.
    if (oldest?.place === place) this.release(oldest)
  }

  #tidy(): void {
    this.#holders = this.#holders.filter(({ reply, place }, index) => reply !== undefined && place === index)
    this.#holders.forEach((holder, index) => {
      holder.place = index
    })
    this.#first = 0
  }
}

/** Replies kept for one device. */
export const KEPT_REPLIES = 16
/** Message ids kept for one device. */
export const KEPT_MESSAGE_IDS = 256

export class RecentMessages {
  readonly #timing: Timing
  readonly #replies: ReplyMemory
  /** Oldest first. */
  readonly #exchanges = new Map<number, Exchange>()
  /** The first of them, looked at with every message. */
  #oldest: Exchange | undefined
  #answered: Exchange[] = []

  constructor(timing: Timing, replies: ReplyMemory) {
    this.#timing = timing
    this.#replies = replies
  }

  get size(): number {
    return this.#exchanges.size
  }

  find(messageId: number, now: number): Exchange | undefined {
    this.expire(now)
    const known = this.#exchanges.get(messageId)
    // A non-confirmable message expires before a confirmable one that came earlier, so it may be overdue here.
    if (known && this.#expiry(known) > now) return known
    if (known) this.#forget(known)
    return undefined
  }

  /** False when there is no room: every id belongs to a request that is open or was forwarded. */
  add(exchange: Exchange): boolean {
    if (this.#exchanges.size >= KEPT_MESSAGE_IDS && !this.#makeRoom()) return false
    this.#exchanges.set(exchange.messageId, exchange)
    this.#oldest ??= exchange
    return true
  }

  keepReply(exchange: Exchange, reply: Uint8Array): void {
    if (this.#exchanges.get(exchange.messageId) !== exchange) return
    this.#replies.keep(exchange, reply)
    if (!exchange.isAnswered) return
    this.#answered.push(exchange)
    if (this.#answered.length <= KEPT_REPLIES) return
    const oldest = this.#answered.shift()
    if (oldest) this.#replies.release(oldest)
  }

  /** When {@link expire} has something to forget; undefined when nothing is kept. */
  get nextExpiry(): number | undefined {
    return this.#oldest && this.#expiry(this.#oldest)
  }

  expire(now: number): void {
    while (this.#oldest && this.#expiry(this.#oldest) <= now) this.#forget(this.#oldest)
  }

  clear(): void {
    for (const exchange of this.#exchanges.values()) this.#forget(exchange)
  }

  #makeRoom(): boolean {
    for (const exchange of this.#exchanges.values()) {
      if (!exchange.isAnswered || exchange.isForwarded) continue
      this.#forget(exchange)
      return true
    }
    return false
  }

  #forget(exchange: Exchange): void {
    this.#exchanges.delete(exchange.messageId)
    if (exchange === this.#oldest) [this.#oldest] = this.#exchanges.values()
    this.#replies.release(exchange)
    this.#answered = this.#answered.filter((each) => each !== exchange)
  }

  #expiry({ type, receivedAt }: Exchange): number {
    const { exchangeLifetimeMs, nonLifetimeMs } = this.#timing
    return receivedAt + (type === 'CON' ? exchangeLifetimeMs : nonLifetimeMs)
  }
}
