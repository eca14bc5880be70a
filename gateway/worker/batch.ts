/** Gathers what is said in one turn of the event loop, so that it crosses to another thread as one message. */
export class Batch<T> {
  readonly #send: (items: readonly T[]) => void
  #items: T[] = []

  constructor(send: (items: readonly T[]) => void) {
    this.#send = send
  }

  add(item: T): void {
    if (this.#items.push(item) === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const items = this.#items
    this.#items = []
    this.#send(items)
  }
}
