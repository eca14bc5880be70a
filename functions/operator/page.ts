/** Lists as the API gives them: the elements, and where to go on. */

export interface PageOf<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
}

/** `cursorOf` names the place after which the next page begins; a short page is the last one. */
export function page<T>(data: readonly T[], limit: number, cursorOf: (last: T) => string): PageOf<T> {
  const last = data.at(-1)
  return { data, nextCursor: last !== undefined && data.length === limit ? cursorOf(last) : null }
}
