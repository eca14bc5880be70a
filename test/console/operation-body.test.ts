/** What the composer sends, held against the OpenAPI document that its fields are made from. */
import { describe, expect, it } from 'vitest'
import type { OpenApi } from '../../functions/console/browser/api/openapi.ts'
import { paramsOf } from '../../functions/console/browser/api/openapi.ts'
import { bodyOf } from '../../functions/console/browser/pages/operations/operation-body.ts'
import { OPERATION_TYPES } from '../../functions/console/browser/pages/operations/operation-types.ts'
import { FieldFault, fieldOfPointer } from '../../functions/console/browser/pages/operations/schema-values.ts'
import openApiDocument from '../../functions/operator/openapi/openapi.json' with { type: 'json' }
import { NewOperation, PARAMS } from '../../functions/operator/schemas.ts'

const document = openApiDocument as unknown as OpenApi
const eid = '89049032000000000000000000000163'

describe('the composer', () => {
  it('offers each type that the API knows, and none other', () => {
    expect(OPERATION_TYPES.toSorted()).toEqual(Object.keys(PARAMS).toSorted())
    for (const type of OPERATION_TYPES) expect(paramsOf(document, type)).toBeDefined()
  })

  it('makes a body that the API takes', () => {
    const body = bodyOf(document, {
      eid,
      type: 'profile.enable',
      'params.iccid': '89880000000000000002',
      'params.rollback': 'true',
      priority: '5',
      notBefore: '2026-12-24T18:00',
    })

    expect(body).toMatchObject({ params: { iccid: '89880000000000000002', rollback: true }, priority: 5 })
    expect(NewOperation.parse(body)).toMatchObject({ eid, type: 'profile.enable' })
    expect(PARAMS['profile.enable'].safeParse(body.params).success).toBe(true)
  })

  it('takes the form of parameters that was chosen', () => {
    const texts = { eid, type: 'profile.download', form: '1' }

    expect(bodyOf(document, texts).params).toEqual({ defaultSmdp: true })
  })

  it('reads words as a list, and JSON as what it is', () => {
    const read = bodyOf(document, { eid, type: 'euicc.read', 'params.tags': 'BF22, A8' })
    const steps = bodyOf(document, { eid, type: 'package', 'params.steps': '[{"type":"eim.list"}]' })

    expect(read.params).toEqual({ tags: ['BF22', 'A8'] })
    expect(steps.params).toEqual({ steps: [{ type: 'eim.list' }] })
  })

  it('names the field whose JSON cannot be read', () => {
    const make = () => bodyOf(document, { eid, type: 'package', 'params.steps': '[' })

    expect(make).toThrow(FieldFault)
    expect(make).toThrow('This is not JSON')
  })

  it('finds the field that a refusal of the API names', () => {
    expect(fieldOfPointer('/params/eim/eimId')).toBe('params.eim.eimId')
  })
})
