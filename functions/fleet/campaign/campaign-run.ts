/**
 * A campaign as a machine over any SQLite: commands, reports and the time go in, bounded pieces of work come out. The
 * Durable Object is only its shell. No call does more than one batch, whatever the size of the campaign.
 */
import type { Clearance, Page } from '../../euicc/euicc-interface.ts'
import type { CampaignState, CampaignView, TargetView } from './campaign.ts'
import type { CampaignContext, CampaignPorts } from './campaign-context.ts'
import { type CampaignRecord, createRecord, newRecord, readRecord, writeRecord } from './campaign-record.ts'
import type {
  CampaignCommand,
  CampaignInterface,
  CommandAnswer,
  NewCampaign,
  OperationChange,
  TargetQuery,
} from './campaign-stub.ts'
import { judge, startNextWave, takeReport } from './follow.ts'
import { endedIn, failuresIn } from './judgement.ts'
import { isWindowOpen } from './maintenance-window.ts'
import { prepareSome } from './prepare.ts'
import { askSome, cancelSome, findLost, hasOpenTargets, nextToAsk, retryDue } from './proceed.ts'
import { NO_WAVE, type Target, TargetStore } from './target-store.ts'

const MINUTE_MS = 60_000

const NOT_ENDED: ReadonlySet<CampaignState> = new Set(['preparing', 'ready', 'running', 'paused'])

export class CampaignRun implements CampaignInterface {
  readonly #ports: CampaignPorts
  readonly #targets: TargetStore
  #record: CampaignRecord | null

  constructor(ports: CampaignPorts) {
    this.#ports = ports
    this.#targets = new TargetStore(ports.sql)
    this.#record = readRecord(ports.sql)
  }

  /** Again with the same id changes nothing. */
  async create({ tenant, id, plan, createdBy, startsItself }: NewCampaign): Promise<CampaignView> {
    if (!this.#record) {
      const record = newRecord({ tenant, id, plan, createdBy, startsItself }, this.#ports.now())
      this.#ports.sql.transaction(() => createRecord(this.#ports.sql, record))
      this.#record = record
      await this.#announce(true)
    }
    return this.#viewOf(this.#known)
  }

  async view(): Promise<CampaignView | null> {
    return this.#record && this.#viewOf(this.#record)
  }

  async targets({ limit, cursor, status }: TargetQuery): Promise<Page<TargetView> | null> {
    if (!this.#record) return null
    const found = this.#targets.list(limit, cursor, status)
    const last = found.at(-1)
    return { data: found.map(viewTarget), nextCursor: last && found.length === limit ? last.eid : null }
  }

  async command(command: CampaignCommand): Promise<CommandAnswer> {
    if (!this.#record) return null
    const { state } = this.#record
    if (!this.#obey(command, this.#record)) return { kind: 'conflict', detail: `the campaign is ${state}` }
    // There may be nothing left to wait for.
    this.#judge()
    await this.#announce(true)
    return { kind: 'done', campaign: this.#viewOf(this.#known) }
  }

  /** Pause, pace and window, at the last moment. Asked again about one that may leave, it says so again. */
  async mayLeave(eid: string, operationId: string): Promise<Clearance> {
    const record = this.#record
    const target = this.#targets.find(eid)
    if (record?.state !== 'running' || target?.operationId !== operationId) return 'wait'
    if (target.status === 'delivered') return 'leave'
    const now = this.#ports.now()
    const { window, ratePerMinute, pauseAt } = record.plan
    if (target.status !== 'queued' || (window && !isWindowOpen(window, target.timeZone, now))) return 'wait'
    return this.#ports.sql.transaction((): Clearance => {
      if (ratePerMinute !== null && !this.#takePace(record, ratePerMinute, now)) return 'wait'
      const dueAt = now + pauseAt.lostAfterSeconds * 1000
      this.#targets.move(target, { status: 'delivered', changedAt: now, dueAt })
      return 'leave'
    })
  }

  /** What the eUICCs' objects tell of their operations: more than once, in any order. */
  async report(changes: readonly OperationChange[]): Promise<void> {
    if (!this.#record) return
    const { state } = this.#record
    this.#ports.sql.transaction(() => {
      for (const change of changes) takeReport(this.#context, change)
      judge(this.#context)
    })
    if (this.#known.state !== state) await this.#announce(false)
  }

  /** One piece of work. True: there is more to do at once. */
  async work(): Promise<boolean> {
    if (!this.#record) return false
    const { state } = this.#record
    const hasMore = await this.#workIn(this.#record)
    if (this.#known.state !== state) await this.#announce(false)
    return hasMore
  }

  /** When {@link work} is to be called, milliseconds since the epoch; null while only a report or a command can bring something. */
  get nextWork(): number | null {
    if (!this.#record) return null
    const { state, plan, passedAt } = this.#record
    const now = this.#ports.now()
    switch (state) {
      case 'preparing':
        return now
      case 'ready':
        return plan.deadline
      case 'paused':
        return Math.min(plan.deadline, this.#targets.nextDue('delivered') ?? plan.deadline)
      case 'aborted':
        return hasOpenTargets(this.#context) ? now : null
      case 'running': {
        if (nextToAsk(this.#context, 1).length > 0) return now
        const soaked = passedAt === null ? null : passedAt + plan.gate.soakSeconds * 1000
        const due = [this.#targets.nextDue('delivered'), this.#targets.nextDue('retrying'), soaked]
        return Math.min(plan.deadline, ...due.filter((each) => each !== null))
      }
      default:
        return null
    }
  }

  get #known(): CampaignRecord {
    if (!this.#record) throw new Error('there is no campaign here')
    return this.#record
  }

  get #context(): CampaignContext {
    return {
      ports: this.#ports,
      targets: this.#targets,
      record: this.#known,
      change: (change) => this.#change(change),
    }
  }

  #change(change: Partial<CampaignRecord>): CampaignRecord {
    this.#record = { ...this.#known, ...change }
    writeRecord(this.#ports.sql, this.#record)
    return this.#record
  }

  #judge(): void {
    this.#ports.sql.transaction(() => judge(this.#context))
  }

  #announce(isAsked: boolean): Promise<void> {
    return this.#ports.announce(this.#known, this.#targets.tally(null), isAsked)
  }

  /** False when the state does not allow it. */
  #obey(command: CampaignCommand, { state, pause }: CampaignRecord): boolean {
    const now = this.#ports.now()
    switch (command) {
      case 'start':
        if (state === 'preparing') this.#change({ startsItself: true })
        else if (state === 'ready') this.#change({ state: 'running', startedAt: now })
        else return false
        return true
      case 'pause':
        if (state === 'preparing') this.#change({ startsItself: false })
        else if (state === 'running')
          this.#change({ state: 'paused', pause: { code: 'operator', detail: 'paused by hand' } })
        else return false
        return true
      case 'resume':
      case 'advance': {
        if (state !== 'paused') return false
        this.#forgive()
        const isAtGate = pause?.code === 'wave-failed' || pause?.code === 'wave-done'
        if (isAtGate || command === 'advance') startNextWave(this.#context)
        return true
      }
      case 'abort':
        if (!NOT_ENDED.has(state)) return false
        this.#change({ state: 'aborted', endedAt: now, pause: null })
        return true
    }
  }

  /** Whoever resumes has seen what there was: only what comes on top counts from now on. */
  #forgive(): void {
    const total = this.#targets.tally(null)
    const forgiven = { failures: failuresIn(total), ended: endedIn(total), lost: total.lost }
    this.#change({ state: 'running', pause: null, forgiven })
  }

  async #workIn({ state, plan, pause }: CampaignRecord): Promise<boolean> {
    const now = this.#ports.now()
    if (NOT_ENDED.has(state) && now >= plan.deadline) {
      this.#change({ state: 'expired', endedAt: now, pause })
      return false
    }
    switch (state) {
      case 'preparing':
        await prepareSome(this.#context)
        this.#judge()
        return true
      case 'aborted':
        return cancelSome(this.#context)
      case 'running':
        await findLost(this.#context)
        retryDue(this.#context)
        this.#judge()
        return this.#known.state === 'running' && askSome(this.#context)
      case 'paused':
        // Who decides whether to go on is to know of all that are lost by now.
        await findLost(this.#context)
        return false
      default:
        return false
    }
  }

  #takePace({ pace }: CampaignRecord, perMinute: number, now: number): boolean {
    const isNewMinute = now - pace.since >= MINUTE_MS
    const left = isNewMinute ? perMinute : pace.left
    if (left <= 0) return false
    this.#change({ pace: { since: isNewMinute ? now : pace.since, left: left - 1 } })
    return true
  }

  #viewOf(record: CampaignRecord): CampaignView {
    const { id, state, pause, plan, createdBy, createdAt, startedAt, endedAt, sizes, wave } = record
    return {
      id,
      state,
      pause,
      plan,
      createdBy,
      createdAt,
      startedAt,
      endedAt,
      total: this.#targets.tally(null),
      waves: sizes.map((size, number) => ({
        number: number + 1,
        size,
        state: startedAt === null || number > wave ? 'waiting' : number < wave ? 'passed' : 'running',
        tally: this.#targets.tally(number),
      })),
      skipped: this.#targets.skippedByReason(),
    }
  }
}

function viewTarget({ eid, wave, status, attempt, operationId, reason, changedAt }: Target): TargetView {
  return { eid, wave: wave === NO_WAVE ? null : wave + 1, status, attempt, operationId, reason, changedAt }
}
