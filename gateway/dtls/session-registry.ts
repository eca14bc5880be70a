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

  /** Adds a session under its Connection ID, or else its address; gives back one that it displaces there. */
  add(session: Session): Session | undefined {
    this.#asked = undefined
    session.isHeld = true
    const { cidKey } = session
    const [map, key] = cidKey !== '' ? [this.#byCid, cidKey] : [this.#byAddress, addressKey(session.peer)]
    const displaced = map.get(key)
    map.set(key, session)
    if (!displaced || displaced === session) return undefined
    displaced.isHeld = false
    return displaced
  }

  remove(session: Session): void {
    if (!session.isHeld) return
    session.isHeld = false
    this.#asked = undefined
    if (session.cidKey === '') this.#byAddress.delete(addressKey(session.peer))
    else this.#byCid.delete(session.cidKey)
  }
}
