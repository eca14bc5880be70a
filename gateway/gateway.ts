/** The whole gateway of one node: workers, vault, the other nodes, the push channel and the admin server. */
import type { Server } from 'node:http'
import type { PushOutcome, PushRequest } from '../shared/gateway/push-message.ts'
import { type Configuration, mergeReload } from './configuration/index.ts'
import { ConnectionIds, connectionIdIn } from './connection-id.ts'
import { createTokenSigner, EdgeClient } from './forward/index.ts'
import { NodeLink } from './hand-over/index.ts'
import { PushChannel } from './push/push-channel.ts'
import { EdgeVault, MemoryVault, type SessionVault, SqliteVault } from './session-store/index.ts'
import { type Log, startAdminServer } from './telemetry/index.ts'
import { WorkerPool } from './worker/worker-pool.ts'

export class Gateway {
  readonly #log: Log
  readonly #vault: SessionVault
  #configuration: Configuration
  #pool: WorkerPool | undefined
  #link: NodeLink | undefined
  #push: PushChannel | undefined
  #admin: Server | undefined
  #isDraining = false

  private constructor(configuration: Configuration, log: Log) {
    this.#configuration = configuration
    this.#log = log
    this.#vault = openVault(configuration)
  }

  /** Listens when the promise resolves. @rejects when an address or the vault cannot be had */
  static async start(configuration: Configuration, log: Log): Promise<Gateway> {
    const gateway = new Gateway(configuration, log)
    await gateway.#start()
    return gateway
  }

  /** Tenants, keys and edge, without a session lost; what is a matter of sockets stays until the next start. */
  reload(next: Configuration): void {
    const { configuration, waiting } = mergeReload(this.#configuration, next)
    this.#configuration = configuration
    this.#pool?.configure(configuration)
    if (this.#vault instanceof EdgeVault) this.#vault.use(createVaultClient(configuration))
    void this.#push?.close()
    this.#push = this.#openPush()
    this.#log('info', 'reloaded', { tenants: configuration.tenants.length })
    if (waiting.length > 0) this.#log('warn', 'restart_needed', { sections: waiting.join(' ') })
  }

  /** Not ready any more, answers what is at the edge, saves all sessions. */
  async stop(): Promise<void> {
    this.#isDraining = true
    await this.#push?.close()
    await this.#pool?.drain()
    await this.#link?.close()
    await this.#vault.close()
    this.#admin?.close()
    this.#admin?.closeAllConnections()
  }

  async #start(): Promise<void> {
    const { node, admin } = this.#configuration
    this.#pool = await WorkerPool.start({
      configuration: this.#configuration,
      vault: this.#vault,
      sharing: node.workers > 1 && !sharesPorts ? 'fan-out' : 'kernel',
      toNode: (owner, { listener, datagram, peer }) =>
        this.#link?.relay.handOver(owner, listener, Buffer.from(datagram), peer) ?? false,
      back: ({ listener, datagram, peer }) =>
        this.#link?.relay.sendBack(listener, Buffer.from(datagram), peer) ?? false,
      log: this.#log,
    })
    if (node.handOver) this.#link = await this.#openLink(node.handOver, this.#pool)
    this.#push = this.#openPush()
    if (admin) {
      this.#admin = await startAdminServer({
        address: admin,
        configuration: () => this.#configuration,
        workers: () => this.#pool?.asks ?? [],
        isDraining: () => this.#isDraining,
        log: this.#log,
      })
    }
  }

  #openLink(handOver: NonNullable<Configuration['node']['handOver']>, pool: WorkerPool): Promise<NodeLink> {
    const { node } = this.#configuration
    const ids = new ConnectionIds(node.clusterKey, node.previousClusterKeys)
    return NodeLink.open(node, handOver, {
      deliver: (listener, datagram, peer) => {
        const owner = ids.read(connectionIdIn(datagram))
        pool.deliver(owner?.worker ?? 0, { listener, datagram, peer })
      },
      send: (listener, datagram, peer) => pool.send({ listener, datagram, peer }),
      onReturn: (returned) => pool.release(returned),
    })
  }

  #openPush(): PushChannel | undefined {
    const { node, edge } = this.#configuration
    if (!edge.hasPush) return undefined
    return new PushChannel({
      target: edge.target,
      certificateAuthorities: edge.certificateAuthorities,
      sign: createTokenSigner(node.name, edge.tokenKey, edge.tokenKeyId),
      transfer: (request) => this.#transfer(request),
      log: this.#log,
    })
  }

  async #transfer({ id, session, path, octets, timeoutMs }: PushRequest): Promise<PushOutcome> {
    const request = { path, body: Buffer.from(octets, 'base64'), timeoutMs }
    const outcome = (await this.#pool?.transfer(session, request)) ?? { kind: 'unknown-session' }
    if (outcome.kind !== 'answered') return { type: 'outcome', id, outcome: outcome.kind }
    return {
      type: 'outcome',
      id,
      outcome: 'answered',
      octets: Buffer.from(outcome.octets).toString('base64'),
    }
  }
}

/** Linux and the BSDs give one port to several sockets; elsewhere one worker receives for all. */
const sharesPorts = ['linux', 'freebsd', 'dragonfly'].includes(process.platform)

function openVault(configuration: Configuration): SessionVault {
  const { sessions } = configuration
  switch (sessions.store) {
    case 'memory':
      return new MemoryVault()
    case 'sqlite':
      return new SqliteVault(sessions.file ?? 'sessions.db')
    case 'edge':
      return new EdgeVault(createVaultClient(configuration))
  }
}

function createVaultClient({ node, edge }: Configuration): EdgeClient {
  const { target, certificateAuthorities, connections } = edge
  const sign = createTokenSigner(node.name, edge.tokenKey, edge.tokenKeyId)
  return new EdgeClient({ target, certificateAuthorities, connections, connectTimeoutMs: 3000, sign })
}
