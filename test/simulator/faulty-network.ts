/** A network that loses, repeats, delays and corrupts, by a seed; and lets a test act between any two messages. */
import type { Octets } from '../../shared/octets.ts'
import type { HttpRequest, HttpResponse, Send } from './esipa-client.ts'
import type { SeededRandom } from './seeded-random.ts'

const FAULTS = [
  'lose-request',
  'lose-reply',
  'repeat',
  /** The sender gives up; the request arrives later, after newer ones. */
  'delay',
  /** Answered as ever, but a copy arrives later once more. */
  'late-copy',
  'unavailable',
] as const
const CORRUPTIONS = ['corrupt-reply', 'corrupt-request'] as const

export type NetworkFault = (typeof FAULTS)[number] | (typeof CORRUPTIONS)[number]

export interface NetworkFaults {
  /** Probability that something goes wrong with an exchange. */
  readonly rate: number
  /** Whether octets may change on the way, as no TLS would let them. */
  readonly corrupts: boolean
  /** Only these; `corrupts` is of no account then. */
  readonly only?: readonly NetworkFault[]
}

const ARRIVES_NOW = 0.5

export class FaultyNetwork {
  faults: NetworkFaults
  /** What went wrong so far, in order: `lose-reply /gsma/rsp2/asn1`. */
  readonly log: string[] = []
  readonly #send: Send
  readonly #random: SeededRandom
  /** Called before each message arrives: the place for restarts, and for virtual time to pass. */
  readonly #between: () => void
  #delayed: HttpRequest[] = []

  constructor(
    send: Send,
    random: SeededRandom,
    faults: NetworkFaults,
    between: () => void = () => undefined,
  ) {
    this.#send = send
    this.#random = random
    this.faults = faults
    this.#between = between
  }

  readonly send: Send = async (request) => {
    this.#between()
    await this.#deliverDelayed()
    const { rate, corrupts, only } = this.faults
    if (!this.#random.chance(rate)) return this.#send(request)
    const kind = this.#random.pick<NetworkFault>(only ?? (corrupts ? [...FAULTS, ...CORRUPTIONS] : FAULTS))
    this.log.push(`${kind} ${request.path}`)
    return this.#fail(kind, request)
  }

  /** Everything still under way arrives. */
  async settle(): Promise<void> {
    for (let late = this.#takeDelayed(); late; late = this.#takeDelayed()) await this.#send(late)
  }

  async #fail(kind: NetworkFault, request: HttpRequest): Promise<HttpResponse> {
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
      case 'late-copy':
        this.#delayed.push(request)
        return this.#send(request)
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
    while (this.#delayed.length > 0 && this.#random.chance(ARRIVES_NOW)) {
      const late = this.#takeDelayed()
      if (late) await this.#send(late)
    }
  }

  #takeDelayed(): HttpRequest | undefined {
    if (this.#delayed.length === 0) return undefined
    return this.#delayed.splice(this.#random.below(this.#delayed.length), 1)[0]
  }

  #corrupt(body: Octets): Octets {
    const changed = body.slice()
    const at = this.#random.below(Math.max(1, changed.length))
    if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << this.#random.below(8))
    return changed
  }
}
