/** One operation of the API as documentation: what it takes, what it answers, and a command for each example. */
import { escapeHtml, type JsonSchema, meaningHtml, membersHtml, typeHtml } from './docs-schema.ts'

interface Content {
  readonly schema?: JsonSchema
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
  readonly example?: unknown
}

/** The part of an OpenAPI operation that is shown. */
export interface Described {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly 'x-access': string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Content>> }>
  >
}

const ACCESS: Readonly<Record<string, string>> = {
  none: 'Open to all',
  root: 'The root key of the installation',
}

export function operationHtml(method: string, path: string, operation: Described): string {
  const { operationId, summary, description = '', parameters } = operation
  const access = operation['x-access']
  return `<details id="${operationId}"><summary><b>${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(summary)}</summary>
<p>${escapeHtml(description)}</p><p>Access: ${ACCESS[access] ?? `scope <code>${access}</code>`}</p>
${parameters.length > 0 ? `<h4>Parameters</h4><table>${parameters.map(parameterHtml).join('')}</table>` : ''}
${bodyHtml(operation)}<h4>Answers</h4><table>${answersHtml(operation)}</table>
<h4>Examples</h4>${commands(method, path, operation).join('')}</details>`
}

function parameterHtml(parameter: Parameter): string {
  const star = parameter.required ? '<b title="required">*</b>' : ''
  const meaning = escapeHtml(parameter.description ?? '') || meaningHtml(parameter.schema)
  return `<tr><td><code>${parameter.name}</code>${star}<td>${parameter.in}<td>${typeHtml(parameter.schema)}<td>${meaning}`
}

function bodyHtml({ requestBody }: Described): string {
  const contents = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema = {} }]) => `<p><code>${type}</code>: ${typeHtml(schema)}</p>${membersHtml(schema)}`,
  )
  return contents.length > 0 ? `<h4>Body</h4>${contents.join('')}` : ''
}

function answersHtml({ responses }: Described): string {
  const rows = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const forms = Object.entries(content).map(([type, { schema = {} }]) =>
      type.includes('json') ? `${typeHtml(schema)}${membersHtml(schema)}` : `<code>${type}</code>`,
    )
    return `<tr><td>${status}<td>${escapeHtml(description)}<td>${forms.join(' or ')}`
  })
  return rows.join('')
}

/** Commands for a shell in which `$EIM` and `$KEY` are set. */
function commands(method: string, path: string, operation: Described): string[] {
  const bodies = Object.entries(operation.requestBody?.content ?? {}).flatMap(([type, { examples = {} }]) =>
    Object.values(examples).map((example) => ({ type, ...example })),
  )
  if (bodies.length === 0) return [`<pre>${escapeHtml(curl(method, path, operation))}</pre>`]
  return bodies.map(({ type, summary = '', value }) => {
    const body = typeof value === 'string' ? value : JSON.stringify(value)
    const sent = ` \\\n  -H 'Content-Type: ${type}' --data-binary '${body}'`
    return `<p>${escapeHtml(summary)}</p><pre>${escapeHtml(curl(method, path, operation) + sent)}</pre>`
  })
}

function curl(method: string, path: string, { parameters, 'x-access': access }: Described): string {
  const query = parameters.filter((each) => each.in === 'query' && each.example !== undefined)
  const search = query.map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`).join('&')
  const key = access === 'root' ? '$ROOT_API_KEY' : '$KEY'
  const authorization = access === 'none' ? '' : ` -H "Authorization: Bearer ${key}"`
  const ifMatch = parameters.some(({ name }) => name === 'If-Match') ? ` -H 'If-Match: "…"'` : ''
  const verb = method === 'get' ? '' : `-X ${method.toUpperCase()} `
  return `curl ${verb}"$EIM${path}${search && `?${search}`}"${authorization}${ifMatch}`
}
