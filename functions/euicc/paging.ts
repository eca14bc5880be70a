/** Pages of what one eUICC has: the elements, shown or as they are, and where to go on. */
import type { Page } from './euicc-interface.ts'

export function numberOf(cursor: string | null): number | null {
  const number = Number(cursor)
  return cursor === null || !Number.isFinite(number) ? null : number
}

export function page<T>(found: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T>
export function page<T, V>(
  found: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
  view: (item: T) => V,
): Page<V>
export function page<T, V>(
  found: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
  view?: (item: T) => V,
): Page<T | V> {
  const last = found.at(-1)
  return {
    data: view ? found.map(view) : found,
    nextCursor: last !== undefined && found.length === limit ? cursorOf(last) : null,
  }
}
