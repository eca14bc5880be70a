/** What a schema looks like from outside, for those who walk types rather than values: annotation, generated values. */
import type { Schema } from './schema.ts'

/** Lengths allowed, in octets (OCTET STRING) or characters (UTF8String). */
export interface Size {
  readonly min: number
  readonly max: number
}

/** A field of a SEQUENCE or an alternative of a CHOICE; `tag` undefined means an untagged CHOICE stands there. */
export interface Member {
  readonly name: string
  readonly tag: number | undefined
  readonly schema: Schema<unknown>
  /** Absent for an alternative. */
  readonly presence?: 'required' | 'optional' | 'default'
}

/**
 * What a known device meant by octets that are not what the standard asks for: the member's name, and where its content
 * begins (it reaches to the end of the octets in question).
 */
export interface Meant {
  readonly name: string
  readonly start: number
}

export type Shape =
  | {
      readonly kind: 'simple'
      /** The ASN.1 type: `INTEGER`, `OCTET STRING`, … */
      readonly type: string
      readonly size?: Size | undefined
      readonly codes?: Readonly<Record<string, number>>
      readonly bits?: readonly string[]
    }
  | {
      readonly kind: 'sequence'
      readonly members: readonly Member[]
      /** The member meant by the element at [start, end), when it is not the one its tag says. */
      meant?(octets: Uint8Array, start: number, end: number): Meant | undefined
    }
  | {
      readonly kind: 'choice'
      readonly members: readonly Member[]
      /** The alternative meant by the content [start, end) of a CHOICE. */
      meant?(octets: Uint8Array, start: number, end: number): Meant | undefined
    }
  | { readonly kind: 'list'; readonly elementTag: number | undefined; readonly element: Schema<unknown> }
  /** Elements that this codec does not look into. */
  | { readonly kind: 'open' }
