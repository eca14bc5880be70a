/** Sessions a client may take up again: by ticket, sealed under rotating keys (RFC 5077), or by session id. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { RandomSource } from './named-group.ts'
import { DecodeFault, OctetReader } from './octet-reader.ts'
import { uint8, uint16, uint48, vector8, vector16 } from './octet-writer.ts'
import type { PeerIdentity } from './peer-identity.ts'
import { MASTER_SECRET_LENGTH } from './prf.ts'

/** What both sides remember. Only sessions with the extended master secret exist here (RFC 7627 §5.3). */
export interface ResumableSession {
  readonly suite: number
  readonly master: Buffer
  readonly tenant: string
  /** Empty when the client sent none. */
  readonly serverName: string
  readonly identity: PeerIdentity
  /** Of the full handshake, milliseconds since 1970. */
  readonly establishedAt: number
}

export interface TicketKey {
  /** 16 octets. */
  readonly name: Uint8Array
  /** 32 octets, for AES-256-GCM. */
  readonly key: Uint8Array
}

export interface ResumptionStore {
  readonly lifetimeMs: number
  /** A ticket of 16 + 12 + n + 16 octets, or `undefined` where tickets are off. */
  sealTicket(session: ResumableSession, random: RandomSource): Buffer | undefined
  openTicket(ticket: Buffer): ResumableSession | undefined
  remember(sessionId: Buffer, session: ResumableSession): void
  recall(sessionId: Buffer): ResumableSession | undefined
}

const FORMAT = 1
const NAME_LENGTH = 16
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/**
 * `keys` gives the newest key first and is asked each time, so keys can rotate; nodes that share them share sessions.
 * `cacheLimit`: sessions held by id, in this process only.
 */
export function createResumptionStore(
  keys: () => readonly TicketKey[],
  { lifetimeMs = 24 * 60 * 60 * 1000, cacheLimit = 1000 } = {},
): ResumptionStore {
  const byId = new Map<string, ResumableSession>()
  return {
    lifetimeMs,
    sealTicket: (session, random) => {
      const [newest] = keys()
      return newest && sealTicket(newest, session, random(NONCE_LENGTH))
    },
    openTicket: (ticket) => {
      const key = keys().find(({ name }) => ticket.subarray(0, NAME_LENGTH).equals(name))
      return key && openTicket(key, ticket)
    },
    remember(sessionId, session) {
      byId.set(sessionId.toString('latin1'), session)
      const oldest = byId.keys().next()
      if (byId.size > cacheLimit && !oldest.done) byId.delete(oldest.value)
    },
    recall: (sessionId) => byId.get(sessionId.toString('latin1')),
  }
}

function sealTicket({ name, key }: TicketKey, session: ResumableSession, nonce: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(name)
  const sealed = [cipher.update(writeResumableSession(session)), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([name, nonce, ...sealed])
}

/** Any octets may come as a ticket; what does not open is no ticket of ours. */
function openTicket({ name, key }: TicketKey, ticket: Buffer): ResumableSession | undefined {
  const start = NAME_LENGTH + NONCE_LENGTH
  const end = ticket.length - TAG_LENGTH
  if (end < start) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, ticket.subarray(NAME_LENGTH, start))
  decipher.setAAD(name).setAuthTag(ticket.subarray(end))
  try {
    const plaintext = Buffer.concat([decipher.update(ticket.subarray(start, end)), decipher.final()])
    return readResumableSession(plaintext)
  } catch {
    return undefined
  }
}

function writeResumableSession(session: ResumableSession): Buffer {
  return Buffer.concat([
    uint8(FORMAT),
    uint16(session.suite),
    session.master,
    uint48(session.establishedAt),
    vector8(Buffer.from(session.tenant)),
    vector8(Buffer.from(session.serverName)),
    vector16(writeIdentity(session.identity)),
  ])
}

function readResumableSession(plaintext: Buffer): ResumableSession {
  const reader = new OctetReader(plaintext)
  if (reader.uint8() !== FORMAT) throw new DecodeFault('a ticket of another format')
  const session = {
    suite: reader.uint16(),
    master: reader.octets(MASTER_SECRET_LENGTH),
    establishedAt: reader.uint48(),
    tenant: reader.vector8().toString(),
    serverName: reader.vector8().toString(),
    identity: readIdentity(reader.vector16(1)),
  }
  reader.end()
  return session
}

const KINDS = ['anonymous', 'psk', 'certificate', 'raw-public-key'] as const

export function writeIdentity(identity: PeerIdentity): Buffer {
  const kind = uint8(KINDS.indexOf(identity.kind))
  switch (identity.kind) {
    case 'anonymous':
      return kind
    case 'psk':
      return Buffer.concat([kind, Buffer.from(identity.identity)])
    case 'certificate':
      return Buffer.concat([
        kind,
        uint48(identity.notAfter),
        Buffer.from(identity.thumbprint, 'hex'),
        Buffer.from(identity.authority, 'hex'),
      ])
    case 'raw-public-key':
      return Buffer.concat([kind, Buffer.from(identity.thumbprint, 'hex')])
  }
}

/** @throws {DecodeFault} */
export function readIdentity(octets: Buffer): PeerIdentity {
  const reader = new OctetReader(octets)
  const kind = KINDS[reader.uint8()]
  switch (kind) {
    case 'anonymous':
      return { kind }
    case 'psk':
      return { kind, identity: reader.octets(reader.remaining).toString() }
    case 'certificate':
      return {
        kind,
        notAfter: reader.uint48(),
        thumbprint: reader.octets(32).toString('hex'),
        authority: reader.octets(reader.remaining).toString('hex'),
      }
    case 'raw-public-key':
      return { kind, thumbprint: reader.octets(32).toString('hex') }
    default:
      throw new DecodeFault('an identity of unknown kind')
  }
}
