/** Spoils messages in the ways that break parsers. */
import type { Random } from './random.ts'

const LONGEST = 8192
const MOST_CHANGES = 4
/** Length octets that promise much: the long forms, with and without a count that is too high, and the indefinite one. */
const TELLING_LENGTHS = [0x00, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0xfe, 0xff]
/** Where the header of an element usually is: tags of this area, to be put in wrong places. */
const TELLING_TAGS = [0x30, 0x80, 0x82, 0xa0, 0xa1, 0xbf, 0x5a, 0x5f, 0x9f, 0x02, 0x04, 0x00, 0xff]

type Change = (message: Message, random: Random, seeds: readonly Uint8Array[]) => void

/** Octets under change, at the front of a buffer that is used again and again. */
class Message {
  readonly buffer = new Uint8Array(LONGEST)
  length = 0

  start(octets: Uint8Array): void {
    this.length = Math.min(octets.length, LONGEST)
    this.buffer.set(octets.subarray(0, this.length))
  }

  insert(at: number, octets: Uint8Array): void {
    const added = octets.subarray(0, LONGEST - this.length)
    this.buffer.copyWithin(at + added.length, at, this.length)
    this.buffer.set(added, at)
    this.length += added.length
  }

  remove(at: number, count: number): void {
    this.buffer.copyWithin(at, at + count, this.length)
    this.length -= count
  }
}

const flipBit: Change = ({ buffer, length }, random) => {
  const at = random.below(length)
  buffer[at] = (buffer[at] ?? 0) ^ (1 << random.below(8))
}

const setOctet: Change = ({ buffer, length }, random) => {
  buffer[random.below(length)] = random.below(256)
}

const setLength: Change = ({ buffer, length }, random) => {
  buffer[random.below(length)] = TELLING_LENGTHS[random.below(TELLING_LENGTHS.length)] ?? 0
}

const setTag: Change = ({ buffer, length }, random) => {
  buffer[random.below(length)] = TELLING_TAGS[random.below(TELLING_TAGS.length)] ?? 0
}

/** Most length octets are near the front, one more or less is the subtlest of lies. */
const nudgeLength: Change = ({ buffer, length }, random) => {
  const at = random.below(Math.min(length, 16))
  buffer[at] = (buffer[at] ?? 0) + (random.below(2) === 0 ? 1 : -1)
}

const truncate: Change = (message, random) => {
  message.length = random.below(message.length) + 1
}

const removeSpan: Change = (message, random) => {
  const at = random.below(message.length)
  message.remove(at, 1 + random.below(Math.min(16, message.length - at)))
}

const repeatSpan: Change = (message, random) => {
  const at = random.below(message.length)
  const span = message.buffer.slice(at, Math.min(message.length, at + 1 + random.below(32)))
  message.insert(at, span)
}

const splice: Change = (message, random, seeds) => {
  const other = seeds[random.below(seeds.length)] ?? new Uint8Array(1)
  const from = random.below(other.length)
  message.insert(random.below(message.length), other.subarray(from, from + 1 + random.below(64)))
}

const randomize: Change = (message, random) => {
  for (let at = random.below(message.length); at < message.length; at++)
    message.buffer[at] = random.below(256)
}

/** The rare ones once, the subtle ones more often. */
const CHANGES = [
  flipBit,
  flipBit,
  flipBit,
  setOctet,
  setOctet,
  setLength,
  setLength,
  setTag,
  nudgeLength,
  nudgeLength,
  truncate,
  removeSpan,
  repeatSpan,
  splice,
  splice,
  randomize,
]

/** Gives one spoiled message after the other; each is valid only until the next is asked for. */
export function mutator(seeds: readonly Uint8Array[], random: Random): () => Uint8Array {
  const message = new Message()
  return () => {
    message.start(seeds[random.below(seeds.length)] ?? Uint8Array.of(0))
    for (let changes = 1 + random.below(MOST_CHANGES); changes > 0 && message.length > 0; changes--) {
      CHANGES[random.below(CHANGES.length)]?.(message, random, seeds)
    }
    return message.buffer.subarray(0, message.length)
  }
}
