/** Campaigns in the API: prepared, looked at, started, paused, and told how far they are. The rules are in test/edge/campaign.test.ts. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { campaignOf } from '../../../functions/fleet/campaign/campaign-stub.ts'
import {
  EID,
  type Installation,
  install,
  newOperator,
  OTHER_EID,
  type Reply,
  settleCampaign,
} from './api-client.ts'

let installation: Installation
let operator: Awaited<ReturnType<typeof newOperator>>

beforeAll(async () => {
  installation = await install()
})
beforeEach(async () => {
  operator = await newOperator(installation)
})

const LIST = { name: 'Audit', target: { filter: {} }, operation: { type: 'profile.list' } }

const create = (campaign: object = {}): Promise<Reply> =>
  operator.send('POST', '/v1/campaigns', { body: { ...LIST, ...campaign } })

const get = async (id: string) => (await operator.send('GET', `/v1/campaigns/${id}`)).body

const settle = (id: string) => settleCampaign(installation.environment, operator.tenant, id)

describe('a campaign', () => {
  it('is prepared first, and shows whom it concerns', async () => {
    const created = await create({ target: { eids: [EID, OTHER_EID] }, waves: [{ count: 1 }] })
    expect(created.status).toBe(202)
    expect(created.headers.get('Location')).toBe(`/v1/campaigns/${created.body.id}`)
    await settle(created.body.id)
    const campaign = await get(created.body.id)
    expect(campaign).toMatchObject({
      state: 'ready',
      total: { waiting: 1, skipped: 1 },
      skipped: { 'unknown-eid': 1 },
    })
    const { body } = await operator.send('GET', `/v1/campaigns/${created.body.id}/targets?status=skipped`)
    expect(body.data).toMatchObject([{ eid: OTHER_EID, reason: { code: 'unknown-eid' } }])
  })

  it('asks the eUICCs when it is started, and its operations wait for its word', async () => {
    const { body } = await create({ start: true, waves: [] })
    await settle(body.id)
    expect(await get(body.id)).toMatchObject({ state: 'running', total: { queued: 1 } })
    const [target] = (await operator.send('GET', `/v1/campaigns/${body.id}/targets`)).body.data
    const operation = (await operator.send('GET', `/v1/operations/${target.operationId}`)).body
    expect(operation).toMatchObject({ campaign: body.id, waiting: { for: 'campaign' } })

    const campaign = campaignOf(installation.environment.CAMPAIGN, operator.tenant, body.id)
    await operator.send('POST', `/v1/campaigns/${body.id}/pause`)
    expect(await campaign.mayLeave(EID, target.operationId)).toBe('wait')
    await operator.send('POST', `/v1/campaigns/${body.id}/resume`)
    expect(await campaign.mayLeave(EID, target.operationId)).toBe('leave')
  })

  it('takes back what has not left when it is aborted', async () => {
    const { body } = await create({ start: true, waves: [] })
    await settle(body.id)
    expect((await operator.send('POST', `/v1/campaigns/${body.id}/abort`)).body.state).toBe('aborted')
    await settle(body.id)
    const [target] = (await operator.send('GET', `/v1/campaigns/${body.id}/targets`)).body.data
    expect(target.status).toBe('cancelled')
    expect((await operator.send('GET', `/v1/operations/${target.operationId}`)).body.status).toBe('cancelled')
    expect(await operator.send('POST', `/v1/campaigns/${body.id}/resume`)).toMatchObject({ status: 409 })
  })

  it('is listed by its state', async () => {
    const { body } = await create()
    await settle(body.id)
    const { body: listed } = await operator.send('GET', '/v1/campaigns?state=ready')
    expect(listed.data).toMatchObject([{ id: body.id, name: 'Audit', total: { waiting: 1 } }])
    expect((await operator.send('GET', '/v1/campaigns?state=paused')).body.data).toEqual([])
  })

  it.each([
    ['no operation of this kind', { operation: { type: 'profile.explode' } }, 400, '/operation/type'],
    [
      'an enable without a profile',
      { operation: { type: 'profile.enable' } },
      400,
      '/operation/params/iccid',
    ],
    ['a wave of more than all', { waves: [{ percent: 101 }] }, 400, '/waves/0/percent'],
    ['a deadline that has passed', { deadline: '2020-01-01T00:00:00Z' }, 400, '/deadline'],
    ['no such zone', { window: { from: '01:00', to: '02:00', timeZone: 'Mars' } }, 400, '/window/timeZone'],
  ])('is refused with %s', async (_what, change, status, pointer) => {
    const { status: refused, body } = await create(change)
    expect(refused).toBe(status)
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  it('is refused when it would cut devices off', async () => {
    const operation = { type: 'profile.disable', params: { iccid: '89880000000000000002' } }
    expect(await create({ operation })).toMatchObject({ status: 409, body: { code: 'would-disconnect' } })
    expect(await create({ operation: { ...operation, force: true } })).toMatchObject({ status: 202 })
  })

  it('is not there for another tenant', async () => {
    const { body } = await create()
    const other = await newOperator(installation)
    for (const path of ['', '/targets']) {
      expect(await other.send('GET', `/v1/campaigns/${body.id}${path}`)).toMatchObject({ status: 404 })
    }
    expect(await other.send('POST', `/v1/campaigns/${body.id}/abort`)).toMatchObject({ status: 404 })
  })
})
