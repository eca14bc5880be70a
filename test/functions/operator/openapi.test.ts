/** The OpenAPI document: current, and true in each of its examples. */
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../../functions/operator/openapi/document.ts'
import committed from '../../../functions/operator/openapi/openapi.json' with { type: 'json' }

describe('the OpenAPI document', () => {
  it('is the one that the routes and schemas make: `npm run openapi` writes it', () => {
    expect(JSON.parse(JSON.stringify(openApiDocument()))).toEqual(committed)
  })
})
