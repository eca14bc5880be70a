/** Main's view of its workers: starts them, starts them again, carries what they say to each other. */
import { Worker } from 'node:worker_threads'
import type { TransferOutcome, TransferRequest } from '../coap/index.ts'
import type { Configuration } from '../configuration/index.ts'
import type { SessionVault } from '../session-store/index.ts'
import type { AskWorker, Log, WorkerReport } from '../telemetry/index.ts'
import { callVault } from './vault-channel.ts'
import type { FromWorker, Routed, ToWorker, WorkerData } from './worker-message.ts'

export interface WorkerPoolOptions {
  readonly configuration: Configuration
  readonly vault: SessionVault
  readonly sharing: WorkerData['sharing']
  /** For another node; false when that is not alive. */
  readonly toNode: (node: number, routed: Routed) => boolean
  /** Back by the node the device speaks to; false when it speaks to this one. */
  readonly back: (routed: Routed) => boolean
  readonly log: Log
}

type Transferred = TransferOutcome | { readonly kind: 'unknown-session' }

const THREAD = new URL('./thread.ts', import.meta.url)
const RESTART_MS = 1000
/**
 * What each datagram leaves behind is garbage within milliseconds, but what is remembered for repetitions is not: with
 * Node's own small nursery it would be copied again and again.
 */
export const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 192 }

interface Seat {
  readonly index: number
  readonly thread: Worker
  /** It listens, and has not ended. */
  isReady: boolean
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions
  readonly #seats: Seat[] = []
  readonly #reports = new Map<number, (report: WorkerReport) => void>()
  readonly #transfers = new Map<number, (outcome: Transferred) => void>()
  readonly #drained = new Map<number, () => void>()
  #configuration: Configuration
  #nextId = 1
  #isDraining = false

  private constructor(options: WorkerPoolOptions) {
    this.#options = options
    this.#configuration = options.configuration
  }

  /** Resolves when all of them listen. @rejects when one cannot */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options)
    for (let index = 0; index < options.configuration.node.workers; index++) await pool.#add(index)
    return pool
  }

  get asks(): readonly AskWorker[] {
    return this.#seats.map((seat) => () => {
      const id = this.#nextId++
      return new Promise<WorkerReport>((resolve) => {
        this.#reports.set(id, resolve)
        this.#post(seat, { kind: 'report', id })
      })
    })
  }

  /** The worker that has the session answers; the others do not know it. */
  async transfer(session: string, request: TransferRequest): Promise<Transferred> {
    const all = this.#seats.map((seat) => {
      const id = this.#nextId++
      return new Promise<Transferred>((resolve) => {
        this.#transfers.set(id, resolve)
        this.#post(seat, { kind: 'transfer', id, session, request })
        // A worker that ends meanwhile says nothing any more.
        setTimeout(
          () => this.#settleTransfer(id, { kind: 'unreachable' }),
          request.timeoutMs + RESTART_MS,
        ).unref()
      })
    })
    const known = all.map(async (each) => {
      const outcome = await each
      if (outcome.kind === 'unknown-session') throw new Error('not here')
      return outcome
    })
    return Promise.any(known).catch(() => ({ kind: 'unknown-session' }) as const)
  }

  configure(configuration: Configuration): void {
    this.#configuration = configuration
    for (const seat of this.#seats) this.#post(seat, { kind: 'configure', configuration })
  }

  release(node: number): void {
    for (const seat of this.#seats) this.#post(seat, { kind: 'release', node })
  }

  /** A datagram that came by another node, for the worker that its Connection ID names. */
  deliver(worker: number, routed: Routed): void {
    this.#deliver(worker, [routed], true)
  }

  /** An answer of another node. */
  send(routed: Routed): void {
    this.#send([routed])
  }

  /** Resolves when every worker has answered what it could and saved its sessions. */
  async drain(): Promise<void> {
    this.#isDraining = true
    await Promise.all(
      this.#seats
        .filter(({ isReady }) => isReady)
        .map(
          (seat) =>
            new Promise<void>((resolve) => {
              this.#drained.set(seat.index, resolve)
              this.#post(seat, { kind: 'drain' })
            }),
        ),
    )
    await Promise.all(this.#seats.map(({ thread }) => thread.terminate()))
  }

  async #add(index: number): Promise<void> {
    const { sharing } = this.#options
    const configuration = this.#configuration
    const workerData: WorkerData = { configuration, index, sharing }
    const thread = new Worker(THREAD, { workerData, resourceLimits: RESOURCE_LIMITS })
    const seat: Seat = { index, thread, isReady: false }
    await new Promise<void>((resolve, reject) => {
      thread.once('error', reject)
      thread.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          seat.isReady = true
          thread.removeListener('error', reject)
          resolve()
        } else this.#receive(seat, message)
      })
    })
    this.#seats[index] = seat
    // A reload while it started went to the one before.
    if (this.#configuration !== configuration) {
      this.#post(seat, { kind: 'configure', configuration: this.#configuration })
    }
    thread.on('error', (error) => {
      this.#options.log('error', 'worker_failed', { worker: index, reason: String(error) })
    })
    thread.on('exit', () => {
      seat.isReady = false
      this.#replace(index)
    })
  }

  /** Its sessions are claimed from the vault as their devices call. */
  #replace(index: number): void {
    if (this.#isDraining) {
      this.#drained.get(index)?.()
      return
    }
    setTimeout(() => {
      if (this.#isDraining) return
      this.#add(index).catch((error: unknown) => {
        this.#options.log('error', 'worker_not_started', { worker: index, reason: String(error) })
        this.#replace(index)
      })
    }, RESTART_MS)
  }

  #post({ thread }: Seat, message: ToWorker): void {
    thread.postMessage(message)
  }

  #receive(seat: Seat, message: FromWorker): void {
    switch (message.kind) {
      case 'vault':
        void this.#callVault(seat, message)
        return
      case 'hand-over':
        this.#handOver(seat, message)
        return
      case 'send-back':
        this.#send(message.routed.filter((routed) => !this.#options.back(routed)))
        return
      case 'report':
        this.#reports.get(message.id)?.(message.report)
        this.#reports.delete(message.id)
        return
      case 'transferred':
        this.#settleTransfer(message.id, message.outcome)
        return
      case 'drained':
        this.#drained.get(seat.index)?.()
    }
  }

  #settleTransfer(id: number, outcome: Transferred): void {
    this.#transfers.get(id)?.(outcome)
    this.#transfers.delete(id)
  }

  async #callVault(seat: Seat, message: Extract<FromWorker, { kind: 'vault' }>): Promise<void> {
    const { id } = message
    try {
      this.#post(seat, { kind: 'vault', id, result: await callVault(this.#options.vault, message) })
    } catch (error) {
      this.#post(seat, { kind: 'vault', id, error: error instanceof Error ? error.message : String(error) })
    }
  }

  #handOver(seat: Seat, { owner, routed }: Extract<FromWorker, { kind: 'hand-over' }>): void {
    if (owner.node === this.#configuration.node.number) {
      this.#deliver(owner.worker, routed, false)
      return
    }
    // The owner is dead: whoever received it may claim the session.
    const left = routed.filter((each) => !this.#options.toNode(owner.node, each))
    if (left.length > 0) this.#deliver(seat.index, left, false)
  }

  #deliver(worker: number, routed: readonly Routed[], isRelayed: boolean): void {
    const seat = this.#seats[worker % this.#seats.length]
    if (seat) this.#post(seat, { kind: 'deliver', routed, isRelayed })
  }

  #send(routed: readonly Routed[]): void {
    const [receiver] = this.#seats
    if (receiver && routed.length > 0) this.#post(receiver, { kind: 'send', routed })
  }
}
