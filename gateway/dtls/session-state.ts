/**
 * A session as octets, for a store that seals them: what another process needs to go on with it, and not more. The
 * numbers in it make a nonce impossible to use twice and a record impossible to deliver twice.
 */
import { findCipherSuite } from './cipher-suite.ts'
import { DecodeFault, OctetReader } from './octet-reader.ts'
import { OctetCursor } from './octet-writer.ts'
import type { PeerAddress } from './peer-address.ts'
import type { KeyBlock } from './prf.ts'
import { SEQUENCE_LIMIT } from './record.ts'
import { type ReplayWindow, union } from './replay-window.ts'
import { readIdentity, writeIdentity } from './resumption.ts'
import type { ReadProgress, Session, SessionCounters, SessionTerms } from './session.ts'

export interface SessionState {
  readonly terms: SessionTerms
  readonly keys: KeyBlock
  readonly counters: SessionCounters
  readonly peer: PeerAddress
}

const FORMAT = 1
const ALL_SEEN = 0xffffffff
/** Room for the longest state: an identity is a vector of up to 2^16 octets, all others are short. */
const scratch = Buffer.alloc(2 ** 16 + 2048)

/**
 * The state from which another owner may go on writing `reserved` numbers above the next one. The live session may use
 * those numbers meanwhile, and stops there until a later state is known to be saved.
 */
export function captureSession(session: Session, reserved: number): SessionState {
  const counters = session.counters()
  const writeSequence = Math.min(counters.writeSequence + reserved, SEQUENCE_LIMIT)
  return {
    terms: {
      suite: session.suite,
      ownCid: session.ownCid,
      peerCid: Buffer.from(session.peerCid),
      tenant: session.tenant,
      identity: session.identity,
      contentLimit: session.contentLimit,
      checksRoutability: session.checksRoutability,
    },
    keys: session.exportKeys(),
    counters: { ...counters, writeSequence, writeLimit: SEQUENCE_LIMIT },
    peer: session.peer,
  }
}

/**
 * The counters to go on with when up to `unsavedReads` records may have been read since the state was saved: they and
 * all below count as seen, at the price of as many fresh ones.
 */
export function skipUnsavedReads(counters: SessionCounters, unsavedReads: number): SessionCounters {
  if (unsavedReads === 0) return counters
  return {
    ...counters,
    readEdge: Math.min(counters.readEdge + unsavedReads, SEQUENCE_LIMIT),
    windowLow: ALL_SEEN,
    windowHigh: ALL_SEEN,
  }
}

/** The counters of a session that has read since they were saved. What they have as seen stays, whatever `progress` says. */
export function addProgress(counters: SessionCounters, progress: ReadProgress): SessionCounters {
  const { edge, low, high } = union(windowOf(counters), windowOf(progress))
  const lastSeen = Math.max(counters.lastSeen, progress.lastSeen)
  return { ...counters, readEdge: edge, windowLow: low, windowHigh: high, lastSeen }
}

function windowOf({ readEdge, windowLow, windowHigh }: ReadProgress): ReplayWindow {
  return { edge: readEdge, low: windowLow, high: windowHigh }
}

/** In octets that the next call overwrites. */
export function writeSessionState({ terms, keys, counters, peer }: SessionState): Buffer {
  const cursor = new OctetCursor(scratch)
    .uint8(FORMAT)
    .uint16(terms.suite.code)
    .vector8(terms.ownCid)
    .vector8(terms.peerCid)
    .text8(terms.tenant)
    .vector16(writeIdentity(terms.identity))
    .uint16(terms.contentLimit)
    .uint8(terms.checksRoutability ? 1 : 0)
    .vector8(keys.client.key)
    .vector8(keys.client.salt)
    .vector8(keys.server.key)
    .vector8(keys.server.salt)
    .uint48(counters.writeSequence)
    // The edge is -1 before the first record.
    .uint48(counters.readEdge + 1)
    .uint32(counters.windowLow)
    .uint32(counters.windowHigh)
    .uint48(counters.establishedAt)
    .uint48(counters.lastSeen)
    .text8(peer.address)
    .uint16(peer.port)
  return cursor.written
}

/** @throws {DecodeFault} when the octets are no state of this format */
export function readSessionState(octets: Buffer): SessionState {
  const reader = new OctetReader(octets)
  if (reader.uint8() !== FORMAT) throw new DecodeFault('a session state of another format')
  const suite = findCipherSuite(reader.uint16())
  if (suite === undefined) throw new DecodeFault('a session state with an unknown suite')
  const terms = {
    suite,
    ownCid: Buffer.from(reader.vector8()),
    peerCid: Buffer.from(reader.vector8()),
    tenant: reader.vector8().toString(),
    identity: readIdentity(reader.vector16(1)),
    contentLimit: reader.uint16(),
    checksRoutability: reader.uint8() === 1,
  }
  const [clientKey, clientSalt, serverKey, serverSalt] = [0, 1, 2, 3].map(() => Buffer.from(reader.vector8()))
  const expected = [suite.keyLength, suite.saltLength]
  if (!clientKey || !clientSalt || !serverKey || !serverSalt) throw new DecodeFault('keys are missing')
  const lengths = [clientKey.length, clientSalt.length, serverKey.length, serverSalt.length]
  if (lengths.some((length, index) => length !== expected[index % 2])) {
    throw new DecodeFault('keys of another length than the suite has')
  }
  const counters = {
    writeSequence: reader.uint48(),
    writeLimit: SEQUENCE_LIMIT,
    readEdge: reader.uint48() - 1,
    windowLow: reader.uint32(),
    windowHigh: reader.uint32(),
    establishedAt: reader.uint48(),
    lastSeen: reader.uint48(),
  }
  const peer = { address: reader.vector8().toString('latin1'), port: reader.uint16() }
  reader.end()
  const keys = {
    client: { suite, key: clientKey, salt: clientSalt },
    server: { suite, key: serverKey, salt: serverSalt },
  }
  return { terms, keys, counters, peer }
}
