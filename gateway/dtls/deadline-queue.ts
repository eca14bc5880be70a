/** Deadlines of many owners in virtual time: the earliest is at hand, changing one is cheap. */

interface Entry<Owner> {
  readonly at: number
  readonly owner: Owner
}

/** The earlier of two deadlines that there may be; asked after every datagram, so without a list. */
export function earliest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}

/** A binary heap whose outdated entries are skipped when they come up. */
export class DeadlineQueue<Owner> {
  readonly #current = new Map<Owner, number>()
  #heap: Entry<Owner>[] = []

  get size(): number {
    return this.#current.size
  }

  set(owner: Owner, at: number): void {
    if (this.#current.get(owner) === at) return
    this.#current.set(owner, at)
    this.#push({ at, owner })
    // Owners that change their mind often must not fill the heap.
    if (this.#heap.length > 64 + 4 * this.#current.size) this.#rebuild()
  }

  delete(owner: Owner): void {
    this.#current.delete(owner)
  }

  /** The earliest deadline. */
  get next(): number | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#current.get(top.owner) === top.at) return top.at
      this.#pop()
    }
    return undefined
  }

  /** Removes and returns one owner whose deadline has come. */
  takeDue(now: number): Owner | undefined {
    const next = this.next
    if (next === undefined || next > now) return undefined
    const owner = this.#heap[0]?.owner
    this.#pop()
    if (owner !== undefined) this.#current.delete(owner)
    return owner
  }

  #rebuild(): void {
    const entries = [...this.#current].map(([owner, at]) => ({ at, owner }))
    this.#heap = []
    for (const entry of entries) this.#push(entry)
  }

  #push(entry: Entry<Owner>): void {
    const heap = this.#heap
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] as Entry<Owner>
      if (above.at <= entry.at) break
      heap[index] = above
      index = parent
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right && right.at < (heap[child] as Entry<Owner>).at) child++
      const below = heap[child] as Entry<Owner>
      if (below.at >= last.at) break
      heap[index] = below
      index = child
    }
    heap[index] = last
  }
}
