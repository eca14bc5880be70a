/** Datagrams whose sessions are not here wait while these are claimed. */
import type { PeerAddress } from './dtls/index.ts'

export interface Waiting {
  readonly datagram: Buffer
  readonly from: PeerAddress
}

export interface ClaimQueueOptions {
  /** Never rejects; afterwards the session is here, or nobody's. */
  readonly claim: (connectionId: Buffer) => Promise<unknown>
  /** Takes what has waited, after the claim of its session. */
  readonly receive: (datagram: Waiting) => void
  /** One for which there is no room. */
  readonly onDropped: () => void
}

/** Of one session, and of all. */
const MOST_WAITING_EACH = 4
const MOST_WAITING = 1024

export class ClaimQueue {
  readonly #options: ClaimQueueOptions
  /** By Connection ID, as latin1 text. */
  readonly #claims = new Map<string, Waiting[]>()
  #waiting = 0

  constructor(options: ClaimQueueOptions) {
    this.#options = options
  }

  /** Sessions that are being claimed. */
  get size(): number {
    return this.#claims.size
  }

  /** False when this session is not being claimed; otherwise the datagram is looked after. */
  join(connectionId: Buffer, datagram: Waiting): boolean {
    const waiting = this.#claims.get(connectionId.toString('latin1'))
    if (waiting) this.#wait(waiting, datagram)
    return waiting !== undefined
  }

  /** Claims a session for its first datagram. */
  begin(connectionId: Buffer, datagram: Waiting): void {
    const waiting: Waiting[] = []
    this.#wait(waiting, datagram)
    if (waiting.length === 0) return
    const key = connectionId.toString('latin1')
    this.#claims.set(key, waiting)
    void this.#options.claim(connectionId).then(() => {
      this.#claims.delete(key)
      this.#waiting -= waiting.length
      for (const each of waiting) this.#options.receive(each)
    })
  }

  #wait(waiting: Waiting[], datagram: Waiting): void {
    if (waiting.length >= MOST_WAITING_EACH || this.#waiting >= MOST_WAITING) {
      this.#options.onDropped()
      return
    }
    waiting.push(datagram)
    this.#waiting++
  }
}
