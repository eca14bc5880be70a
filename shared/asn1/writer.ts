/**
 * Writes DER back to front: when a header is due its content already stands behind it, so every length is known and
 * nothing is copied or measured twice.
 */
import type { Octets } from '../octets.ts'

export class Writer {
  #buffer = new Uint8Array(512)
  #start = 512

  /** A position to hand to {@link header} once the content is in front of it. */
  get mark(): number {
    return this.#buffer.length - this.#start
  }

  octet(value: number): void {
    if (this.#start === 0) this.#grow(1)
    this.#buffer[--this.#start] = value
  }

  octets(value: Uint8Array): void {
    if (this.#start < value.length) this.#grow(value.length)
    this.#start -= value.length
    this.#buffer.set(value, this.#start)
  }

  /** Puts tag and minimal length in front of everything written since `mark`. */
  header(tag: number, mark: number): void {
    const length = this.mark - mark
    if (length < 0x80) this.octet(length)
    else this.#longLength(length)
    for (let rest = tag; rest > 0; rest = Math.floor(rest / 256)) this.octet(rest & 0xff)
  }

  finish(): Octets {
    return this.#buffer.slice(this.#start)
  }

  #longLength(length: number): void {
    let count = 0
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256), count++) this.octet(rest & 0xff)
    this.octet(0x80 | count)
  }

  #grow(needed: number): void {
    const used = this.mark
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, used + needed))
    larger.set(this.#buffer.subarray(this.#start), larger.length - used)
    this.#buffer = larger
    this.#start = larger.length - used
  }
}

/** One element around `content`. */
export function wrap(tag: number, content: Uint8Array): Octets {
  const writer = new Writer()
  writer.octets(content)
  writer.header(tag, 0)
  return writer.finish()
}
