/** Whatever is sent, the API answers by its rules: nothing a caller writes is an error of ours. */
import * as fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import openApiDocument from '../../../functions/operator/openapi/openapi.json' with { type: 'json' }
import { toBase64, toHex } from '../../../shared/octets.ts'
import { EID, type Installation, install, newOperator } from './api-client.ts'

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>

beforeAll(async () => {
  installation = await install()
})
// A key of its own for each: all calls together would be braked.
beforeEach(async () => {
  operator = await newOperator(installation)
})

const paths = Object.entries(openApiDocument.paths)
const lists = paths
  .filter(([path, methods]) => 'get' in methods && !/\{(?!eid)/.test(path))
  .map(([path]) => path)
const taking = paths
  .filter(([path, methods]) => 'post' in methods && 'requestBody' in methods.post && !path.includes('{'))
  .map(([path]) => path)

describe('a list', () => {
  it.each(lists)('%s takes any cursor, or says that it is none', async (path) => {
    for (const cursor of ['', 'x', '-1', '9e99', "'; DROP TABLE euiccs", '\u0000', '💳', '9'.repeat(400)]) {
      const target = `${path.replace('{eid}', EID)}?cursor=${encodeURIComponent(cursor)}`

      const { status } = await operator.send('GET', target)

      expect([200, 400, 401], `${target} → ${status}`).toContain(status)
    }
  })
})

describe('a body', () => {
  it.each(taking)(
    'that is any JSON is answered at %s',
    async (path) => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), async (body) => {
          const { status, body: answer } = await operator.send('POST', path, { body: JSON.stringify(body) })

          expect(status).toBeGreaterThanOrEqual(400)
          expect(status).toBeLessThan(500)
          expect(answer.status).toBe(status)
        }),
        { numRuns: 40 },
      )
    },
    30_000,
  )

  it('without a length is read no further than allowed', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(64 * 1024))
        if (pulled > 1000) controller.close()
      },
    })

    const reply = await operator.send('POST', '/v1/operations', { body: endless })

    expect(reply.status).toBe(413)
    expect(pulled).toBeLessThan(100)
  })
})

describe('octets to be decoded', () => {
  it('are any, in hexadecimal and base64', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (octets) => {
        for (const text of [toHex(octets), toBase64(octets)]) {
          const { status } = await operator.send('POST', '/v1/decode', { body: { octets: text } })
          expect([200, 400]).toContain(status)
        }
      }),
      { numRuns: 60 },
    )
  }, 30_000)

  it('are laid out by the message that they are', async () => {
    const octets = `BF4F 125A 10 ${EID}`

    const { body } = await operator.send('POST', '/v1/decode', { body: { octets } })

    expect(body.type).toBe('GetEimPackageRequest')
    expect(JSON.stringify(body.tree)).toContain(EID)
  })

  it('may be named, by a name that exists', async () => {
    const wrong = await operator.send('POST', '/v1/decode', { body: { octets: 'BF4F00', type: 'Nonsense' } })

    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/type' }] } })
  })
})

describe('HEAD', () => {
  it('is answered as GET is, without a body', async () => {
    const reply = await operator.send('HEAD', `/v1/euiccs/${EID}`)

    expect(reply).toMatchObject({ status: 200, text: '' })
    expect(reply.headers.get('ETag')).toMatch(/^"/)
  })
})
