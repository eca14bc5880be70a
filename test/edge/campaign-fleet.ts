/** A fleet that exists only as numbers, for campaigns under virtual time: devices poll, obey, fail, or are never seen again. */

import type { OperationId } from '../../functions/euicc/operation.ts'
import type { CampaignId, CampaignPlan, CampaignTarget } from '../../functions/fleet/campaign/campaign.ts'
import { CampaignRun } from '../../functions/fleet/campaign/campaign-run.ts'
import type { OperationChange } from '../../functions/fleet/campaign/campaign-stub.ts'
import type { EnrolledEuicc } from '../../functions/fleet/euiccs.ts'
import { CountedSql } from './counted-sql.ts'
import { nodeSql } from './node-sql.ts'

export const START = Date.parse('2026-12-01T12:00:00Z')
export const HOUR = 3_600_000
export const CAMPAIGN = 'cmp_01TEST' as CampaignId

/** What a device does with a package that reaches it. */
export type Behaviour = 'obeys' | 'fails' | 'is-lost' | 'never-polls'

export interface FleetDevice {
  readonly eid: string
  readonly behaviour: Behaviour
  readonly timeZone: string | null
  readonly profiles: EnrolledEuicc['profiles']
}

interface Queued {
  readonly id: string
  status: 'queued' | 'delivered' | 'ended'
}

export function planOf(changes: Partial<CampaignPlan> = {}): CampaignPlan {
  return {
    name: 'test',
    target: { kind: 'filter', filter: {} },
    operation: { request: { type: 'eim.list' }, priority: 0, force: false, labels: {} },
    waves: null,
    gate: { endedPercent: 80, successPercent: 90, soakSeconds: 0, advance: 'automatic' },
    pauseAt: { failurePercent: null, lost: null, lostAfterSeconds: 3600 },
    ratePerMinute: null,
    window: null,
    retries: { most: 0, afterSeconds: 60 },
    deadline: START + 30 * 24 * HOUR,
    ...changes,
  }
}

export function eidOf(index: number): string {
  return `8904${String(index).padStart(28, '0')}`
}

export function devicesOf(
  count: number,
  behaviourOf: (index: number) => Behaviour = () => 'obeys',
): FleetDevice[] {
  return Array.from({ length: count }, (_, index) => ({
    eid: eidOf(index),
    behaviour: behaviourOf(index),
    timeZone: null,
    profiles: [],
  }))
}

export class CampaignFleet {
  now = START
  run: CampaignRun
  /** Hand-outs, in order: when, to whom. */
  readonly handOuts: { readonly eid: string; readonly at: number }[] = []
  readonly states: string[] = []
  readonly sql = new CountedSql(nodeSql())
  /** Statements and rows of the largest piece of work so far. */
  largestPiece = 0
  readonly #devices: Map<string, FleetDevice>
  readonly #operations = new Map<string, Queued>()
  readonly #seen = new Map<string, number>()
  readonly #keys = new Map<string, string>()
  #sequence = 0

  constructor(devices: readonly FleetDevice[]) {
    this.#devices = new Map(devices.map((device) => [device.eid, device]))
    this.run = this.#start()
  }

  #start(): CampaignRun {
    return new CampaignRun({
      sql: this.sql,
      now: () => this.now,
      lookUp: async (_tenant, target, cursor) => this.#lookUp(target, cursor),
      find: async (_tenant, eids) => new Map(eids.flatMap((eid) => this.#row(eid))),
      enqueue: async (_tenant, eid, _operation, key) => {
        const id = this.#keys.get(`${eid} ${key}`) ?? `op_${this.#keys.size}`
        if (!this.#keys.has(`${eid} ${key}`)) this.#operations.set(eid, { id, status: 'queued' })
        this.#keys.set(`${eid} ${key}`, id)
        return { ok: true, operationId: id }
      },
      cancel: async (_tenant, eid, operationId) => {
        const operation = this.#operations.get(eid)
        if (operation?.id !== operationId || operation.status !== 'queued') return false
        operation.status = 'ended'
        return true
      },
      announce: async ({ state }) => void this.states.push(state),
    })
  }

  /** The object loses its memory; its storage stays. */
  restart(): void {
    this.run = this.#start()
  }

  #row(eid: string): [string, EnrolledEuicc][] {
    const device = this.#devices.get(eid)
    if (!device) return []
    const { timeZone, profiles } = device
    const settings = { eimId: 'eim', labels: {}, group: null, expectedPollSeconds: null }
    const lastSeenAt = this.#seen.get(eid) ?? null
    return [[eid, { eid, ...settings, timeZone, enrolledAt: START, retiredAt: null, lastSeenAt, profiles }]]
  }

  #lookUp(target: CampaignTarget, cursor: string | null) {
    const eids = target.kind === 'eids' ? target.eids : [...this.#devices.keys()]
    const from = Number(cursor ?? 0)
    const part = eids.slice(from, from + 1000)
    return {
      euiccs: part.flatMap((eid) => this.#row(eid).map(([, row]) => row)),
      missing: part.filter((eid) => !this.#devices.has(eid)),
      next: from + part.length < eids.length ? String(from + part.length) : null,
    }
  }

  /** All that is due now. */
  async settle(): Promise<void> {
    for (let next = this.run.nextWork; next !== null && next <= this.now; next = this.run.nextWork) {
      const before = this.sql.touched
      await this.run.work()
      this.largestPiece = Math.max(this.largestPiece, this.sql.touched - before)
    }
  }

  async create(plan: CampaignPlan, startsItself = true): Promise<void> {
    await this.run.create({ tenant: 'tnt', id: CAMPAIGN, plan, createdBy: 'key_1', startsItself })
    await this.settle()
  }

  /** A device wakes up: takes what may leave, and answers as it does. */
  async poll(eid: string): Promise<void> {
    const device = this.#devices.get(eid)
    const operation = this.#operations.get(eid)
    if (!device || device.behaviour === 'never-polls') return
    if (device.behaviour === 'is-lost' && operation?.status === 'delivered') return
    this.#seen.set(eid, this.now)
    if (operation?.status !== 'queued') return
    if ((await this.run.mayLeave(eid, operation.id)) === 'wait') return
    operation.status = 'delivered'
    this.handOuts.push({ eid, at: this.now })
    await this.#tell(eid, operation.id, 'delivered')
    if (device.behaviour === 'is-lost') return
    operation.status = 'ended'
    await this.#tell(eid, operation.id, device.behaviour === 'fails' ? 'failed' : 'succeeded')
  }

  async pollAll(): Promise<void> {
    for (const eid of this.#devices.keys()) await this.poll(eid)
    await this.settle()
  }

  async #tell(eid: string, id: string, status: 'delivered' | 'succeeded' | 'failed'): Promise<void> {
    const change: OperationChange = {
      kind: 'operation',
      tenant: 'tnt',
      eid,
      sequence: ++this.#sequence,
      at: this.now,
      operation: {
        id: id as OperationId,
        type: 'eim.list',
        status,
        outcome: null,
        reason: null,
        origin: 'operator',
        createdAt: START,
        campaign: CAMPAIGN,
      },
    }
    // The queue may bring it twice.
    await this.run.report([change, change])
  }
}
