/** A message laid out for the page: its elements in one list with their depth, and which of them an octet belongs to. */
import type { Annotation } from '../../../../../shared/asn1/annotate.ts'

export interface Row {
  /** Its place in the list, by which it is chosen. */
  readonly index: number
  readonly depth: number
  readonly node: Annotation
  /** The row of the element around it; null at the top. */
  readonly parent: number | null
  readonly hasChildren: boolean
}

/** Octets from `start` up to `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export function rowsOf(tree: readonly Annotation[]): readonly Row[] {
  const rows: Row[] = []
  const walk = (nodes: readonly Annotation[], depth: number, parent: number | null) => {
    for (const node of nodes) {
      const index = rows.length
      rows.push({ index, depth, node, parent, hasChildren: node.children.length > 0 })
      walk(node.children, depth + 1, index)
    }
  }
  walk(tree, 0, null)
  return rows
}

/** The innermost element that an octet belongs to. */
export function rowAt(rows: readonly Row[], offset: number): Row | undefined {
  return rows.findLast(({ node }) => offset >= node.offset && offset < node.offset + node.length)
}

export function spanOf({ node: { offset, length } }: Row): Span {
  return { start: offset, end: offset + length }
}

/** Tag and length; what is left is the content. */
export function headOf({ node: { tag, offset } }: Row, octets: Uint8Array): Span {
  const tagOctets = tag.length / 2
  if (tagOctets === 0) return { start: offset, end: offset }
  const length = octets[offset + tagOctets] ?? 0
  const lengthOctets = length < 0x80 ? 1 : 1 + (length & 0x7f)
  return { start: offset, end: offset + tagOctets + lengthOctets }
}

/** Rows of which no element around them is closed. */
export function visibleRows(rows: readonly Row[], closed: ReadonlySet<number>): readonly Row[] {
  const hidden = new Set<number>()
  return rows.filter(({ index, parent }) => {
    if (parent !== null && (hidden.has(parent) || closed.has(parent))) hidden.add(index)
    return !hidden.has(index)
  })
}

/** What a key does in the tree: another row, or the chosen one opened or closed. */
export type Step =
  | { readonly kind: 'choose'; readonly index: number }
  | { readonly kind: 'open'; readonly index: number }
  | { readonly kind: 'close'; readonly index: number }

/** The keys of a tree as readers of trees expect them (WAI-ARIA). */
export function stepFor(
  key: string,
  rows: readonly Row[],
  closed: ReadonlySet<number>,
  chosen: number,
): Step | undefined {
  const visible = visibleRows(rows, closed)
  const place = visible.findIndex(({ index }) => index === chosen)
  const current = visible[place]
  const choose = (row: Row | undefined): Step | undefined => row && { kind: 'choose', index: row.index }
  switch (key) {
    case 'ArrowDown':
      return choose(visible[place + 1])
    case 'ArrowUp':
      return choose(visible[place - 1])
    case 'Home':
      return choose(visible[0])
    case 'End':
      return choose(visible.at(-1))
    case 'ArrowRight':
      if (!current?.hasChildren) return undefined
      return closed.has(chosen) ? { kind: 'open', index: chosen } : choose(visible[place + 1])
    case 'ArrowLeft':
      if (current?.hasChildren && !closed.has(chosen)) return { kind: 'close', index: chosen }
      return current && current.parent !== null ? { kind: 'choose', index: current.parent } : undefined
    default:
      return undefined
  }
}
