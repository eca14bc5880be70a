/** The fleet as a whole over the API. */
import { beforeAll, describe, expect, it } from 'vitest'
import { EID, type Installation, install, newOperator } from './api-client.ts'

let installation: Installation
beforeAll(async () => {
  installation = await install()
})

describe('the fleet in numbers', () => {
  it('shows what was enrolled and asked for', async () => {
    const { send } = await newOperator(installation)
    await send('POST', '/v1/operations', { body: { eid: EID, type: 'profile.list' } })

    const { body } = await send('GET', '/v1/fleet/summary')

    expect(body).toMatchObject({
      euiccs: { total: 1, health: { seen: 0, late: 0, silent: 0, never: 1 } },
      groups: [{ group: 'meters', euiccs: 1 }],
      labels: [{ name: 'site', value: 'Oslo', euiccs: 1 }],
      operations: { last24h: { succeeded: 0, failed: 0, expired: 0 }, failures: [] },
    })
  })

  it('has no history before something happened, and refuses what is no time', async () => {
    const { send } = await newOperator(installation)

    expect((await send('GET', '/v1/fleet/history?step=day&by=group')).body).toEqual({ step: 'day', data: [] })
    expect((await send('GET', '/v1/fleet/history?from=yesterday')).status).toBe(400)
    expect((await send('GET', '/v1/fleet/history?step=minute')).status).toBe(400)
  })

  it('is closed to a key without euiccs:read', async () => {
    const { send } = await newOperator(installation)
    const { body } = await send('POST', '/v1/api-keys', { body: { name: 'n', scopes: ['decode'] } })

    const headers = { Authorization: `Bearer ${body.apiKey}` }

    expect((await send('GET', '/v1/fleet/summary', { headers })).status).toBe(403)
    expect((await send('GET', '/v1/fleet/history', { headers })).status).toBe(403)
  })
})
