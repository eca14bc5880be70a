/** CHOICE: an object with exactly one member. A tag given to a CHOICE always goes around the alternative (X.680 §31.2.7). */
import { Asn1Fault, locate } from './asn1-fault.ts'
import {
  decodeElement,
  encodeElement,
  type Json,
  keepRaw,
  type Meant,
  parseTag,
  type Schema,
} from './schema.ts'
import { membersOf, UNTAGGED } from './sequence.ts'
import { readTlv, showTag } from './tlv.ts'

/** One alternative: its tag (as in the standard) and type; `UNTAGGED` when the type is itself an untagged CHOICE. */
export interface Alternative<T> {
  readonly tag: number | undefined
  readonly schema: Schema<T>
}

export function alternative<T>(tag: string, schema: Schema<T>): Alternative<T> {
  return { tag: tag === UNTAGGED ? undefined : parseTag(tag), schema }
}

type AlternativeValue<A> = A extends { readonly schema: Schema<infer T> } ? T : never

/** One member is there, the others are known to be absent: `value.enable?.iccid` needs no cast. */
export type ChoiceValue<A> = {
  [Name in keyof A]: { readonly [Is in Name]: AlternativeValue<A[Name]> } & {
    readonly [Not in Exclude<keyof A, Name>]?: never
  }
}[keyof A]

interface NamedAlternative extends Alternative<unknown> {
  readonly name: string
}

/** Turns what stands inside the tag of a CHOICE, but is none of its alternatives, into one that is; see {@link choice}. */
export type Tolerance = (octets: Uint8Array, start: number, end: number) => Meant | undefined

/**
 * Declares a CHOICE. `tag` is `UNTAGGED` or the tag around the alternative.
 * `tolerance`, for known devices that write it otherwise, may name the alternative whose content begins at `start`.
 */
export function choice<const A extends { readonly [name: string]: Alternative<unknown> }>(
  tag: string,
  alternatives: A,
  tolerance?: Tolerance,
): Schema<ChoiceValue<A>> {
  const list: NamedAlternative[] = Object.entries(alternatives).map(([name, each]) => ({ name, ...each }))
  const own = tag === UNTAGGED ? undefined : parseTag(tag)
  type Value = ChoiceValue<A>
  const isAlternative = (found: number) => list.some((each) => matches(each, found))
  return {
    tag: own,
    shape: { kind: 'choice', members: list, ...(tolerance && { meant: tolerance }) },
    accepts: (found) => (own === undefined ? isAlternative(found) : found === own),
    decodeContent(octets, start, end, elementStart) {
      const decoded = tolerance && tolerated(list, tolerance, octets, start, end)
      return keepRaw(
        decoded ?? decodeAlternative(list, octets, start, end),
        octets,
        elementStart,
        end,
      ) as Value
    },
    encodeContent(value, writer) {
      const [each, member] = chosen(list, value)
      try {
        encodeElement(each.schema, each.tag, member, writer)
      } catch (error) {
        throw locate(error, each.name)
      }
    },
    toJson(value) {
      const [each, member] = chosen(list, value)
      return { [each.name]: each.schema.toJson(member) }
    },
    fromJson: (json) => fromJson(list, json) as Value,
  }
}

function matches(candidate: Alternative<unknown>, tag: number): boolean {
  return candidate.tag === undefined ? candidate.schema.accepts(tag) : candidate.tag === tag
}

function decodeAlternative(
  list: readonly NamedAlternative[],
  octets: Uint8Array,
  start: number,
  end: number,
): object {
  const tlv = readTlv(octets, start, end)
  if (tlv.end !== end)
    throw new Asn1Fault(`${end - tlv.end} octets follow the alternative of a CHOICE`, tlv.end)
  const found = list.find((each) => matches(each, tlv.tag))
  if (!found) throw new Asn1Fault(`${showTag(tlv.tag)} is no alternative here`, tlv.start)
  try {
    return { [found.name]: decodeElement(found.schema, found.tag, octets, tlv) }
  } catch (error) {
    throw locate(error, found.name)
  }
}

function tolerated(
  list: readonly NamedAlternative[],
  tolerance: Tolerance,
  octets: Uint8Array,
  start: number,
  end: number,
): object | undefined {
  const meant = tolerance(octets, start, end)
  const found = meant && list.find((each) => each.name === meant.name)
  if (!meant || !found) return undefined
  try {
    return { [found.name]: found.schema.decodeContent(octets, meant.start, end, start) }
  } catch (error) {
    throw locate(error, found.name)
  }
}

function chosen(list: readonly NamedAlternative[], value: object): [NamedAlternative, unknown] {
  for (const each of list) {
    const member: unknown = Reflect.get(value, each.name)
    if (member !== undefined) return [each, member]
  }
  throw new Asn1Fault('no alternative of the CHOICE is given', 0)
}

function fromJson(list: readonly NamedAlternative[], json: Json): object {
  const members = Object.entries(membersOf(json))
  const [name, member] = members[0] ?? []
  const found = list.find((each) => each.name === name)
  if (members.length !== 1 || !found || member === undefined) {
    throw new Asn1Fault(`exactly one of ${list.map((each) => each.name).join(', ')} was expected`, 0)
  }
  try {
    return { [found.name]: found.schema.fromJson(member) }
  } catch (error) {
    throw locate(error, found.name)
  }
}
