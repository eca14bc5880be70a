/** Lets only so many calls be on their way at a time; the others wait for their turn, first come, first served. */
export class CallGate {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #onTheirWay = 0

  constructor(most: number) {
    this.#most = most
  }

  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.#onTheirWay < this.#most) this.#onTheirWay++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await call()
    } finally {
      // Whoever waits takes the place; nobody who comes meanwhile can.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#onTheirWay--
    }
  }
}
