/** The documentation as a page: made from the OpenAPI document, self-contained, readable without a script. */
import { PROBLEMS } from './problem.ts'

interface Described {
  readonly summary?: string
  readonly description?: string
  readonly 'x-access'?: string
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        {
          readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>
        }
      >
    >
  }
}

interface OpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#ddd, #444); --soft: light-dark(#f5f5f4, #262626); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
code, pre { font: 14px/1.45 ui-monospace, monospace }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: 6px }
summary { cursor: pointer } .method { font-weight: 700 }
table { border-collapse: collapse } td, th { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top }
`

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

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

function curl(method: string, path: string, type: string, value: unknown): string {
  const body = typeof value === 'string' ? value : JSON.stringify(value)
  return `curl -X ${method.toUpperCase()} "$EIM${path}" -H "Authorization: Bearer $KEY" \\\n  -H 'Content-Type: ${type}' -d '${body}'`
}

function operationHtml(method: string, path: string, operation: Described): string {
  const examples = Object.entries(operation.requestBody?.content ?? {}).flatMap(
    ([type, { examples: named = {} }]) =>
      Object.values(named).map(
        ({ summary = '', value }) =>
          `<p>${escapeHtml(summary)}</p><pre>${escapeHtml(curl(method, path, type, value))}</pre>`,
      ),
  )
  return `<details><summary><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary ?? '')}</summary>
<p>${escapeHtml(operation.description ?? '')}</p><p>Access: <code>${escapeHtml(operation['x-access'] ?? '')}</code></p>${examples.join('')}</details>`
}

export function documentation(document: OpenApi): Response {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationHtml(method, path, operation as Described)),
  )
  return html(
    document.info.title,
    `<h1>${escapeHtml(document.info.title)} ${escapeHtml(document.info.version)}</h1><p>${escapeHtml(document.info.description)}</p>
<p><a href="/v1/openapi.json">OpenAPI 3.1 document</a> · <a href="/docs/problems">Problems</a></p>
<pre>EIM=http://127.0.0.1:8787\nKEY=key_…</pre><h2>Operations</h2>${operations.join('\n')}`,
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
