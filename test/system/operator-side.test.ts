/**
 * The operator's side from end to end, everything real but the cards: an alarm comes in by signed webhook, a campaign changes
 * the fleet wave by wave, stops by itself where devices are lost, goes on when it is told to; and others hear all of it.
 */
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { OperatedFleet, WANTED_PROVIDER } from './operated-fleet.ts'
import { type ReceivedEvent, startReceiver, type WebhookReceiver } from './webhook-receiver.ts'

const DEVICES = 50
const WAVES = [5, 15, 30]
const LOST_AFTER_SECONDS = 60
const SEED = Number(process.env.RECEIVER_SEED ?? 1)
/** Between two wake-ups of the fleet, milliseconds. */
const ROUND_MS = 1500
const PATIENCE = { timeout: 180_000, interval: 500 }

interface Campaign {
  readonly id: string
  readonly state: string
  readonly pause: { readonly code: string } | null
  readonly total: Readonly<Record<string, number>>
  readonly waves: readonly { readonly size: number; readonly state: string }[]
}

interface Target {
  readonly eid: string
  readonly wave: number
  readonly status: string
  readonly operationId: string
}

interface Indexed {
  readonly eid: string
  readonly profiles: readonly { readonly iccid: string; readonly state: string }[]
}

interface Operation {
  readonly id: string
  readonly type: string
  readonly status: string
}

interface Verdict {
  readonly valid: boolean
  readonly entries: number
}

interface AuditEntry {
  readonly actor: { readonly kind: string; readonly id: string }
  readonly action: string
  readonly evidence: { readonly id?: string }
}

let fleet: OperatedFleet
let receiver: WebhookReceiver
let campaignId = ''
let bad: { readonly liars: readonly string[]; readonly lost: readonly string[] }

beforeAll(async () => {
  receiver = await startReceiver(SEED)
  fleet = await OperatedFleet.start(DEVICES, { region: 'north' })
}, 120_000)

afterAll(async () => {
  fleet?.stop()
  await receiver?.close()
})

const campaign = () => fleet.operator.call<Campaign>('GET', `/v1/campaigns/${campaignId}`)

async function targets(): Promise<readonly Target[]> {
  const { data } = await fleet.operator.call<{ data: Target[] }>(
    'GET',
    `/v1/campaigns/${campaignId}/targets?limit=1000`,
  )
  return data
}

/** The fleet goes on waking up until `holds`. */
async function untilCampaign(holds: (campaign: Campaign) => boolean): Promise<Campaign> {
  for (const until = Date.now() + PATIENCE.timeout; Date.now() < until; ) {
    await fleet.wakeUpAll()
    const now = await campaign()
    if (holds(now)) return now
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS))
  }
  throw new Error(`the campaign stands at ${JSON.stringify(await campaign())}`)
}

const untilState = (state: string) => untilCampaign((now) => now.state === state)

interface Feed {
  readonly data: readonly ReceivedEvent[]
  readonly nextCursor: string
}

async function allEvents(): Promise<ReceivedEvent[]> {
  const events: ReceivedEvent[] = []
  for (let after = '0'; ; ) {
    const page = await fleet.operator.call<Feed>('GET', `/v1/events?limit=1000&after=${after}`)
    events.push(...page.data)
    if (page.data.length === 0) return events
    after = page.nextCursor
  }
}

/** What was received for each eUICC, each event where it came first. */
function orderBySubject(events: readonly ReceivedEvent[]): ReadonlyMap<string, readonly number[]> {
  const first = new Map(events.toReversed().map((event) => [event.id, event]))
  const inOrder = [...new Set(events.map(({ id }) => id))].flatMap((id) => first.get(id) ?? [])
  const ofEuiccs = inOrder.filter(({ subject }) => /^[0-9]{32}$/.test(subject))
  const groups = Map.groupBy(ofEuiccs, ({ subject }) => subject)
  return new Map(Array.from(groups, ([subject, theirs]) => [subject, theirs.map(({ sequence }) => sequence)]))
}

describe('an operator with a fleet of 50', () => {
  it('hears of the first contacts', async () => {
    const { secret } = await fleet.operator.call<{ secret: string }>('POST', '/v1/webhook-endpoints', {
      url: receiver.url,
    })
    receiver.secret = secret
    await fleet.wakeUpAll()
    await vi.waitFor(async () => {
      const query = '/v1/euiccs?limit=1&profileState=enabled&count=estimate'
      const { count } = await fleet.operator.call<{ count: number }>('GET', query)
      expect(count).toBe(DEVICES)
    }, PATIENCE)
  })

  it('starts a campaign in three waves by a signed webhook', async () => {
    const gate = { endedPercent: 100, successPercent: 80 }
    const created = await fleet.operator.call<{ id: string; secret: string }>('POST', '/v1/triggers', {
      name: 'network loss',
      authentication: { kind: 'standard-webhooks' },
      condition: 'body.event == "network.lost" && body.devices > 10',
      action: {
        campaign: {
          name: { cel: '"away from " + body.network' },
          target: { filter: { label: { cel: '"region:" + body.region' } } },
          operation: {
            type: 'profile.enable',
            params: { serviceProviderName: WANTED_PROVIDER, rollback: false },
          },
          waves: WAVES.map((count) => ({ count })),
          gate,
          pauseAt: { failurePercent: 50, lost: 1, lostAfterSeconds: LOST_AFTER_SECONDS },
          start: false,
        },
      },
    })
    const body = JSON.stringify({ event: 'network.lost', network: 'Beta', region: 'north', devices: 50 })
    const call = (id: string) =>
      fetch(`${fleet.url}/v1/hooks/${created.id}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': new Webhook(created.secret).sign(id, new Date(), body),
        },
        body,
      })

    const answer = await call('msg_1')
    const repeated = await call('msg_1')

    expect(answer.status).toBe(202)
    const told = (await answer.json()) as { campaignId: string }
    campaignId = told.campaignId
    expect(await repeated.json()).toMatchObject({ campaignId, duplicate: true })
    await vi.waitFor(async () => expect((await campaign()).state).toBe('ready'), PATIENCE)
    expect((await campaign()).waves.map(({ size }) => size)).toEqual(WAVES)
  })

  it('is stopped by devices that are lost, not by those that lie once', async () => {
    const first = await targets()
    const inWave = (wave: number) => first.filter((target) => target.wave === wave).map(({ eid }) => eid)
    bad = { liars: inWave(1).slice(0, 2), lost: inWave(2).slice(0, 2) }
    for (const eid of bad.liars) fleet.device(eid).euicc.lieOnce('bad-signature')
    for (const eid of bad.lost) fleet.device(eid).isDoomed = true

    await fleet.operator.call('POST', `/v1/campaigns/${campaignId}/start`)
    const paused = await untilState('paused')

    expect(paused.pause?.code).toBe('lost')
    expect(paused.waves.map(({ state }) => state)).toEqual(['passed', 'running', 'waiting'])
    for (const { eid, wave, status } of await targets()) {
      if (wave === 3) expect(status).toBe('waiting')
      else if (!bad.lost.includes(eid)) expect(status).toBe('succeeded')
    }
  }, 240_000)

  it('goes on when it is told to, to the end', async () => {
    await untilCampaign(({ total }) => total.lost === bad.lost.length)
    await fleet.operator.call('POST', `/v1/campaigns/${campaignId}/resume`)
    const finished = await untilState('finished')

    expect(finished.total).toMatchObject({ succeeded: DEVICES - bad.lost.length, lost: bad.lost.length })
    for (const device of fleet.devices.filter(({ isDead }) => !isDead)) {
      const wanted = device.euicc.state.profiles.find((each) => each.serviceProviderName === WANTED_PROVIDER)
      expect(device.enabled).toEqual([wanted?.iccid])
    }
  }, 240_000)

  it('hears every event, in order for each eUICC, though the receiver fails at random', async () => {
    await vi.waitFor(async () => {
      const received = new Set(receiver.taken.map(({ id }) => id))
      expect((await allEvents()).filter(({ id }) => !received.has(id))).toEqual([])
    }, PATIENCE)

    expect(receiver.refusals).toBeGreaterThan(0)
    expect(receiver.forgeries).toBe(0)
    const order = orderBySubject(receiver.taken)
    expect(order.size).toBe(DEVICES)
    for (const sequences of order.values()) {
      expect(sequences).toEqual(sequences.toSorted((one, other) => one - other))
    }
    const types = new Set(receiver.taken.map(({ type }) => type))
    expect([...types]).toEqual(
      expect.arrayContaining([
        'campaign.paused',
        'campaign.finished',
        'operation.succeeded',
        'profile.enabled',
      ]),
    )
  }, 240_000)

  it('finds the fleet index equal to what the eUICCs’ objects know', async () => {
    const { operator } = fleet
    const { data } = await operator.call<{ data: Indexed[] }>('GET', '/v1/euiccs?limit=1000')
    expect(data).toHaveLength(DEVICES)
    for (const { eid, profiles } of data) {
      const known = await operator.call<Indexed>('GET', `/v1/euiccs/${eid}/profiles`)
      const form = ({ iccid, state }: Indexed['profiles'][number]) => `${iccid} ${state}`
      expect(profiles.map(form).sort(), eid).toEqual(known.profiles.map(form).sort())
    }
    const listed = await operator.call<{ data: Operation[] }>('GET', '/v1/operations?limit=1000')
    const ofCampaign = listed.data.filter(({ type }) => type === 'profile.enable')
    expect(ofCampaign).toHaveLength(DEVICES)
    for (const { id, status } of ofCampaign) {
      expect((await operator.operation(id)).status, id).toBe(status)
    }
  })

  it('has in its audit log who did what, in a chain that verifies', async () => {
    const { operator } = fleet
    const verdict = await operator.call<Verdict>('GET', '/v1/audit/verify')
    const { data } = await operator.call<{ data: AuditEntry[] }>('GET', '/v1/audit?limit=1000')

    expect(verdict).toMatchObject({ valid: true, entries: data.length })
    const told = data.map(({ actor, action }) => `${actor.kind} ${action}`)
    expect(told).toEqual(
      expect.arrayContaining([
        'key createTrigger',
        'trigger callTrigger',
        'key startCampaign',
        'campaign campaign.paused',
        'key resumeCampaign',
      ]),
    )
    expect(data.find(({ action }) => action === 'callTrigger')?.evidence.id).toBe(campaignId)
  })
})
