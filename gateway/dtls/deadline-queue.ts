/** Deadlines of many owners in virtual time: the earliest is at hand, putting one off costs nothing. */

interface Entry<Owner> {
  readonly at: number
  readonly owner: Owner
}

/** The earlier of two deadlines that there may be; asked after every datagram, so without a list. */
export function earliest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}

interface Deadline {
  at: number
  /** Of its entry in the heap: `at`, or earlier when it was put off since. */
  queuedAt: number
}

/** A binary heap in which a deadline that was put off moves only when its old time has come. */
export class DeadlineQueue<Owner> {
  readonly #deadlines = new Map<Owner, Deadline>()
  #heap: Entry<Owner>[] = []

  get size(): number {
    return this.#deadlines.size
  }

  set(owner: Owner, at: number): void {
    const deadline = this.#deadlines.get(owner)
    if (deadline && deadline.queuedAt <= at) {
      deadline.at = at
      return
    }
    this.#deadlines.set(owner, { at, queuedAt: at })
    this.#push({ at, owner })
    // Owners that change their mind often must not fill the heap.
    if (this.#heap.length > 64 + 4 * this.#deadlines.size) this.#rebuild()
  }

  delete(owner: Owner): void {
    this.#deadlines.delete(owner)
  }

  /** When to call {@link takeDue}: not later than the earliest deadline, and in vain after one was put off. */
  get next(): number | undefined {
    return this.#deadlines.size === 0 ? undefined : this.#heap[0]?.at
  }

  /** Removes and returns one owner whose deadline has come. */
  takeDue(now: number): Owner | undefined {
    for (let top = this.#heap[0]; top !== undefined && top.at <= now; top = this.#heap[0]) {
      this.#pop()
      const { at, owner } = top
      const deadline = this.#deadlines.get(owner)
      if (deadline?.queuedAt !== at) continue
      if (deadline.at === at) {
        this.#deadlines.delete(owner)
        return owner
      }
      deadline.queuedAt = deadline.at
      this.#push({ at: deadline.at, owner })
    }
    return undefined
  }

  #rebuild(): void {
    this.#heap = []
    for (const [owner, deadline] of this.#deadlines) {
      deadline.queuedAt = deadline.at
      this.#push({ at: deadline.at, owner })
    }
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
