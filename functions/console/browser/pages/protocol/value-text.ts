import type { Annotation } from '../../../../../shared/asn1/annotate.ts'

/** The value of an element on one line; empty for what has only elements inside. */
export function valueText({ value, children }: Annotation): string {
  if (value === undefined) return children.length === 0 ? 'empty' : ''
  if (value === null) return 'present'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
