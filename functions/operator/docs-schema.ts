/** JSON Schema as a person reads it: members with their types, nested ones indented. */

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const nameOf = (ref: string) => ref.split('/').at(-1) ?? ref

/** The type in a few words: `string (date-time) or null`, `list of Operation`. HTML. */
export function typeHtml(schema: JsonSchema): string {
  const { $ref, anyOf, items, type, format } = schema
  if ($ref !== undefined) return `<a href="#${nameOf($ref)}">${nameOf($ref)}</a>`
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum) return schema.enum.map(code).join(' | ')
  if (anyOf) return anyOf.map(typeHtml).join(' or ')
  if (items) return `list of ${typeHtml(items)}`
  const names = type === undefined ? 'anything' : [type].flat().join(' or ')
  return `${names}${format === undefined ? '' : ` (${format})`}${rangeOf(schema)}`
}

const code = (value: unknown) => `<code>${escapeHtml(JSON.stringify(value))}</code>`

function rangeOf({ minimum, maximum }: JsonSchema): string {
  if (maximum === undefined && (minimum ?? 0) === 0) return ''
  return ` ${minimum ?? ''}…${maximum ?? ''}`
}

/** What a member means and what it is when left out. HTML. */
export function meaningHtml({ description = '', default: standard }: JsonSchema): string {
  const left = standard === undefined ? [] : [`default ${code(standard)}`]
  return [...(description === '' ? [] : [escapeHtml(description)]), ...left].join('; ')
}

/** The members of an object, of a list's elements or of each alternative; empty for what has none. HTML. */
export function membersHtml(schema: JsonSchema): string {
  const { properties, required = [], items, anyOf, oneOf } = schema
  const alternatives = [...(anyOf ?? []), ...(oneOf ?? [])].map(membersHtml).filter((each) => each !== '')
  const nested = items ? membersHtml(items) : ''
  const rows = Object.entries(properties ?? {}).map(([name, member]) => {
    const star = required.includes(name) ? '<b title="required">*</b>' : ''
    return `<tr><td><code>${escapeHtml(name)}</code>${star}<td>${typeHtml(member)}<td>${meaningHtml(member)}${membersHtml(member)}`
  })
  const own = rows.length > 0 ? `<table>${rows.join('')}</table>` : ''
  return own + nested + alternatives.join('<p>or</p>')
}
