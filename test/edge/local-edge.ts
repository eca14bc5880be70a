/** The edge in one Node process under virtual time: the Worker's ESipa door, objects on in-memory SQLite, nothing between. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Environment } from '../../functions/environment.ts'
import { esipaApi } from '../../functions/esipa/index.ts'
import type { Change } from '../../functions/euicc/change.ts'
import { Euicc } from '../../functions/euicc/euicc.ts'
import type { NewOperation, OperationId, OperationRequest } from '../../functions/euicc/operation.ts'
import { indexCampaign } from '../../functions/fleet/campaign/campaign-index.ts'
import { fleetPorts } from '../../functions/fleet/campaign/campaign-ports.ts'
import { CampaignRun } from '../../functions/fleet/campaign/campaign-run.ts'
import { type Injected, inject } from '../../functions/injection/index.ts'
import {
  addInitialEim,
  createEimIdentity,
  type EimIdentity,
  rotateSigningKey,
} from '../../functions/keys/index.ts'
import type { Push, Pushed } from '../../functions/transport/push-stub.ts'
import type { Octets } from '../../shared/octets.ts'
import { parseCertificate } from '../../shared/pki/index.ts'
import type { CardIssuer } from '../simulator/card-issuer.ts'
import type { Send } from '../simulator/esipa-client.ts'
import { nodeD1, nodeSql } from './node-sql.ts'

const MIGRATIONS = new URL('../../functions/fleet/migrations/', import.meta.url)
const migrations = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(new URL(name, MIGRATIONS), 'utf8'))

export const TENANT = 'tnt_test'
const DAY_MS = 86_400_000

function nobody(): never {
  throw new Error('gateways keep nothing here')
}

/** Nothing in the simulated Worker outlives its request. */
const EXECUTION: ExecutionContext = {
  waitUntil: () => undefined,
  passThroughOnException: () => undefined,
  props: {},
} as unknown as ExecutionContext

export class LocalEdge {
  /** Virtual time, milliseconds since the epoch. */
  now = Date.parse('2026-12-01T00:00:00Z')
  readonly changes: Change[] = []
  readonly fqdn: string
  environment: Environment
  identity: EimIdentity | undefined
  /** What the gateways' push channels do. */
  onPush: (gateway: string, push: Push) => Promise<Pushed> = async () => ({ outcome: 'away' })
  readonly #storage = new Map<string, ReturnType<typeof nodeSql>>()
  readonly #objects = new Map<string, Euicc>()
  readonly #campaigns = new Map<string, CampaignRun>()
  #roots

  private constructor(issuer: CardIssuer, fqdn: string) {
    this.fqdn = fqdn
    this.#roots = [parseCertificate(issuer.ci.certificate)]
    this.environment = {
      ASSETS: { fetch: nobody },
      EUICC: { getByName: (name) => this.#object(name) },
      CAMPAIGN: { getByName: (name) => this.#campaign(name) },
      GATEWAY_SESSIONS: { getByName: nobody },
      WEBHOOK_ENDPOINT: { getByName: nobody },
      EVENT_FEED: { getByName: nobody },
      AUDIT: { getByName: nobody },
      GATEWAY_PUSH: {
        getByName: (gateway) => ({ push: (push) => this.onPush(gateway, push), fetch: nobody }),
      },
      FLEET: nodeD1(migrations),
      CHANGES: { send: async () => undefined, sendBatch: async () => undefined } as unknown as Queue<Change>,
      KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    }
  }

  /** `fqdn` must be new for each edge: the Worker remembers host names for a while. */
  static async create(issuer: CardIssuer, fqdn: string): Promise<LocalEdge> {
    const edge = new LocalEdge(issuer, fqdn)
    const created = await createEimIdentity(edge.environment, TENANT, {
      eimId: fqdn,
      eimFqdn: fqdn,
      eimIdType: 'fqdn',
    })
    if (!created.ok) throw new Error(JSON.stringify(created.refusal))
    edge.identity = created.value
    return edge
  }

  #campaign(name: string): CampaignRun {
    const { FLEET, EUICC } = this.environment
    const campaign =
      this.#campaigns.get(name) ??
      new CampaignRun({
        ...fleetPorts(FLEET, EUICC),
        sql: nodeSql(),
        now: () => this.now,
        announce: (record, total) => indexCampaign(FLEET, record, total),
      })
    this.#campaigns.set(name, campaign)
    return campaign
  }

  /** Does what the campaigns' alarms would do now. */
  async runCampaigns(): Promise<void> {
    for (const campaign of this.#campaigns.values()) {
      while ((campaign.nextWork ?? Number.POSITIVE_INFINITY) <= this.now) await campaign.work()
    }
  }

  #object(name: string): Euicc {
    const known = this.#objects.get(name)
    if (known) return known
    const sql = this.#storage.get(name) ?? nodeSql()
    this.#storage.set(name, sql)
    const object = new Euicc({
      sql,
      roots: this.#roots,
      now: () => this.now,
      random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    })
    this.#objects.set(name, object)
    return object
  }

  euicc(eid: string): Euicc {
    return this.#object(`${TENANT}:${eid}`)
  }

  /** As after a deployment with another CI_CERTIFICATES. */
  trustCi(issuer: CardIssuer): void {
    this.#roots = [parseCertificate(issuer.ci.certificate)]
    this.restart()
  }

  /** JWKS of the gateways that may vouch for devices. */
  trustGateways(jwks: string): void {
    this.environment = { ...this.environment, GATEWAY_KEYS: jwks }
  }

  /** What the queue's consumer does for a push-wanted change. */
  inject(eid: string): Promise<Injected> {
    return inject(this.environment, TENANT, eid)
  }

  /** All objects lose their memory; their storage stays. */
  restart(): void {
    this.#objects.clear()
  }

  /** Every eimTransactionId that was given out for an operation. */
  transactionIds(eid: string, id: OperationId): string[] {
    const sql = this.#storage.get(`${TENANT}:${eid}`)
    const rows = sql?.all<{ transaction_id: string }>(
      'SELECT transaction_id FROM delivery WHERE operation_id = ?',
      id,
    )
    return rows?.map((row) => row.transaction_id) ?? []
  }

  /** End of the eUICC's life in this process: frees what a run used. */
  forget(eid: string): void {
    this.#objects.delete(`${TENANT}:${eid}`)
    this.#storage.delete(`${TENANT}:${eid}`)
  }

  get ownIdentity(): EimIdentity {
    if (!this.identity) throw new Error('the edge has no identity')
    return this.identity
  }

  /** Gives the identity another signing key, which eUICCs get by `eim.update`. */
  async rotate(): Promise<void> {
    const rotated = await rotateSigningKey(this.environment, TENANT, this.ownIdentity.id)
    if (!rotated.ok) throw new Error(JSON.stringify(rotated.refusal))
    this.identity = rotated.value
  }

  addInitialEim(): Octets {
    return addInitialEim(this.ownIdentity)
  }

  enrol(eid: string): Promise<boolean> {
    return this.euicc(eid).enrol({
      tenant: TENANT,
      eid,
      eimId: this.fqdn,
      labels: {},
      group: null,
      expectedPollSeconds: null,
      timeZone: null,
    })
  }

  /** Queues an operation that must be accepted. */
  async enqueue(
    eid: string,
    request: OperationRequest,
    changes: Partial<NewOperation> = {},
  ): Promise<OperationId> {
    const operation: NewOperation = {
      request,
      schedule: { priority: 0, notBefore: 0, deadline: this.now + 30 * DAY_MS, after: null },
      eimId: this.fqdn,
      force: true,
      labels: {},
      retryOf: null,
      traceparent: null,
      ...changes,
    }
    const enqueued = await this.euicc(eid).enqueue(operation, null)
    if (!enqueued?.ok) throw new Error(`refused: ${JSON.stringify(enqueued)}`)
    return enqueued.value.id
  }

  async operation(eid: string, id: OperationId) {
    const operation = await this.euicc(eid).operation(id)
    if (!operation) throw new Error(`${id} is unknown`)
    return operation
  }

  /** The way of an IPA into the Worker. */
  readonly send: Send = async ({ path, headers, body }) => {
    const request = new Request(`https://${this.fqdn}${path}`, { method: 'POST', headers, body })
    const response = await esipaApi.fetch(request, this.environment, EXECUTION)
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    }
  }
}
