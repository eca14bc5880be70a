/**
 * Connection IDs that lead a datagram to its session: 10 octets. The first names the key; the next 7 are node, worker and
 * 40 random bits, permuted so that nobody outside can tell the nodes apart or count them; the last 2 are a MAC over the
 * others, so that a made-up one costs no look-up: one in 65 536 is believed.
 */
import { createCipheriv, hkdfSync, timingSafeEqual } from 'node:crypto'
import { CONNECTION_ID_OFFSET } from './dtls/index.ts'

/** Octets. */
export const CONNECTION_ID_LENGTH = 10
/** Octets. */
export const RANDOM_LENGTH = 5

export interface Owner {
  /** 0 to 255 */
  readonly node: number
  /** 0 to 255 */
  readonly worker: number
}

const HALF_BITS = 28
const HALF_MASK = 2 ** HALF_BITS - 1
/** Of a Feistel network of two halves of 28 bits; the middle ones hide what the outer ones let through. */
const ROUNDS = 8
const BLOCK = 16
/** Octets of the Connection ID in front of its check. */
const CHECKED_LENGTH = 8

interface Key {
  /** 0 to 255; other keys may have the same one. */
  readonly id: number
  readonly ofPermutation: Buffer
  readonly ofCheck: Buffer
}

function deriveKey(clusterKey: Uint8Array): Key {
  const derived = Buffer.from(hkdfSync('sha256', clusterKey, '', 'edge-eim connection id', 33))
  return {
    id: derived[16] ?? 0,
    ofPermutation: derived.subarray(0, 16),
    ofCheck: derived.subarray(17),
  }
}

/** AES-128 of one block. */
function encipher(key: Buffer, block: Buffer): Buffer {
  return createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block)
}

/** The first 2 octets of AES-128 over the 8 in front of them; never more nor fewer, so one block with zeros behind is a MAC. */
function checkOf(key: Key, connectionId: Uint8Array): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.set(connectionId.subarray(0, CHECKED_LENGTH))
  return encipher(key.ofCheck, block).subarray(0, CONNECTION_ID_LENGTH - CHECKED_LENGTH)
}

function isMadeUnder(key: Key, connectionId: Uint8Array): boolean {
  return (
    key.id === connectionId[0] &&
    timingSafeEqual(checkOf(key, connectionId), connectionId.subarray(CHECKED_LENGTH))
  )
}

/** The first 28 bits of AES-128 over round and half. */
function roundOf(key: Key, round: number, half: number): number {
  const block = Buffer.alloc(BLOCK)
  block[0] = round
  block.writeUInt32BE(half, 4)
  return encipher(key.ofPermutation, block).readUInt32BE(0) >>> (32 - HALF_BITS)
}

type Halves = readonly [left: number, right: number]

function permute(key: Key, [left, right]: Halves): Halves {
  let halves: Halves = [left, right]
  for (let round = 0; round < ROUNDS; round++) {
    halves = [halves[1], (halves[0] ^ roundOf(key, round, halves[1])) & HALF_MASK]
  }
  return halves
}

function restore(key: Key, [left, right]: Halves): Halves {
  let halves: Halves = [left, right]
  for (let round = ROUNDS - 1; round >= 0; round--) {
    halves = [(halves[1] ^ roundOf(key, round, halves[0])) & HALF_MASK, halves[0]]
  }
  return halves
}

/** 7 octets as two halves of 28 bits, and back. */
function halvesOf(octets: Buffer, start: number): Halves {
  const first = octets.readUInt32BE(start)
  const rest = octets.readUIntBE(start + 4, 3)
  return [first >>> 4, ((first & 0xf) << 24) | rest]
}

function writeHalves(octets: Buffer, start: number, [left, right]: Halves): void {
  octets.writeUInt32BE(((left << 4) | (right >>> 24)) >>> 0, start)
  octets.writeUIntBE(right & 0xffffff, start + 4, 3)
}

/** What the first record of a datagram has in the place of one (RFC 9146 §4); shorter when the datagram ends there. */
export function connectionIdIn(datagram: Uint8Array): Uint8Array {
  return datagram.subarray(CONNECTION_ID_OFFSET, CONNECTION_ID_OFFSET + CONNECTION_ID_LENGTH)
}

export class ConnectionIds {
  readonly #current: Key
  readonly #all: readonly Key[]

  /** 32 octets each; Connection IDs made under the previous ones are still read. */
  constructor(clusterKey: Uint8Array, previous: readonly Uint8Array[] = []) {
    this.#current = deriveKey(clusterKey)
    this.#all = [this.#current, ...previous.map(deriveKey)]
  }

  /** `random`: {@link RANDOM_LENGTH} octets that nobody can guess. */
  create({ node, worker }: Owner, random: Uint8Array): Buffer {
    const plain = Buffer.concat([Buffer.of(this.#current.id, node, worker), random])
    writeHalves(plain, 1, permute(this.#current, halvesOf(plain, 1)))
    return Buffer.concat([plain, checkOf(this.#current, plain)])
  }

  /** Who made it; undefined for one that no node of this cluster has made, as its check tells. */
  read(connectionId: Uint8Array): Owner | undefined {
    if (connectionId.length !== CONNECTION_ID_LENGTH) return undefined
    const key = this.#all.find((each) => isMadeUnder(each, connectionId))
    if (!key) return undefined
    const octets = Buffer.from(connectionId)
    writeHalves(octets, 1, restore(key, halvesOf(octets, 1)))
    const [, node = 0, worker = 0] = octets
    return { node, worker }
  }
}
