/** Finds the session a record belongs to: by Connection ID, or by address where the server gave none. */
import { addressKey, type PeerAddress } from './peer-address.ts'
import type { Session } from './session.ts'

export class SessionRegistry {
  /** By the last 32 bits of their Connection IDs: a number is looked up without a string made for each datagram. */
  readonly #byCidEnd = new Map<number, Session>()
  /** By all of it, those whose end another session had before. */
  readonly #byCid = new Map<string, Session>()
  readonly #byAddress = new Map<string, Session>()
  /** The answer of before: whoever routes a datagram asks for its session, and then the endpoint does. */
  #asked: Buffer | undefined
  #askedStart = 0
  #answered: Session | undefined

  get size(): number {
    return this.#byCidEnd.size + this.#byCid.size + this.#byAddress.size
  }

  /** Every session, those of unfinished handshakes included. */
  *[Symbol.iterator](): IterableIterator<Session> {
    yield* this.#byCidEnd.values()
    yield* this.#byCid.values()
    yield* this.#byAddress.values()
  }

  /** `datagram` has the Connection ID at `start`. */
  findByCid(datagram: Buffer, start: number, length: number): Session | undefined {
    if (this.#asked === datagram && this.#askedStart === start) return this.#answered
    this.#answered = this.#find(datagram, start, length)
    this.#asked = datagram
    this.#askedStart = start
    return this.#answered
  }

  findByAddress(peer: PeerAddress): Session | undefined {
    return this.#byAddress.size === 0 ? undefined : this.#byAddress.get(addressKey(peer))
  }

  hasCid(cid: Buffer): boolean {
    return this.#find(cid, 0, cid.length) !== undefined
  }

  /** Adds a session under its Connection ID, or else its address; gives back one that it displaces there. */
  add(session: Session): Session | undefined {
    this.#asked = undefined
    if (session.cidKey === '') {
      const key = addressKey(session.peer)
      const displaced = this.#byAddress.get(key)
      this.#byAddress.set(key, session)
      return displaced === session ? undefined : displaced
    }
    if (this.#byCid.has(session.cidKey)) return undefined
    const end = endOf(session.ownCid, 0, session.cidKey.length)
    const other = this.#byCidEnd.get(end)
    if (other === undefined || other === session) this.#byCidEnd.set(end, session)
    else this.#byCid.set(session.cidKey, session)
    return undefined
  }

  remove(session: Session): void {
    this.#asked = undefined
    const { cidKey } = session
    if (cidKey === '') removeFrom(this.#byAddress, addressKey(session.peer), session)
    else if (!removeFrom(this.#byCidEnd, endOf(session.ownCid, 0, cidKey.length), session)) {
      removeFrom(this.#byCid, cidKey, session)
    }
  }

  #find(octets: Buffer, start: number, length: number): Session | undefined {
    const session = this.#byCidEnd.get(endOf(octets, start, length))
    if (session?.hasCid(octets, start, length)) return session
    return this.#byCid.size === 0
      ? undefined
      : this.#byCid.get(octets.toString('latin1', start, start + length))
  }
}

function endOf(octets: Buffer, start: number, length: number): number {
  let end = 0
  for (let at = Math.max(start, start + length - 4); at < start + length; at++) {
    end = (end << 8) | (octets[at] as number)
  }
  return end
}

/** False when there is another one, or none. */
function removeFrom<Key>(sessions: Map<Key, Session>, key: Key, session: Session): boolean {
  return sessions.get(key) === session && sessions.delete(key)
}
