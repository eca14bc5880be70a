/**
 * Sessions as they lie in a vault: AES-256-GCM under a key that all nodes of a cluster derive from the cluster key, the
 * Connection ID authenticated with it, so that no session can stand in for another.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { DecodeFault, readSessionState, type SessionState, writeSessionState } from '../dtls/index.ts'

const FORMAT = 1
const NONCE_OCTETS = 12
const TAG_OCTETS = 16
/** format (1) || key id (1) || generation (4) */
const HEADER_OCTETS = 6
const BODY_START = HEADER_OCTETS + NONCE_OCTETS
const KEY_OCTETS = 32
const NAME_OCTETS = 16
/** Drawn at a time: a few random octets cost as much as a few thousand. */
const NONCES = 256

interface SealingKey {
  /** One octet in front of what it seals: which key to try. */
  readonly id: number
  readonly octets: Buffer
}

function derive(clusterKey: Uint8Array, purpose: string, octets: number): Buffer {
  return Buffer.from(hkdfSync('sha256', clusterKey, '', `edge-eim ${purpose}`, octets))
}

export interface SavedSession {
  readonly state: SessionState
  /** Of the owner who saved it. */
  readonly generation: number
}

export class SessionSeal {
  readonly #current: SealingKey
  readonly #all: readonly SealingKey[]
  readonly #nameKey: Buffer
  readonly #previousNameKeys: readonly Buffer[]
  #nonces = Buffer.alloc(0)
  #nonceStart = 0

  /** 32 octets each; what the previous ones sealed still opens. */
  constructor(clusterKey: Uint8Array, previous: readonly Uint8Array[] = []) {
    const keyOf = (key: Uint8Array): SealingKey => ({
      id: derive(key, 'session key id', 1)[0] ?? 0,
      octets: derive(key, 'session key', KEY_OCTETS),
    })
    this.#current = keyOf(clusterKey)
    this.#all = [this.#current, ...previous.map(keyOf)]
    const nameKeyOf = (key: Uint8Array) => derive(key, 'session name', KEY_OCTETS)
    this.#nameKey = nameKeyOf(clusterKey)
    this.#previousNameKeys = previous.map(nameKeyOf)
  }

  /** Under which a session lies: 32 hexadecimal digits. */
  nameOf(connectionId: Uint8Array): string {
    return nameUnder(this.#nameKey, connectionId)
  }

  /** Names under which a session may lie, the present one first. */
  namesOf(connectionId: Uint8Array): string[] {
    return [this.#nameKey, ...this.#previousNameKeys].map((key) => nameUnder(key, connectionId))
  }

  /** `generation`: under which it will lie in the vault. header || nonce || ciphertext || tag */
  seal(state: SessionState, generation: number): Buffer {
    const plain = writeSessionState(state)
    const sealed = Buffer.allocUnsafe(BODY_START + plain.length + TAG_OCTETS)
    sealed[0] = FORMAT
    sealed[1] = this.#current.id
    sealed.writeUInt32BE(generation, 2)
    const nonce = this.#takeNonce()
    sealed.set(nonce, HEADER_OCTETS)
    const cipher = createCipheriv('aes-256-gcm', this.#current.octets, nonce)
    cipher.setAAD(additionalData(sealed, state.terms.ownCid))
    sealed.set(cipher.update(plain), BODY_START)
    cipher.final()
    sealed.set(cipher.getAuthTag(), BODY_START + plain.length)
    return sealed
  }

  #takeNonce(): Buffer {
    if (this.#nonceStart >= this.#nonces.length) {
      this.#nonces = randomBytes(NONCES * NONCE_OCTETS)
      this.#nonceStart = 0
    }
    const start = this.#nonceStart
    this.#nonceStart = start + NONCE_OCTETS
    return this.#nonces.subarray(start, this.#nonceStart)
  }

  /** Undefined when it was not sealed under one of these keys for this Connection ID, or is damaged. */
  open(connectionId: Uint8Array, sealed: Uint8Array): SavedSession | undefined {
    const octets = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
    if (octets.length < BODY_START + TAG_OCTETS || octets[0] !== FORMAT) return undefined
    for (const { id, octets: key } of this.#all) {
      const state = octets[1] === id ? openUnder(key, connectionId, octets) : undefined
      if (state) return { state, generation: octets.readUInt32BE(2) }
    }
    return undefined
  }
}

function nameUnder(key: Buffer, connectionId: Uint8Array): string {
  return createHmac('sha256', key).update(connectionId).digest().toString('hex', 0, NAME_OCTETS)
}

/** header || Connection ID */
function additionalData(sealed: Buffer, connectionId: Uint8Array): Buffer {
  const octets = Buffer.allocUnsafe(HEADER_OCTETS + connectionId.length)
  sealed.copy(octets, 0, 0, HEADER_OCTETS)
  octets.set(connectionId, HEADER_OCTETS)
  return octets
}

function openUnder(key: Buffer, connectionId: Uint8Array, octets: Buffer): SessionState | undefined {
  const nonce = octets.subarray(HEADER_OCTETS, BODY_START)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
  decipher.setAAD(additionalData(octets, connectionId))
  decipher.setAuthTag(octets.subarray(-TAG_OCTETS))
  try {
    const body = decipher.update(octets.subarray(BODY_START, -TAG_OCTETS))
    return readSessionState(Buffer.concat([body, decipher.final()]))
  } catch (error) {
    // Node says only «unable to authenticate data», as an Error without a code.
    if (error instanceof DecodeFault || (error instanceof Error && /authenticate/.test(error.message))) {
      return undefined
    }
    throw error
  }
}
