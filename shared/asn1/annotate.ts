/**
 * A message laid out for people: every element with its name, type, place and value. It never refuses: what does not fit
 * the type, or is not even an element, becomes a node that says so.
 */
import { toHex } from '../octets.ts'
import { Asn1Fault } from './asn1-fault.ts'
import type { Json, Meant, Member, Schema, Shape } from './schema.ts'
import { isConstructed, readTlv, showTag, type Tlv } from './tlv.ts'

/** One element, or octets that should have been one. */
export interface Annotation {
  /** The field's name; `[0]` in a list, `euiccPackage.psmoList` where a CHOICE without a tag of its own stands, empty when unknown. */
  readonly name: string
  /** The standard's name of the type, where it has one. */
  readonly type?: string
  /** Identifier octets in hex; empty for octets that are no element, and for a tag that the sender left out. */
  readonly tag: string
  /** First octet of the element within the message. */
  readonly offset: number
  /** Octets of the whole element, tag and length included. */
  readonly length: number
  /** Of a simple type; hex when the type is unknown or the value broke it. */
  readonly value?: Json
  /** The standard's name of an INTEGER's value. */
  readonly codeName?: string
  /** What is wrong with the element. */
  readonly problem?: string
  readonly children: readonly Annotation[]
}

type Inside = Pick<Annotation, 'value' | 'codeName' | 'problem' | 'children'>

/** Who an element is among its siblings; undefined for a stranger. */
type Place = { name: string; schema: Schema<unknown>; tag: number | undefined; start?: number } | undefined

interface Walk {
  readonly octets: Uint8Array
  readonly typeOf: (schema: Schema<unknown>) => string | undefined
}

const DEEPEST = 32

/**
 * Lays out `octets` as one message of type `schema`, or as bare elements when it is undefined. More than one node comes
 * back only when octets follow the message.
 */
export function annotate(
  octets: Uint8Array,
  name: string,
  schema: Schema<unknown> | undefined,
  typeOf: (schema: Schema<unknown>) => string | undefined = () => undefined,
): readonly Annotation[] {
  const walk = { octets, typeOf }
  return eachElement(walk, 0, octets.length, 0, (_tlv, index) =>
    schema && index === 0 ? { name, schema, tag: schema.tag } : undefined,
  )
}

function eachElement(
  walk: Walk,
  start: number,
  end: number,
  depth: number,
  placeOf: (tlv: Tlv, index: number) => Place,
): Annotation[] {
  const nodes: Annotation[] = []
  for (let offset = start; offset < end; ) {
    const tlv = attempt(() => readTlv(walk.octets, offset, end))
    if (tlv instanceof Asn1Fault) {
      nodes.push({ ...remainder(walk, offset, end), problem: tlv.message })
      break
    }
    nodes.push(annotateElement(walk, placeOf(tlv, nodes.length), tlv, depth))
    offset = tlv.end
  }
  return nodes
}

function attempt<T>(read: () => T): T | Asn1Fault {
  try {
    return read()
  } catch (error) {
    if (error instanceof Asn1Fault) return error
    throw error
  }
}

function remainder(walk: Walk, start: number, end: number): Annotation {
  const value = toHex(walk.octets.subarray(start, end))
  return { name: '', tag: '', offset: start, length: end - start, value, children: [] }
}

function annotateElement(walk: Walk, place: Place, tlv: Tlv, depth: number): Annotation {
  if (!place || (place.tag !== undefined && place.start === undefined && place.tag !== tlv.tag)) {
    return stranger(walk, place?.name ?? '', tlv, depth)
  }
  const { name, schema } = place
  if (place.tag === undefined && schema.shape.kind === 'choice') {
    const found = alternativeOf(walk, schema.shape, tlv.start, tlv.end, tlv.tag)
    return annotateElement(walk, found && { ...found, name: `${name}.${found.name}` }, tlv, depth)
  }
  const type = walk.typeOf(schema)
  return {
    name,
    ...(type !== undefined && { type }),
    ...whereabouts(tlv),
    ...inside(walk, schema, place.start ?? tlv.contentStart, tlv.end, tlv.start, depth + 1),
  }
}

function whereabouts(tlv: Tlv): Pick<Annotation, 'tag' | 'offset' | 'length'> {
  return { tag: showTag(tlv.tag), offset: tlv.start, length: tlv.end - tlv.start }
}

/** An element that the type does not know, or whose type is unknown. */
function stranger(walk: Walk, name: string, tlv: Tlv, depth: number): Annotation {
  const nested = isConstructed(tlv.tag) && depth < DEEPEST
  return {
    name,
    ...whereabouts(tlv),
    ...(nested
      ? { children: eachElement(walk, tlv.contentStart, tlv.end, depth + 1, () => undefined) }
      : { value: toHex(walk.octets.subarray(tlv.contentStart, tlv.end)), children: [] }),
  }
}

function inside(
  walk: Walk,
  schema: Schema<unknown>,
  start: number,
  end: number,
  elementStart: number,
  depth: number,
): Inside {
  const { shape } = schema
  switch (shape.kind) {
    case 'simple':
      return insideSimple(walk, schema, shape, start, end, elementStart)
    case 'sequence':
      return insideSequence(walk, shape, start, end, depth)
    case 'choice':
      return insideChoice(walk, shape, start, end, depth)
    case 'list': {
      const { element, elementTag } = shape
      const placeOf = (_tlv: Tlv, index: number) => ({ name: `[${index}]`, schema: element, tag: elementTag })
      return { children: eachElement(walk, start, end, depth, placeOf) }
    }
    case 'open':
      return { children: eachElement(walk, start, end, depth, () => undefined) }
  }
}

function insideSimple(
  walk: Walk,
  schema: Schema<unknown>,
  shape: Shape & { kind: 'simple' },
  start: number,
  end: number,
  elementStart: number,
): Inside {
  const value = attempt(() => schema.toJson(schema.decodeContent(walk.octets, start, end, elementStart)))
  if (value instanceof Asn1Fault) {
    return { value: toHex(walk.octets.subarray(start, end)), problem: value.message, children: [] }
  }
  const codeName = Object.entries(shape.codes ?? {}).find(([, code]) => code === value)?.[0]
  return { value, ...(codeName !== undefined && { codeName }), children: [] }
}

function insideSequence(
  walk: Walk,
  shape: Shape & { kind: 'sequence' },
  start: number,
  end: number,
  depth: number,
): Inside {
  const { members } = shape
  const present = new Set<Member>()
  let next = 0
  const children = eachElement(walk, start, end, depth, (tlv) => {
    const meant = meantBy(shape, walk.octets, tlv.start, tlv.end)
    const inOrder = members.findIndex((member, index) => index >= next && matches(member, tlv.tag))
    const found = meant ? members.find((member) => member.name === meant.name) : members[inOrder]
    if (!found) return undefined
    present.add(found)
    if (!meant) next = inOrder + 1
    return { ...found, ...(meant && { start: meant.start }) }
  })
  const missing = members.filter((member) => member.presence === 'required' && !present.has(member))
  const problem = missing.map((member) => `${member.name} is missing`).join(', ')
  return { ...(problem && { problem }), children }
}

function insideChoice(
  walk: Walk,
  shape: Shape & { kind: 'choice' },
  start: number,
  end: number,
  depth: number,
): Inside {
  const meant = start < end ? meantBy(shape, walk.octets, start, end) : undefined
  const found = meant && shape.members.find((member) => member.name === meant.name)
  if (meant && found) {
    const type = walk.typeOf(found.schema)
    const alternative = {
      name: found.name,
      ...(type !== undefined && { type }),
      tag: '',
      offset: meant.start,
      length: end - meant.start,
      ...inside(walk, found.schema, meant.start, end, meant.start, depth),
    }
    return { children: [alternative] }
  }
  const placeOf = (tlv: Tlv) => shape.members.find((member) => matches(member, tlv.tag))
  return { children: eachElement(walk, start, end, depth, placeOf) }
}

function alternativeOf(
  walk: Walk,
  shape: Shape & { kind: 'choice' },
  start: number,
  end: number,
  tag: number,
): Place {
  const meant = meantBy(shape, walk.octets, start, end)
  const found = shape.members.find((member) => (meant ? member.name === meant.name : matches(member, tag)))
  return found && { ...found, ...(meant && { start: meant.start }) }
}

function matches(member: Member, tag: number): boolean {
  return member.tag === undefined ? member.schema.accepts(tag) : member.tag === tag
}

function meantBy(
  shape: Shape & { kind: 'sequence' | 'choice' },
  octets: Uint8Array,
  start: number,
  end: number,
): Meant | undefined {
  const meant = attempt(() => shape.meant?.(octets, start, end))
  return meant instanceof Asn1Fault ? undefined : meant
}
