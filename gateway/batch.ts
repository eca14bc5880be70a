/**
 * Gathers what comes in one turn of the event loop, to be dealt with together: it crosses to another thread as one
 * message, and code that runs over all of it finds itself in the processor's cache.
 */
export class Batch<T> {
  readonly #take: (items: readonly T[]) => void
  readonly #schedule: (flush: () => void) => void
  readonly #whenDue = () => this.flush()
  #items: T[] = []

  /** `schedule` says until when: to the end of the turn, or with `queueMicrotask` to the end of what runs now. */
  constructor(take: (items: readonly T[]) => void, schedule: (flush: () => void) => void = setImmediate) {
    this.#take = take
    this.#schedule = schedule
  }

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  add(item: T): void {
    if (this.#items.push(item) === 1) this.#schedule(this.#whenDue)
  }

  /** Without waiting. */
  flush(): void {
    const items = this.#items
    this.#items = []
    if (items.length > 0) this.#take(items)
  }
}
