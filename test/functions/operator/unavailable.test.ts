/** What a caller sees while an eUICC's object cannot answer: a problem that says whether to try again, never a reason from inside. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import { clientOf, EID, type Installation, install, newOperator, OTHER_EID } from './api-client.ts'

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>
beforeAll(async () => {
  installation = await install()
  operator = await newOperator(installation)
  await operator.send('POST', '/v1/euiccs', { body: { eid: OTHER_EID } })
})

/** The environment in which each call to the object of `OTHER_EID` fails. */
function failingWith(error: Error): Environment {
  const { EUICC } = installation.environment
  const failing = new Proxy({} as ReturnType<typeof EUICC.getByName>, {
    get: () => () => Promise.reject(error),
  })
  const getByName = (name: string) => (name.endsWith(OTHER_EID) ? failing : EUICC.getByName(name))
  return { ...installation.environment, EUICC: { getByName } }
}

const statusesOf = ({ data }: { data: { status: number }[] }) => data.map(({ status }) => status)
const moved = () => Object.assign(new Error('secret of our inside'), { retryable: true })
const overloaded = () => Object.assign(new Error('secret of our inside'), { overloaded: true })

describe('an object that cannot answer', () => {
  it.each([
    ['is moving', moved],
    ['is overloaded', overloaded],
  ])('and %s: try again', async (_, make) => {
    const send = clientOf(failingWith(make()), operator.key)

    const reply = await send('GET', `/v1/euiccs/${OTHER_EID}`)

    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(reply.headers.get('Retry-After')).toBe('1')
    expect(reply.text).not.toContain('secret')
  })

  it('for a reason nobody foresaw is told with the id of the request alone', async () => {
    const send = clientOf(failingWith(new Error('secret of our inside')), operator.key)

    const reply = await send('GET', `/v1/euiccs/${OTHER_EID}`)

    expect(reply).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(reply.body.requestId).toBe(reply.headers.get('X-Request-Id'))
    expect(reply.text).not.toContain('secret')
  })

  it('does not stop the others of a batch', async () => {
    const send = clientOf(failingWith(moved()), operator.key)
    const operations = [EID, OTHER_EID, EID].map((eid) => ({ eid, type: 'profile.list' }))

    const { status, body } = await send('POST', '/v1/operations', { body: { operations } })

    expect(status).toBe(207)
    expect(statusesOf(body)).toEqual([202, 503, 202])
  })

  it('gets its part of a batch when the batch is repeated, the others nothing twice', async () => {
    const operations = [EID, OTHER_EID].map((eid) => ({ eid, type: 'eim.list' }))
    const ask = { body: { operations }, headers: { 'Idempotency-Key': 'a batch' } }

    const first = await clientOf(failingWith(moved()), operator.key)('POST', '/v1/operations', ask)
    const second = await operator.send('POST', '/v1/operations', ask)

    expect([first, second].map(({ body }) => statusesOf(body))).toEqual([
      [202, 503],
      [202, 202],
    ])
    expect(second.body.data[0].operation.id).toBe(first.body.data[0].operation.id)
  })
})
