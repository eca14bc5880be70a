/** The Durable Object around a {@link CampaignRun}: SQLite, clock, and an alarm that does its work piece by piece. */
import { DurableObject } from 'cloudflare:workers'
import { sqlOf } from '../../euicc/durable-sql.ts'
import type { EuiccNamespace } from '../../euicc/euicc-stub.ts'
import { type Announcement, announcement } from '../../events/event.ts'
import type { Tally } from './campaign.ts'
import { indexCampaign } from './campaign-index.ts'
import { fleetPorts } from './campaign-ports.ts'
import type { CampaignRecord } from './campaign-record.ts'
import { CampaignRun } from './campaign-run.ts'
import type {
  CampaignCommand,
  CampaignInterface,
  NewCampaign,
  OperationChange,
  TargetQuery,
} from './campaign-stub.ts'

/** What the object needs of its Worker's environment. */
export interface CampaignObjectEnvironment {
  readonly FLEET: D1Database
  readonly EUICC: EuiccNamespace
  readonly CHANGES: Queue<Announcement>
}

const RETRY_MS = 15_000

function announcementOf(
  { tenant, id, state, pause, plan }: CampaignRecord,
  total: Tally,
  isAsked: boolean,
  at: number,
): Announcement {
  const data = { name: plan.name, state, pause, total }
  return announcement({ tenant, type: `campaign.${state}`, subject: id, at, data }, isAsked)
}

export class CampaignObject extends DurableObject<CampaignObjectEnvironment> implements CampaignInterface {
  readonly #run: CampaignRun

  constructor(state: DurableObjectState, environment: CampaignObjectEnvironment) {
    super(state, environment)
    this.#run = new CampaignRun({
      ...fleetPorts(environment.FLEET, environment.EUICC),
      sql: sqlOf(state.storage),
      now: () => Date.now(),
      async announce(campaign, total, isAsked) {
        await indexCampaign(environment.FLEET, campaign, total)
        await environment.CHANGES.send(announcementOf(campaign, total, isAsked, Date.now()))
      },
    })
  }

  create(campaign: NewCampaign) {
    return this.#after(this.#run.create(campaign))
  }
  view() {
    return this.#run.view()
  }
  targets(query: TargetQuery) {
    return this.#run.targets(query)
  }
  command(command: CampaignCommand) {
    return this.#after(this.#run.command(command))
  }
  mayLeave(eid: string, operationId: string) {
    return this.#run.mayLeave(eid, operationId)
  }
  report(changes: readonly OperationChange[]) {
    return this.#after(this.#run.report(changes))
  }

  /** One piece of work an alarm. A failed one is repeated without end: the platform itself gives up after some tries. */
  override async alarm(): Promise<void> {
    try {
      await this.#run.work()
      await this.#setAlarm()
    } catch (error) {
      console.error(JSON.stringify({ event: 'campaign.failed', reason: String(error) }))
      await this.ctx.storage.setAlarm(Date.now() + RETRY_MS)
    }
  }

  async #after<T>(call: Promise<T>): Promise<T> {
    const answer = await call
    await this.#setAlarm()
    return answer
  }

  async #setAlarm(): Promise<void> {
    const next = this.#run.nextWork
    const set = await this.ctx.storage.getAlarm()
    if (next === null || (set !== null && set <= next)) return
    await this.ctx.storage.setAlarm(next)
  }
}
