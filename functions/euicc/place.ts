/** Where a page of a list that is ordered by time ended: instant and id, since many things share a millisecond. */

export interface Place {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly id: string
}

export function writePlace({ at, id }: Place): string {
  return `${at}~${id}`
}

/** Null for the beginning, and for a cursor that none of our pages gave. */
export function readPlace(cursor: string | null): Place | null {
  const [, at, id] = /^([0-9]{1,15})~(.+)$/.exec(cursor ?? '') ?? []
  return at === undefined || id === undefined ? null : { at: Number(at), id }
}
