/** From the texts of form fields to the JSON that a schema describes. */
import { type JsonSchema, type OpenApi, resolved } from '../../api/openapi.ts'
import { wordsIn } from '../../parts/text-lists.ts'

export type FieldTexts = Readonly<Record<string, string>>

/** How a value is entered. */
export type FieldKind =
  | 'text'
  | 'switch'
  | 'choice'
  | 'number'
  | 'words'
  | 'choices'
  | 'json'
  | 'fixed'
  | 'object'

export function kindOf(document: OpenApi, given: JsonSchema): FieldKind {
  const schema = resolved(document, given)
  if (schema.const !== undefined) return 'fixed'
  if (schema.enum) return 'choice'
  switch (schema.type) {
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
      return 'text'
    case 'object':
      return 'object'
    case 'array': {
      const items = resolved(document, schema.items ?? {})
      if (items.enum) return 'choices'
      return items.type === 'string' ? 'words' : 'json'
    }
    default:
      return schema.anyOf?.every((each) => resolved(document, each).type === 'string') ? 'text' : 'json'
  }
}

/** A text that is not what its field wants. `path` is the field's name. */
export class FieldFault extends Error {
  override readonly name = 'FieldFault'
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/**
 * The value of `schema` in the fields whose names begin with `path`; undefined when nothing was entered. What the API
 * checks is left to the API: its refusals name the member.
 *
 * @throws {FieldFault} when a text cannot even be read
 */
export function enteredValue(document: OpenApi, given: JsonSchema, path: string, texts: FieldTexts): unknown {
  const schema = resolved(document, given)
  const text = texts[path]
  switch (kindOf(document, schema)) {
    case 'fixed':
      return schema.const
    case 'switch':
      return text === undefined ? undefined : text === 'true'
    case 'number':
      return text === undefined ? undefined : Number(text)
    case 'words':
      return text === undefined ? undefined : wordsIn(text)
    case 'choices':
      return text === undefined ? undefined : text.split(' ')
    case 'json':
      return text === undefined ? undefined : parseJson(path, text)
    case 'object':
      return objectOf(document, schema, path, texts)
    default:
      return text
  }
}

function objectOf(document: OpenApi, schema: JsonSchema, path: string, texts: FieldTexts): unknown {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => [name, enteredValue(document, member, `${path}.${name}`, texts)] as const,
  )
  const entered = members.filter(([, value]) => value !== undefined)
  return Object.fromEntries(entered)
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FieldFault(path, 'This is not JSON')
  }
}

/** `/params/eim/eimId`, as the API names a member, as the name of its field. */
export function fieldOfPointer(pointer: string): string {
  return pointer.split('/').slice(1).join('.')
}
