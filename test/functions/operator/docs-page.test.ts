/** The documentation page: complete, and made of nothing that could run in a reader's browser. */
import { describe, expect, it } from 'vitest'
import { documentation } from '../../../functions/operator/docs-page.ts'
import openApiDocument from '../../../functions/operator/openapi/openapi.json' with { type: 'json' }

const operations = Object.entries(openApiDocument.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => [operationId, method, path] as const),
)

describe('the documentation', () => {
  it('shows each operation with a command', async () => {
    const text = await documentation(openApiDocument).text()

    for (const [operationId, method, path] of operations) {
      const section = text.slice(text.indexOf(`<details id="${operationId}"`)).split('</details>')[0] ?? ''
      const command = method === 'get' ? 'curl &quot;$EIM' : `curl -X ${method.toUpperCase()} &quot;$EIM`
      expect(section).toContain(`<pre>${command}${path}`)
    }
  })

  it('has a place for each schema that it refers to', async () => {
    const text = await documentation(openApiDocument).text()

    const targets = [...text.matchAll(/href="#(\w+)"/g)].map(([, name]) => name)
    expect(targets.length).toBeGreaterThan(20)
    for (const name of targets) expect(text).toContain(`id="${name}"`)
  })

  it('lets nothing of the document become markup', async () => {
    const hostile = '<script>alert("1")</script>'
    const document = {
      info: { title: hostile, version: hostile, description: hostile },
      paths: {
        [`/${hostile}`]: {
          get: {
            operationId: 'x',
            summary: hostile,
            description: hostile,
            tags: [hostile],
            'x-access': 'none',
            parameters: [],
            requestBody: {
              content: { 'text/csv': { examples: { a: { summary: hostile, value: hostile } } } },
            },
            responses: { 200: { description: hostile } },
          },
        },
      },
      components: {
        schemas: {
          A: { properties: { [hostile]: { type: 'string', description: hostile, default: hostile } } },
        },
      },
    }

    const response = documentation(document)

    expect(await response.text()).not.toContain('<script')
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  })
})
