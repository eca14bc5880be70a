/**
 * An established association: opens and seals records of epoch 1. Keys and counters live in a slab, the rest in few
 * fields, because most sessions belong to devices that sleep.
 */
import type { CipherSuite } from './cipher-suite.ts'
import type { PeerAddress } from './peer-address.ts'
import type { PeerIdentity } from './peer-identity.ts'
import type { KeyBlock } from './prf.ts'
import { type Rate, takeFromBucket } from './rate-limit.ts'
import { type RecordView, SEQUENCE_LIMIT } from './record.ts'
import { type OpenedRecord, openRecord, sealRecord, type TrafficKeys } from './record-protection.ts'
import { isFresh, mark } from './replay-window.ts'
import { RELEASED, type SessionSlab, SLOT_NUMBERS, type Slot } from './session-slab.ts'

/** The epoch of every established session: there is no renegotiation. */
export const SESSION_EPOCH = 1
/** Forgeries after which a session is given up; an 8-octet tag does not bear endless guessing (RFC 9325 §4.4). */
export const FORGERY_LIMIT = 2 ** 16

const WRITE_SEQUENCE = 0
const WRITE_LIMIT = 1
const READ_EDGE = 2
const WINDOW_LOW = 3
const WINDOW_HIGH = 4
const ESTABLISHED_AT = 5
const LAST_SEEN = 6
const FORGERIES = 7
/** The buckets of {@link Session.allows}. */
export const ADDRESS_BUCKET = 8
export const WARNING_BUCKET = 9

/** What the handshake has agreed on. */
export interface SessionTerms {
  readonly suite: CipherSuite
  /** The Connection ID the server receives; empty without one. */
  readonly ownCid: Buffer
  /** The Connection ID the client receives; empty without one. */
  readonly peerCid: Buffer
  readonly tenant: string
  readonly identity: PeerIdentity
  /** Octets of content the peer takes in one record. */
  readonly contentLimit: number
  /** Both sides know RFC 9853. */
  readonly checksRoutability: boolean
}

/** The counters of a session, as they are saved and restored. */
export interface SessionCounters {
  readonly writeSequence: number
  readonly writeLimit: number
  readonly readEdge: number
  readonly windowLow: number
  readonly windowHigh: number
  readonly establishedAt: number
  readonly lastSeen: number
}

/** What changes when a record is read, and nothing else. */
export type ReadProgress = Pick<SessionCounters, 'readEdge' | 'windowLow' | 'windowHigh' | 'lastSeen'>

export interface ReceivedRecord extends OpenedRecord {
  /** Newer than every record received before (RFC 9146 §6). */
  readonly isNewest: boolean
}

const window = { edge: 0, low: 0, high: 0 }
const keyScratch = new Map<CipherSuite, TrafficKeys>()
/** By length. */
const cidScratch: Buffer[] = [Buffer.alloc(0)]

export class Session {
  /** Unique in one endpoint, never used again. */
  readonly id: number
  readonly suite: CipherSuite
  readonly tenant: string
  readonly contentLimit: number
  readonly checksRoutability: boolean
  /** For whoever saves sessions: of the last save or claim; 0 before. */
  generation = 0
  /** For the same: what has changed since. */
  unsaved: 'nothing' | 'progress' | 'state' = 'nothing'
  #slot: Slot
  readonly #ownCid: string
  readonly #peerCidLength: number
  #identity: PeerIdentity
  #address: string
  #port: number

  constructor(id: number, terms: SessionTerms, keys: KeyBlock, peer: PeerAddress, slab: SessionSlab) {
    this.id = id
    this.suite = terms.suite
    this.tenant = terms.tenant
    this.contentLimit = terms.contentLimit
    this.checksRoutability = terms.checksRoutability
    this.#identity = terms.identity
    this.#ownCid = terms.ownCid.toString('latin1')
    this.#peerCidLength = terms.peerCid.length
    this.#address = peer.address
    this.#port = peer.port
    const parts = [keys.client.key, keys.client.salt, keys.server.key, keys.server.salt, terms.peerCid]
    const secrets = Buffer.concat(parts)
    this.#slot = slab.allocate(secrets.length)
    this.#slot.page.octets.set(secrets, this.#octetStart)
    this.#set(READ_EDGE, -1)
    this.#set(WRITE_LIMIT, Math.min(terms.suite.recordLimit, SEQUENCE_LIMIT))
  }

  /** Key of the registry: the octets of the own Connection ID as latin1 text, empty without one. */
  get cidKey(): string {
    return this.#ownCid
  }

  get ownCid(): Buffer {
    return Buffer.from(this.#ownCid, 'latin1')
  }

  /** Whether the own Connection ID is in `octets` at `start`. */
  hasCid(octets: Buffer, start: number, length: number): boolean {
    const cid = this.#ownCid
    if (cid.length !== length) return false
    for (let index = 0; index < length; index++) {
      if (cid.charCodeAt(index) !== octets[start + index]) return false
    }
    return true
  }

  get peerCid(): Buffer {
    const start = this.#peerCidStart
    return this.#slot.page.octets.subarray(start, start + this.#peerCidLength)
  }

  get identity(): PeerIdentity {
    return this.#identity
  }

  /** Known only when the last message of the handshake is verified. */
  set identity(identity: PeerIdentity) {
    this.#identity = identity
  }

  /** Where the peer is believed to be. */
  get peer(): PeerAddress {
    return { address: this.#address, port: this.#port }
  }

  set peer({ address, port }: PeerAddress) {
    this.#address = address
    this.#port = port
  }

  isAt({ address, port }: PeerAddress): boolean {
    return port === this.#port && address === this.#address
  }

  /** Milliseconds since 1970. */
  get lastSeen(): number {
    return this.#get(LAST_SEEN)
  }

  set lastSeen(now: number) {
    this.#set(LAST_SEEN, now)
  }

  set establishedAt(now: number) {
    this.#set(ESTABLISHED_AT, now)
    this.#set(LAST_SEEN, now)
  }

  /** Records that may still be sent. */
  get writesLeft(): number {
    return this.#get(WRITE_LIMIT) - this.#get(WRITE_SEQUENCE)
  }

  /** No record from this number on may be sent: another owner may use them, or the key is worn out. */
  set writeLimit(limit: number) {
    this.#set(WRITE_LIMIT, Math.min(limit, this.suite.recordLimit, SEQUENCE_LIMIT))
  }

  get hasTooManyForgeries(): boolean {
    return this.#get(FORGERIES) >= FORGERY_LIMIT
  }

  /** Counts one event against one of the session's buckets; `false` when it is one too many. */
  allows(bucket: typeof ADDRESS_BUCKET | typeof WARNING_BUCKET, rate: Rate, now: number): boolean {
    const next = takeFromBucket(rate, this.#get(bucket), now)
    if (next !== undefined) this.#set(bucket, next)
    return next !== undefined
  }

  /** Opens a record of {@link SESSION_EPOCH} once; `undefined` for a replay, a forgery, or one left of the window. */
  open(datagram: Buffer, record: RecordView): ReceivedRecord | undefined {
    const { numbers } = this.#slot.page
    const start = this.#numberStart
    window.edge = numbers[start + READ_EDGE] as number
    window.low = numbers[start + WINDOW_LOW] as number
    window.high = numbers[start + WINDOW_HIGH] as number
    if (!isFresh(window, record.sequence) || record.sequence >= SEQUENCE_LIMIT) return undefined
    const opened = openRecord(this.#keys(0), datagram, record)
    if (opened === undefined) {
      numbers[start + FORGERIES] = (numbers[start + FORGERIES] as number) + 1
      return undefined
    }
    const isNewest = record.sequence > window.edge
    mark(window, record.sequence)
    numbers[start + READ_EDGE] = window.edge
    numbers[start + WINDOW_LOW] = window.low
    numbers[start + WINDOW_HIGH] = window.high
    return { type: opened.type, content: opened.content, isNewest }
  }

  /** One protected record; `undefined` when no sequence number is left to use. */
  seal(type: number, content: Uint8Array, paddingMultiple: number): Buffer | undefined {
    const sequence = this.#get(WRITE_SEQUENCE)
    if (sequence >= this.#get(WRITE_LIMIT)) return undefined
    this.#set(WRITE_SEQUENCE, sequence + 1)
    return sealRecord(this.#keys(this.suite.keyLength + this.suite.saltLength), {
      type,
      epoch: SESSION_EPOCH,
      sequence,
      cid: this.#peerCidOctets(),
      content,
      paddingMultiple,
    })
  }

  counters(): SessionCounters {
    return {
      writeSequence: this.#get(WRITE_SEQUENCE),
      writeLimit: this.#get(WRITE_LIMIT),
      readEdge: this.#get(READ_EDGE),
      windowLow: this.#get(WINDOW_LOW),
      windowHigh: this.#get(WINDOW_HIGH),
      establishedAt: this.#get(ESTABLISHED_AT),
      lastSeen: this.#get(LAST_SEEN),
    }
  }

  get readProgress(): ReadProgress {
    return {
      readEdge: this.#get(READ_EDGE),
      windowLow: this.#get(WINDOW_LOW),
      windowHigh: this.#get(WINDOW_HIGH),
      lastSeen: this.#get(LAST_SEEN),
    }
  }

  restoreCounters(counters: SessionCounters): void {
    this.#set(WRITE_SEQUENCE, counters.writeSequence)
    this.writeLimit = counters.writeLimit
    this.#set(READ_EDGE, counters.readEdge)
    this.#set(WINDOW_LOW, counters.windowLow)
    this.#set(WINDOW_HIGH, counters.windowHigh)
    this.#set(ESTABLISHED_AT, counters.establishedAt)
    this.#set(LAST_SEEN, counters.lastSeen)
  }

  /** Copies of the traffic keys: client write, then server write. */
  exportKeys(): KeyBlock {
    return {
      client: copyKeys(this.#keys(0)),
      server: copyKeys(this.#keys(this.suite.keyLength + this.suite.saltLength)),
    }
  }

  /** Wipes the keys; to be called once. */
  release(slab: SessionSlab): void {
    slab.release(this.#slot)
    this.#slot = RELEASED
  }

  /** It is closed: nothing can be read, sent or saved any more. */
  get isReleased(): boolean {
    return this.#slot === RELEASED
  }

  /** As {@link peerCid}, in octets that the next call overwrites. */
  #peerCidOctets(): Buffer {
    const length = this.#peerCidLength
    cidScratch[length] ??= Buffer.alloc(length)
    const cid = cidScratch[length]
    const start = this.#peerCidStart
    for (let index = 0; index < length; index++) cid[index] = this.#slot.page.octets[start + index] as number
    return cid
  }

  /** Key and salt from the slab, in octets that the next call overwrites. */
  #keys(offset: number): TrafficKeys {
    const { suite } = this
    let keys = keyScratch.get(suite)
    if (keys === undefined) {
      keys = { suite, key: Buffer.alloc(suite.keyLength), salt: Buffer.alloc(suite.saltLength) }
      keyScratch.set(suite, keys)
    }
    const { octets } = this.#slot.page
    const start = this.#octetStart + offset
    for (let index = 0; index < suite.keyLength; index++) keys.key[index] = octets[start + index] as number
    const saltStart = start + suite.keyLength
    for (let index = 0; index < suite.saltLength; index++)
      keys.salt[index] = octets[saltStart + index] as number
    return keys
  }

  get #peerCidStart(): number {
    return this.#octetStart + 2 * (this.suite.keyLength + this.suite.saltLength)
  }

  get #octetStart(): number {
    return this.#slot.index * this.#slot.page.slotLength
  }

  get #numberStart(): number {
    return this.#slot.index * SLOT_NUMBERS
  }

  #get(field: number): number {
    return this.#slot.page.numbers[this.#numberStart + field] as number
  }

  #set(field: number, value: number): void {
    this.#slot.page.numbers[this.#numberStart + field] = value
  }
}

function copyKeys({ suite, key, salt }: TrafficKeys): TrafficKeys {
  return { suite, key: Buffer.from(key), salt: Buffer.from(salt) }
}
