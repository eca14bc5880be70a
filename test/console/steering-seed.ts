/** Campaigns, triggers, webhooks and keys for the seeded edge, made over the public API. */
import { deepEqual } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OperatorClient } from '../simulator/operator-client.ts'
import type { SeededDevice, SeededEdge } from './seeded-edge.ts'

const LOOK_EVERY_MS = 100
const PATIENCE_MS = 30_000

export interface Steering {
  /** Ids. */
  readonly ready: string
  readonly paused: string
  readonly endpoint: string
  readonly disabledEndpoint: string
  readonly identity: string
  /** Of an alarm that was raised once, and once told something else. */
  readonly trigger: string
}

export async function seedSteering(edge: SeededEdge): Promise<Steering> {
  const { operator } = edge
  const ready = await makeCampaign(operator, {
    name: 'Meters to their second profile',
    target: { filter: { group: 'meters' } },
    operation: { type: 'profile.enable', params: { iccid: edge.hero.iccids[1], rollback: true } },
  })
  await stateOf(operator, ready, ['ready', 'finished'])
  const paused = await pausedCampaign(edge)
  const endpoint = await makeEndpoint(operator, 'ticket system')
  await operator.call('POST', `/v1/webhook-endpoints/${endpoint}/test`)
  const disabledEndpoint = await makeEndpoint(operator, 'old ticket system')
  await operator.call('PATCH', `/v1/webhook-endpoints/${disabledEndpoint}`, { enabled: false })
  const { data } = await operator.call<{ data: { id: string }[] }>('GET', '/v1/eim-identities')
  const identity = data[0]?.id ?? ''
  await operator.call('POST', `/v1/eim-identities/${identity}/rotate`, {})
  const trigger = await calledTrigger(edge)
  return { ready, paused, endpoint, disabledEndpoint, identity, trigger }
}

/** One whose first wave has passed its gate, and which waits for somebody to say so. */
async function pausedCampaign({ operator, devices }: SeededEdge): Promise<string> {
  const heard = devices.slice(1, -3)
  const id = await makeCampaign(operator, {
    name: 'Who holds which profiles',
    target: { eids: devices.slice(1).map(({ eid }) => eid) },
    operation: { type: 'profile.list' },
    waves: [{ count: 5 }, { percent: 30 }],
    // A hash of the campaign's id chooses the five: three of them may be those that are never heard.
    gate: { endedPercent: 40, successPercent: 90, advance: 'manual' },
    start: true,
  })
  await stateOf(operator, id, ['running'])
  await wakeUntil(operator, id, heard, ['paused', 'finished'])
  return id
}

async function calledTrigger({ url, operator, devices }: SeededEdge): Promise<string> {
  const { id, secret } = await operator.call<{ id: string; secret: string }>('POST', '/v1/triggers', {
    name: 'Network-loss alarm',
    authentication: { kind: 'bearer' },
    condition: 'body.alarm == "network-loss" && body.minutes >= 15',
    action: {
      operation: { type: 'profile.enable', params: { iccid: { cel: 'body.spare' }, rollback: true } },
      target: { eid: { cel: 'body.eid' } },
    },
  })
  const [, , , , device] = devices
  const alarm = { alarm: 'network-loss', eid: device?.eid, spare: device?.iccids[0] }
  const statuses = []
  for (const minutes of [2, 40]) {
    const { status } = await fetch(`${url}/v1/hooks/${id}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...alarm, minutes }),
    })
    statuses.push(status)
  }
  deepEqual(statuses, [422, 202])
  return id
}

export async function makeCampaign(operator: OperatorClient, campaign: object): Promise<string> {
  return (await operator.call<{ id: string }>('POST', '/v1/campaigns', campaign)).id
}

async function makeEndpoint(operator: OperatorClient, description: string): Promise<string> {
  const url = 'https://hooks.example.invalid/eim'
  const body = { url, description, types: ['webhook_endpoint.test', 'campaign.*'] }
  return (await operator.call<{ id: string }>('POST', '/v1/webhook-endpoints', body)).id
}

/** Campaigns move on alarms of their own. @throws when none of `states` comes */
export async function stateOf(
  operator: OperatorClient,
  id: string,
  states: readonly string[],
): Promise<string> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    const { state } = await operator.call<{ state: string }>('GET', `/v1/campaigns/${id}`)
    if (states.includes(state)) return state
  }
  throw new Error(`${id} never became ${states.join(' or ')}`)
}

async function wakeUntil(
  operator: OperatorClient,
  id: string,
  devices: readonly SeededDevice[],
  states: readonly string[],
): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    for (const { ipa } of devices) await ipa.wakeUp()
    const { state } = await operator.call<{ state: string }>('GET', `/v1/campaigns/${id}`)
    if (states.includes(state)) return
  }
  throw new Error(`${id} never became ${states.join(' or ')}`)
}
