/**
 * Memory for what an idle session must keep. A hundred thousand sleeping devices as objects with Buffers would cost
 * kilobytes each; here the octets and numbers of many sessions share one page.
 */

const SLOTS_PER_PAGE = 256
/** Slots come in multiples of this many octets, so that a few kinds of page suit every suite. */
const GRAIN = 16
/** Numbers per slot. */
export const SLOT_NUMBERS = 10

interface SlabPage {
  readonly slotLength: number
  readonly octets: Buffer
  readonly numbers: Float64Array
  readonly free: number[]
}

export interface Slot {
  readonly page: SlabPage
  readonly index: number
}

/** What a session has that gave its own back: nobody else's keys. */
export const RELEASED: Slot = { page: createPage(0), index: 0 }

export class SessionSlab {
  readonly #pages = new Map<number, SlabPage[]>()

  /** A slot of at least `length` octets and {@link SLOT_NUMBERS} numbers, all zero. */
  allocate(length: number): Slot {
    const slotLength = Math.ceil(length / GRAIN) * GRAIN
    const pages = this.#pages.get(slotLength) ?? []
    this.#pages.set(slotLength, pages)
    let page = pages.at(-1)
    if (page === undefined || page.free.length === 0) {
      // Pages with room are kept at the end.
      page = createPage(slotLength)
      pages.push(page)
    }
    const index = page.free.pop() as number
    if (page.free.length === 0) this.#moveToFront(pages)
    return { page, index }
  }

  /** Wipes the keys and gives the slot back. */
  release({ page, index }: Slot): void {
    page.octets.fill(0, index * page.slotLength, (index + 1) * page.slotLength)
    page.numbers.fill(0, index * SLOT_NUMBERS, (index + 1) * SLOT_NUMBERS)
    page.free.push(index)
    const pages = this.#pages.get(page.slotLength)
    if (pages === undefined) return
    if (page.free.length === 1) this.#moveToEnd(pages, page)
    else if (page.free.length === SLOTS_PER_PAGE && pages.length > 1) pages.splice(pages.indexOf(page), 1)
  }

  #moveToFront(pages: SlabPage[]): void {
    const full = pages.pop()
    if (full) pages.unshift(full)
  }

  #moveToEnd(pages: SlabPage[], page: SlabPage): void {
    pages.splice(pages.indexOf(page), 1)
    pages.push(page)
  }
}

function createPage(slotLength: number): SlabPage {
  return {
    slotLength,
    octets: Buffer.alloc(slotLength * SLOTS_PER_PAGE),
    numbers: new Float64Array(SLOT_NUMBERS * SLOTS_PER_PAGE),
    free: Array.from({ length: SLOTS_PER_PAGE }, (_, index) => SLOTS_PER_PAGE - 1 - index),
  }
}
