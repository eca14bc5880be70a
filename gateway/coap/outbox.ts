/** Confirmable messages to one device: one at a time (NSTART, RFC 7252 §4.7), repeated until acknowledged (§4.2). */
import type { Timing } from './timing.ts'

export interface Confirmable {
  readonly messageId: number
  readonly octets: Uint8Array
}

interface Transmission {
  readonly message: Confirmable
  due: number
  waitMs: number
  repetitions: number
}

/** Messages that may wait for their turn. */
export const WAITING_CONFIRMABLES = 8

export class Outbox {
  readonly #timing: Timing
  readonly #random: () => number
  readonly #waiting: Confirmable[] = []
  #current: Transmission | undefined

  /** `random` gives numbers from 0 to below 1. */
  constructor(timing: Timing, random: () => number) {
    this.#timing = timing
    this.#random = random
  }

  get isEmpty(): boolean {
    return this.#current === undefined
  }

  get nextTimeout(): number | undefined {
    return this.#current?.due
  }

  /** What to send now; `full` when too many wait. */
  send(message: Confirmable, now: number): Uint8Array[] | 'full' {
    if (!this.#current) return this.#start(message, now)
    if (this.#waiting.length >= WAITING_CONFIRMABLES) return 'full'
    this.#waiting.push(message)
    return []
  }

  /** Ends the transmission of this message id, in whatever way; what to send next. */
  settle(messageId: number, now: number): Uint8Array[] {
    const waiting = this.#waiting.findIndex((each) => each.messageId === messageId)
    if (waiting >= 0) this.#waiting.splice(waiting, 1)
    return this.#current?.message.messageId === messageId ? this.#goOn(now) : []
  }

  timeout(now: number): { octets: Uint8Array[]; givenUp: number | undefined } {
    const current = this.#current
    if (!current || current.due > now) return { octets: [], givenUp: undefined }
    if (current.repetitions >= this.#timing.maxRetransmit) {
      return { octets: this.#goOn(now), givenUp: current.message.messageId }
    }
    current.repetitions++
    current.waitMs *= 2
    current.due = now + current.waitMs
    return { octets: [current.message.octets], givenUp: undefined }
  }

  #goOn(now: number): Uint8Array[] {
    this.#current = undefined
    const next = this.#waiting.shift()
    return next ? this.#start(next, now) : []
  }

  #start(message: Confirmable, now: number): Uint8Array[] {
    const { ackTimeoutMs, ackRandomFactor } = this.#timing
    const waitMs = ackTimeoutMs * (1 + this.#random() * (ackRandomFactor - 1))
    this.#current = { message, due: now + waitMs, waitMs, repetitions: 0 }
    return [message.octets]
  }
}
