/** Finds the session a record belongs to: by Connection ID, or by address where the server gave none. */
import { addressKey, type PeerAddress } from './peer-address.ts'
import type { Session } from './session.ts'

export class SessionRegistry {
  readonly #byCid = new Map<string, Session>()
  readonly #byAddress = new Map<string, Session>()
  /** The answer of before: whoever routes a datagram asks for its session, and then the endpoint does. */
  #asked: Buffer | undefined
  #askedStart = 0
  #answered: Session | undefined

  get size(): number {
    return this.#byCid.size + this.#byAddress.size
  }

  /** Every session, those of unfinished handshakes included. */
  *[Symbol.iterator](): IterableIterator<Session> {
    yield* this.#byCid.values()
    yield* this.#byAddress.values()
  }

  /** `datagram` has the Connection ID at `start`. */
  findByCid(datagram: Buffer, start: number, length: number): Session | undefined {
    if (this.#asked === datagram && this.#askedStart === start) return this.#answered
    this.#answered = this.#byCid.get(datagram.toString('latin1', start, start + length))
    this.#asked = datagram
    this.#askedStart = start
    return this.#answered
  }

  findByAddress(peer: PeerAddress): Session | undefined {
    return this.#byAddress.size === 0 ? undefined : this.#byAddress.get(addressKey(peer))
  }

  hasCid(cid: Buffer): boolean {
    return this.#byCid.has(cid.toString('latin1'))
  }

  holds(session: Session): boolean {
    return session.cidKey === ''
      ? this.#byAddress.get(addressKey(session.peer)) === session
      : this.#byCid.get(session.cidKey) === session
  }

  /** Adds a session under its Connection ID, or else its address; gives back one that it displaces there. */
  add(session: Session): Session | undefined {
    this.#asked = undefined
    if (session.cidKey !== '') {
      this.#byCid.set(session.cidKey, session)
      return undefined
    }
    const key = addressKey(session.peer)
    const displaced = this.#byAddress.get(key)
    this.#byAddress.set(key, session)
    return displaced === session ? undefined : displaced
  }

  remove(session: Session): void {
    if (!this.holds(session)) return
    this.#asked = undefined
    if (session.cidKey === '') this.#byAddress.delete(addressKey(session.peer))
    else this.#byCid.delete(session.cidKey)
  }
}
