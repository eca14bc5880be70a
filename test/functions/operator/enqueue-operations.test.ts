/** What a batch costs: the platform allows a Worker 1000 queries a call. */
import { beforeAll, expect, it } from 'vitest'
import { clientOf, eidOf, type Installation, install, newOperator } from './api-client.ts'

let installation: Installation
beforeAll(async () => {
  installation = await install()
})

/** The database, counting the statements that are prepared. */
function counting(db: D1Database) {
  const counted = { db, statements: 0 }
  const prepare = (query: string) => {
    counted.statements += 1
    return db.prepare(query)
  }
  counted.db = new Proxy(db, {
    get: (target, name) => (name === 'prepare' ? prepare : Reflect.get(target, name).bind(target)),
  })
  return counted
}

it('a batch asks the database as often as a single operation, whatever it asks for', async () => {
  const { key, send, identityId } = await newOperator(installation)
  const euiccs = Array.from({ length: 60 }, (_, index) => ({ eid: eidOf(100 + index) }))
  await send('POST', '/v1/euiccs', { body: { euiccs } })

  const statementsFor = async (from: number, to: number) => {
    const { environment } = installation
    const counted = counting(environment.FLEET)
    const operations = euiccs
      .slice(from, to)
      .map(({ eid }) => ({ eid, type: 'eim.update', params: { identity: identityId } }))
    const client = clientOf({ ...environment, FLEET: counted.db }, key)
    const { body } = await client('POST', '/v1/operations', { body: { operations } })
    expect(body.data.every(({ status }: { status: number }) => status === 202)).toBe(true)
    return counted.statements
  }

  const forOne = await statementsFor(0, 1)
  expect(forOne).toBeGreaterThan(0)
  expect(await statementsFor(1, 60)).toBe(forOne)
})
