/** A network that loses, repeats, delays and corrupts, by a seed; and lets a test act between any two messages. */
import type { HttpRequest, HttpResponse, Send } from './esipa-client.ts'
import type { SeededRandom } from './seeded-random.ts'

export interface NetworkFaults {
  /** Probability that something goes wrong with an exchange. */
  readonly rate: number
  /** Whether octets may change on the way, as no TLS would let them. */
  readonly corrupts: boolean
}

const FAULTS = [
  'lose-request',
  'lose-reply',
  'repeat',
  'delay',
  'unavailable',
  'corrupt-reply',
  'corrupt-request',
] as const
const CORRUPTIONS = 2

export class FaultyNetwork {
  faults: NetworkFaults
  readonly #send: Send
  readonly #random: SeededRandom
  /** Called before each message arrives: the place for restarts. */
  readonly #between: () => void
  #delayed: HttpRequest[] = []

  constructor(send: Send, random: SeededRandom, faults: NetworkFaults, between: () => void) {
    this.#send = send
    this.#random = random
    this.faults = faults
    this.#between = between
  }

  readonly send: Send = async (request) => {
    this.#between()
    await this.#deliverDelayed()
    if (!this.#random.chance(this.faults.rate)) return this.#send(request)
    const kinds = this.faults.corrupts ? FAULTS : FAULTS.slice(0, FAULTS.length - CORRUPTIONS)
    return this.#fail(this.#random.pick(kinds), request)
  }

  async #fail(kind: (typeof FAULTS)[number], request: HttpRequest): Promise<HttpResponse> {
    switch (kind) {
      case 'lose-request':
        throw new Error('the request was lost')
      case 'lose-reply':
        await this.#send(request)
        throw new Error('the reply was lost')
      case 'repeat':
        await this.#send(request)
        this.#between()
        return this.#send(request)
      case 'delay':
        this.#delayed.push(request)
        throw new Error('the request is late')
      case 'unavailable':
        return { status: 503, headers: { 'Retry-After': '1' }, body: new Uint8Array() }
      case 'corrupt-reply': {
        const response = await this.#send(request)
        return { ...response, body: this.#corrupt(response.body) }
      }
      case 'corrupt-request':
        return this.#send({ ...request, body: this.#corrupt(request.body) })
    }
  }

  /** What was late arrives now, out of order; nobody waits for its answer. */
  async #deliverDelayed(): Promise<void> {
    while (this.#delayed.length > 0 && this.#random.chance(0.5)) {
      const [late] = this.#delayed.splice(this.#random.below(this.#delayed.length), 1)
      if (late) await this.#send(late)
    }
  }

  #corrupt(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const changed = body.slice()
    const at = this.#random.below(Math.max(1, changed.length))
    if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << this.#random.below(8))
    return changed
  }
}
