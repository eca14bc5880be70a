/**
 * Connection IDs that lead a datagram to its session: 8 octets, of which the first names the key and the others are
 * node, worker and 40 random bits, permuted so that nobody outside can tell the nodes apart or count them.
 */
import { createCipheriv, hkdfSync } from 'node:crypto'

export const CONNECTION_ID_LENGTH = 8
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

interface Key {
  readonly id: number
  readonly octets: Buffer
}

function deriveKey(clusterKey: Uint8Array): Key {
  const derived = Buffer.from(hkdfSync('sha256', clusterKey, '', 'edge-eim connection id', 17))
  return { id: derived[16] ?? 0, octets: derived.subarray(0, 16) }
}

/** The first 28 bits of AES-128 over round and half. */
function roundOf(key: Key, round: number, half: number): number {
  const block = Buffer.alloc(BLOCK)
  block[0] = round
  block.writeUInt32BE(half, 4)
  const cipher = createCipheriv('aes-128-ecb', key.octets, null).setAutoPadding(false)
  return cipher.update(block).readUInt32BE(0) >>> (32 - HALF_BITS)
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
    return plain
  }

  /** Who made it; undefined for one that no node of this cluster can have made. */
  read(connectionId: Uint8Array): Owner | undefined {
    const key = this.#all.find(({ id }) => id === connectionId[0])
    if (!key || connectionId.length !== CONNECTION_ID_LENGTH) return undefined
    const octets = Buffer.from(connectionId)
    writeHalves(octets, 1, restore(key, halvesOf(octets, 1)))
    const [, node = 0, worker = 0] = octets
    return { node, worker }
  }
}
