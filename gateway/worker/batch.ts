/**
 * Gathers what comes in one turn of the event loop, to be dealt with together: it crosses to another thread as one
 * message, and code that runs over all of it finds itself in the processor's cache.
 */
export class Batch<T> {
  readonly #take: (items: readonly T[]) => void
  readonly #whenDue = () => this.flush()
  #items: T[] = []

  constructor(take: (items: readonly T[]) => void) {
    this.#take = take
  }

  add(item: T): void {
    if (this.#items.push(item) === 1) setImmediate(this.#whenDue)
  }

  /** Without waiting for the end of the turn. */
  flush(): void {
    const items = this.#items
    this.#items = []
    if (items.length > 0) this.#take(items)
  }
}
