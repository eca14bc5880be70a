/** The Durable Object around a {@link DeliveryQueue}: it sends on alarms only, some events at a time. */
import { DurableObject } from 'cloudflare:workers'
import type { Environment } from '../environment.ts'
import { sqlOf } from '../euicc/durable-sql.ts'
import { numberOf } from '../euicc/paging.ts'
import { deliver } from './deliver.ts'
import { DeliveryQueue, type Step } from './delivery-queue.ts'
import { disableEndpoint, type Endpoint, findEndpoint, signingSecrets } from './endpoint.ts'
import type { DeliveriesQuery, EndpointInterface, EndpointOwner } from './endpoint-stub.ts'
import { announcement, type TenantEvent } from './event.ts'
import { refusalOfTarget } from './safe-target.ts'

/** Connections at the same time; the platform opens no more. */
const AT_ONCE = 6
/** Rounds of one alarm. */
const ROUNDS = 20
/** Until the next try when the house itself fails: its database, its keys. */
const RETRY_MS = 30_000

export class EndpointObject extends DurableObject<Environment> implements EndpointInterface {
  readonly #queue: DeliveryQueue
  /** With its tables, perhaps while an event was on its way. */
  #isRemoved = false

  constructor(state: DurableObjectState, environment: Environment) {
    super(state, environment)
    this.#queue = new DeliveryQueue(
      sqlOf(state.storage),
      () => Date.now(),
      () => Math.random(),
    )
  }

  async accept(owner: EndpointOwner, steps: readonly Step[]): Promise<void> {
    await this.#remember(owner)
    this.#queue.accept(steps)
    await this.#setAlarm()
  }

  async replay(owner: EndpointOwner, events: readonly TenantEvent[]): Promise<void> {
    await this.#remember(owner)
    this.#queue.replay(events)
    await this.#setAlarm()
  }

  async redeliver(eventId: string): Promise<boolean> {
    const found = this.#queue.redeliver(eventId)
    await this.#setAlarm()
    return found
  }

  async deliveries({ limit, cursor, state }: DeliveriesQuery) {
    const found = this.#queue.list(state, limit, numberOf(cursor))
    const last = found.at(-1)
    return {
      data: found.map(({ delivery }) => delivery),
      nextCursor: last && found.length === limit ? String(last.position) : null,
    }
  }

  async health() {
    return { counts: this.#queue.counts(), ...this.#queue.health() }
  }

  async remove(): Promise<void> {
    this.#isRemoved = true
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  /** Whatever fails is tried again without end: the platform itself gives an alarm up after some tries. */
  override async alarm(): Promise<void> {
    try {
      await this.#work()
      await this.#setAlarm()
    } catch (error) {
      if (this.#isRemoved) return
      console.error(JSON.stringify({ event: 'webhook_endpoint.failed', reason: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + RETRY_MS)
    }
  }

  async #work(): Promise<void> {
    const owner = await this.ctx.storage.get<EndpointOwner>('owner')
    const endpoint = owner && (await findEndpoint(this.env.FLEET, owner.tenant, owner.id))
    if (!endpoint) return
    if (endpoint.disabled === null) await this.#send(endpoint)
    else this.#queue.giveUp(`the endpoint is disabled: ${endpoint.disabled}`)
  }

  async #send(endpoint: Endpoint): Promise<void> {
    const allowsLocal = this.env.ALLOW_LOCAL_TARGETS === 'true'
    const refusal = refusalOfTarget(endpoint.url, allowsLocal)
    if (refusal !== null) return this.#disable(endpoint, `its address ${refusal}`)
    const secrets = await signingSecrets(this.env, endpoint, Date.now())
    for (let round = 0; round < ROUNDS; round++) {
      const events = this.#queue.due(AT_ONCE)
      if (events.length === 0) return
      const reasons = await Promise.all(
        events.map(async (event) => {
          const outcome = await deliver(endpoint, event, secrets, Date.now())
          return this.#queue.settle(event.id, outcome)
        }),
      )
      const reason = reasons.find((each) => each !== null)
      if (reason !== undefined && reason !== null) return this.#disable(endpoint, reason)
    }
  }

  async #disable(endpoint: Endpoint, reason: string): Promise<void> {
    const { tenant, id, url } = endpoint
    const now = Date.now()
    await disableEndpoint(this.env.FLEET, endpoint, reason, now)
    this.#queue.giveUp(`the endpoint is disabled: ${reason}`)
    const data = { url, reason }
    const notice = { tenant, type: 'webhook_endpoint.disabled', subject: id, at: now, data } as const
    await this.env.CHANGES.send(announcement(notice, false))
    console.warn(JSON.stringify({ event: 'webhook_endpoint.disabled', tenant, endpoint: id, reason }))
  }

  async #remember(owner: EndpointOwner): Promise<void> {
    if ((await this.ctx.storage.get('owner')) === undefined) await this.ctx.storage.put('owner', owner)
  }

  async #setAlarm(): Promise<void> {
    const next = this.#queue.nextWork()
    if (next === null) return
    const set = await this.ctx.storage.getAlarm()
    if (set === null || next < set) await this.ctx.storage.setAlarm(Math.max(next, Date.now()))
  }
}
