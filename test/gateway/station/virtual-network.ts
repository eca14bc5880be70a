/**
 * Time and a network that exist only as a queue: datagrams take their time, get lost, doubled and overtaken, by a seed.
 * What is really asynchronous (the edge, a vault) is waited for while time stands still.
 */
import type { SeededRandom } from '../../simulator/seeded-random.ts'

interface Event {
  readonly at: number
  readonly order: number
  readonly happen: () => void
}

export interface NetworkFaults {
  readonly loss: number
  readonly duplication: number
  /** Milliseconds one way, from and to. */
  readonly latency: readonly [number, number]
}

export const PERFECT: NetworkFaults = { loss: 0, duplication: 0, latency: [20, 20] }

export class VirtualNetwork {
  now: number
  faults: NetworkFaults
  /** Datagrams put on the way. */
  datagrams = 0
  readonly #random: SeededRandom
  readonly #queue: Event[] = []
  readonly #outstanding = new Set<Promise<unknown>>()
  #order = 0

  constructor(start: number, random: SeededRandom, faults: NetworkFaults = PERFECT) {
    this.now = start
    this.#random = random
    this.faults = faults
  }

  /** Time does not pass before `work` is done. */
  track<T>(work: Promise<T>): Promise<T> {
    const tracked: Promise<unknown> = work.then(
      () => this.#outstanding.delete(tracked),
      () => this.#outstanding.delete(tracked),
    )
    this.#outstanding.add(tracked)
    return work
  }

  at(time: number, happen: () => void): void {
    const event = { at: Math.max(time, this.now), order: this.#order++, happen }
    push(this.#queue, event)
  }

  /** Puts a datagram on its way; `deliver` is called when, and as often as, it arrives. */
  carry(deliver: () => void): void {
    this.datagrams++
    const { loss, duplication, latency } = this.faults
    const [least, most] = latency
    const arrive = () => this.at(this.now + least + this.#random.below(most - least + 1), deliver)
    if (!this.#random.chance(loss)) arrive()
    if (this.#random.chance(duplication)) arrive()
  }

  /** Calls `timeout` when `wakeAt` last said so. */
  timer(timeout: () => void): (at: number | undefined) => void {
    let due: number | undefined
    return (at) => {
      due = at
      if (at === undefined || at === Number.POSITIVE_INFINITY) return
      this.at(at, () => {
        if (due !== at) return
        due = undefined
        timeout()
      })
    }
  }

  /** Lets everything happen until `until`, or until `isDone`. */
  async run(until: number, isDone: () => boolean = () => false): Promise<void> {
    await this.#settle()
    while (!isDone()) {
      const next = this.#queue[0]
      if (!next || next.at > until) break
      pop(this.#queue)
      this.now = next.at
      next.happen()
      await this.#settle()
    }
    if (!isDone()) this.now = until
  }

  /** Runs until `work` is done. */
  async until<T>(work: Promise<T>, limitMs = 600_000): Promise<T> {
    let isDone = false
    const watched = work.finally(() => {
      isDone = true
    })
    await this.run(this.now + limitMs, () => isDone)
    if (!isDone) throw new Error(`nothing came of it within ${limitMs / 1000} virtual seconds`)
    return watched
  }

  async #settle(): Promise<void> {
    // What follows a promise may start further work: one turn of the event loop shows it.
    do {
      await Promise.all(this.#outstanding)
      await new Promise((resolve) => setImmediate(resolve))
    } while (this.#outstanding.size > 0)
  }
}

/** A binary heap, the earliest first. */
function isBefore(one: Event | undefined, other: Event | undefined): boolean {
  if (!one || !other) return false
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

function swap(heap: Event[], one: number, other: number): void {
  const [first, second] = [heap[one], heap[other]]
  if (!first || !second) return
  heap[one] = second
  heap[other] = first
}

function push(heap: Event[], event: Event): void {
  heap.push(event)
  for (let index = heap.length - 1; index > 0; ) {
    const parent = (index - 1) >> 1
    if (!isBefore(heap[index], heap[parent])) return
    swap(heap, index, parent)
    index = parent
  }
}

function pop(heap: Event[]): Event | undefined {
  swap(heap, 0, heap.length - 1)
  const event = heap.pop()
  for (let index = 0; ; ) {
    const left = 2 * index + 1
    const smaller = isBefore(heap[left + 1], heap[left]) ? left + 1 : left
    if (!isBefore(heap[smaller], heap[index])) return event
    swap(heap, index, smaller)
    index = smaller
  }
}
