/** The handshakes in progress on one port: one per address, bounded in number, each with its deadline. */
import { DeadlineQueue } from './deadline-queue.ts'
import { addressKey, type PeerAddress } from './peer-address.ts'
import type { ServerHandshake } from './server-handshake.ts'

export class HandshakeTable {
  readonly #limit: number
  readonly #byAddress = new Map<string, ServerHandshake>()
  readonly #deadlines = new DeadlineQueue<ServerHandshake>()
  /** The answer of before: it is asked again for every record of a datagram. */
  #asked: PeerAddress | undefined
  #answered: ServerHandshake | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#byAddress.size
  }

  get nextDeadline(): number | undefined {
    return this.#deadlines.next
  }

  find(peer: PeerAddress): ServerHandshake | undefined {
    if (this.#asked !== peer) {
      this.#answered = this.#byAddress.get(addressKey(peer))
      this.#asked = peer
    }
    return this.#answered
  }

  /**
   * The oldest handshake that has not cost much yet, or else the oldest, when another one would be too many: getting as
   * far as ClientKeyExchange takes no key, so those who got there must not shut out all others.
   */
  findVictim(): ServerHandshake | undefined {
    if (this.#byAddress.size < this.#limit) return undefined
    for (const handshake of this.#byAddress.values()) if (!handshake.isAdvanced) return handshake
    const [oldest] = this.#byAddress.values()
    return oldest
  }

  add(handshake: ServerHandshake): void {
    this.#byAddress.set(addressKey(handshake.peer), handshake)
    this.#asked = undefined
    this.#deadlines.set(handshake, handshake.deadline)
  }

  /** Takes over the deadline the handshake has now. */
  refresh(handshake: ServerHandshake): void {
    if (this.find(handshake.peer) === handshake) this.#deadlines.set(handshake, handshake.deadline)
  }

  remove(handshake: ServerHandshake): void {
    this.#deadlines.delete(handshake)
    if (this.find(handshake.peer) === handshake) this.#byAddress.delete(addressKey(handshake.peer))
    this.#asked = undefined
  }

  takeDue(now: number): ServerHandshake | undefined {
    return this.#deadlines.takeDue(now)
  }
}
