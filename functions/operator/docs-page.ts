/** The documentation as a page: made from the OpenAPI document, self-contained, readable without a script. */
import { type Described, operationHtml } from './docs-operation.ts'
import { escapeHtml, type JsonSchema, membersHtml } from './docs-schema.ts'
import { PROBLEMS } from './problem.ts'

/** The part of an OpenAPI document that is shown. */
interface OpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#ddd, #444); --soft: light-dark(#f5f5f4, #262626); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) } h4 { margin-bottom: .25rem }
code, pre { font: 14px/1.45 ui-monospace, monospace }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: 6px }
summary { cursor: pointer; padding: .2rem 0 } details[open] { border-left: 3px solid var(--line); padding-left: .75rem }
table { border-collapse: collapse } td, th { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top }
td table { margin: .25rem 0 .25rem .5rem }
`

const CONVENTIONS = `
<dl>
<dt>Access<dd>Each call carries an API key: <code>Authorization: Bearer key_…</code>. It says whose eUICCs are meant, and by its scopes what may be done.
<dt>Errors<dd>Always <code>application/problem+json</code> with <code>code</code>, <code>requestId</code> and, for wrong members, <code>errors</code> with a JSON pointer each. <a href="/docs/problems">All codes</a>.
<dt>Repeating<dd>Every POST that creates takes an <code>Idempotency-Key</code>: sent again with the same body it gives the same answer and does nothing twice, for 8 days.
<dt>Lists<dd><code>{"data": […], "nextCursor": …}</code>. Give <code>nextCursor</code> as <code>cursor</code> to go on; null means the end. <code>limit</code> is at most 1000.
<dt>Changing<dd>PATCH and DELETE of what you set need <code>If-Match</code> with the <code>ETag</code> of your last GET.
<dt>Waiting<dd>An operation is accepted with 202 and leaves at the device’s next contact. <code>Prefer: wait=20</code> on its GET holds the answer until it has ended.
<dt>Limits<dd>429 with <code>Retry-After</code>; the <code>RateLimit</code> fields tell how much is left.
<dt>Forms<dd>Times are RFC 3339, octets hexadecimal, EIDs and ICCIDs printed digits. Members that are not known are refused.
</dl>`

function html(title: string, body: string): Response {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style><body>${body}</body></html>`
  return new Response(page, {
    headers: {
      'Content-Type': 'text/html;charset=UTF-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  })
}

function operationsByTag({ paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, ...(operation as Described) })),
  )
  const sections = Map.groupBy(operations, ({ tags }) => tags[0] ?? '')
  return [...sections]
    .map(([tag, within]) => {
      const entries = within.map((each) => operationHtml(each.method, each.path, each))
      return `<h2>${escapeHtml(tag)}</h2>${entries.join('\n')}`
    })
    .join('\n')
}

function schemasHtml({ components }: OpenApi): string {
  return Object.entries(components.schemas)
    .map(([name, schema]) => `<h3 id="${name}">${name}</h3>${membersHtml(schema as JsonSchema)}`)
    .join('\n')
}

export function documentation(document: OpenApi): Response {
  const { title, version, description } = document.info
  return html(
    title,
    `<h1>${escapeHtml(title)} API ${escapeHtml(version)}</h1><p>${escapeHtml(description)}</p>
<p><a href="/v1/openapi.json">OpenAPI 3.1 document</a> · <a href="/docs/problems">Problems</a></p>
<pre>EIM=http://127.0.0.1:8787\nKEY=key_…</pre><h2>Conventions</h2>${CONVENTIONS}
${operationsByTag(document)}<h2>Schemas</h2>${schemasHtml(document)}`,
  )
}

/** The page that the `type` of every problem leads to. */
export function problemPage(): Response {
  const rows = Object.entries(PROBLEMS).map(
    ([code, [status, title]]) =>
      `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${escapeHtml(title)}`,
  )
  return html('Problems', `<h1>Problems</h1><table><tr><th>code<th>status<th>meaning${rows.join('')}</table>`)
}
