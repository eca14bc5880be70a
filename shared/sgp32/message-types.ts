/** Every type of both standards by name: for tools that meet octets or names they did not expect. */
import { type Annotation, annotate } from '../asn1/annotate.ts'
import { Asn1Fault, decode, encode, readTag, type Schema } from '../asn1/index.ts'
import { equalOctets } from '../octets.ts'
import * as sgp22 from '../sgp22/index.ts'
import * as sgp32 from './index.ts'

export interface MessageType {
  /** As in the standard: `GetEimPackageRequest`. */
  readonly name: string
  readonly module: 'SGP.32' | 'SGP.22'
  readonly schema: Schema<unknown>
}

function isSchema(exported: unknown): exported is Schema<unknown> {
  return typeof exported === 'object' && exported !== null && 'decodeContent' in exported
}

function typesOf(module: MessageType['module'], exported: object): MessageType[] {
  return Object.entries(exported).flatMap(([name, schema]) =>
    isSchema(schema) ? [{ name, module, schema }] : [],
  )
}

/** SGP.32 first: inside its messages its types hide those of SGP.22 with the same name. */
export const messageTypes: readonly MessageType[] = [...typesOf('SGP.32', sgp32), ...typesOf('SGP.22', sgp22)]

/** The type of that name; without `module` SGP.32's own, or else SGP.22's. */
export function findMessageType(name: string, module?: MessageType['module']): MessageType | undefined {
  return messageTypes.find((each) => each.name === name && (module === undefined || each.module === module))
}

const nameOfSchema = new Map<Schema<unknown>, string>()
for (const { schema, name } of messageTypes) if (!nameOfSchema.has(schema)) nameOfSchema.set(schema, name)

const { EsipaMessageFromIpaToEim, EsipaMessageFromEimToIpa } = sgp32
const esipaMessages = new Set(
  [EsipaMessageFromIpaToEim, EsipaMessageFromEimToIpa].flatMap(({ shape }) =>
    shape.kind === 'choice' ? shape.members.map((member) => member.schema) : [],
  ),
)

const MOST_TELLING = 1000

/**
 * How much it says that a type fits. Whole ESipa messages are what one meets; then types with more mandatory fields say
 * more than others; untagged CHOICEs fit too easily.
 */
function telling({ schema }: MessageType): number {
  if (esipaMessages.has(schema)) return MOST_TELLING
  if (schema.tag === undefined) return -1
  return schema.shape.kind === 'sequence'
    ? schema.shape.members.filter((member) => member.presence === 'required').length
    : 0
}

const ranked = messageTypes
  .filter(({ schema }) => schema.shape.kind !== 'simple' && schema.shape.kind !== 'open')
  .sort((left, right) => telling(right) - telling(left))

/** The types whose messages can begin as `octets` do, the most telling first. */
function candidatesFor(octets: Uint8Array): readonly MessageType[] {
  const tag = unlessMalformed(() => readTag(octets, 0))
  return tag === undefined ? [] : ranked.filter(({ schema }) => schema.accepts(tag))
}

/** The type that `octets` are most likely of: one that gives the very same octets again, or else the first that reads them. */
export function guessMessageType(octets: Uint8Array): MessageType | undefined {
  const readable = candidatesFor(octets).flatMap((type) => {
    const again = unlessMalformed(() => encode(type.schema, decode(type.schema, octets)))
    return again ? [{ type, exact: equalOctets(again, octets) }] : []
  })
  return (readable.find(({ exact }) => exact) ?? readable[0])?.type
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Asn1Fault) return undefined
    throw error
  }
}

/** Lays out `octets` as the given type, or as the type they are or at least begin like. Never throws. */
export function annotateMessage(
  octets: Uint8Array,
  type: MessageType | undefined = guessMessageType(octets) ?? candidatesFor(octets)[0],
): readonly Annotation[] {
  return annotate(octets, type?.name ?? '', type?.schema, (schema) => nameOfSchema.get(schema))
}
