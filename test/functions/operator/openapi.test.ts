/** The OpenAPI document: current, and true in each of its examples. */
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../../functions/operator/openapi/document.ts'
import committed from '../../../functions/operator/openapi/openapi.json' with { type: 'json' }
import { install } from './api-client.ts'

describe('the OpenAPI document', () => {
  it('is the one that the routes and schemas make: `npm run openapi` writes it', () => {
    expect(JSON.parse(JSON.stringify(openApiDocument()))).toEqual(committed)
  })

  it('names each operation once', () => {
    const ids = Object.values(committed.paths).flatMap((methods) =>
      Object.values(methods).map((operation: { operationId: string }) => operation.operationId),
    )

    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is served, and shown as a page that lists each path', async () => {
    const { anonymous } = await install()

    expect((await anonymous('GET', '/v1/openapi.json')).body).toEqual(committed)
    const { text } = await anonymous('GET', '/docs')
    for (const path of Object.keys(committed.paths)) expect(text).toContain(path)
  })
})
