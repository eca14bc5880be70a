/** The Durable Object around an {@link Euicc}: SQLite, clock, randomness, alarm, and the queue its changes leave by. */
import { DurableObject } from 'cloudflare:workers'
import { fromBase64 } from '../../shared/octets.ts'
import { type Certificate, parseCertificate } from '../../shared/pki/index.ts'
import type { Change } from './change.ts'
import { sqlOf } from './durable-sql.ts'
import { Euicc } from './euicc.ts'
import type {
  Enrolment,
  EuiccInterface,
  IncomingMessage,
  ListQuery,
  PollRequest,
  SignedPackage,
} from './euicc-interface.ts'
import type { NewOperation, OperationId } from './operation.ts'

/** What the object needs of its Worker's environment. */
export interface EuiccObjectEnvironment {
  /** Base64 DER of the CI certificates that eUICC chains may end at, separated by white space. */
  readonly CI_CERTIFICATES?: string
  readonly CHANGES: Queue<Change>
}

const CHANGES_AT_ONCE = 100
const RETRY_MS = 30_000

let parsedRoots: { readonly text: string; readonly roots: readonly Certificate[] } | undefined

function rootsOf(text: string): readonly Certificate[] {
  if (parsedRoots?.text !== text) {
    const roots = text
      .split(/\s+/)
      .filter((part) => part !== '')
      .map((part) => parseCertificate(fromBase64(part)))
    parsedRoots = { text, roots }
  }
  return parsedRoots.roots
}

export class EuiccObject extends DurableObject<EuiccObjectEnvironment> implements EuiccInterface {
  readonly #euicc: Euicc
  /** What the alarm is known to be set to; undefined until looked up. */
  #alarm: number | null | undefined

  constructor(state: DurableObjectState, environment: EuiccObjectEnvironment) {
    super(state, environment)
    this.#euicc = new Euicc({
      sql: sqlOf(state.storage),
      roots: rootsOf(environment.CI_CERTIFICATES ?? ''),
      now: () => Date.now(),
      random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    })
  }

  poll(request: PollRequest) {
    const quiet = this.#euicc.quietPoll(request)
    return quiet ? Promise.resolve(quiet) : this.#after(this.#euicc.poll(request))
  }
  offer(request: PollRequest) {
    return this.#after(this.#euicc.offer(request))
  }
  handOut(signed: SignedPackage) {
    return this.#after(this.#euicc.handOut(signed))
  }
  provideEimPackageResult(message: IncomingMessage) {
    return this.#after(this.#euicc.provideEimPackageResult(message))
  }
  handleNotification(message: IncomingMessage) {
    return this.#after(this.#euicc.handleNotification(message))
  }
  enrol(enrolment: Enrolment) {
    return this.#after(this.#euicc.enrol(enrolment))
  }
  view() {
    return this.#euicc.view()
  }
  update(change: Partial<Omit<Enrolment, 'tenant' | 'eid'>>) {
    return this.#euicc.update(change)
  }
  transportTrust() {
    return this.#euicc.transportTrust()
  }
  setTransportTrust(trust: Parameters<EuiccInterface['setTransportTrust']>[0]) {
    return this.#euicc.setTransportTrust(trust)
  }
  retire() {
    return this.#after(this.#euicc.retire())
  }
  enqueue(operation: NewOperation, idempotencyKey: string | null) {
    return this.#after(this.#euicc.enqueue(operation, idempotencyKey))
  }
  operation(id: OperationId) {
    return this.#euicc.operation(id)
  }
  operations(query: ListQuery) {
    return this.#euicc.operations(query)
  }
  cancel(id: OperationId) {
    return this.#after(this.#euicc.cancel(id))
  }
  repeatable(id: OperationId) {
    return this.#euicc.repeatable(id)
  }
  profiles() {
    return this.#euicc.profiles()
  }
  eims(ownEimIds: readonly string[]) {
    return this.#euicc.eims(ownEimIds)
  }
  evidence(id: string) {
    return this.#euicc.evidence(id)
  }
  evidences(query: ListQuery) {
    return this.#euicc.evidences(query)
  }
  reprocess() {
    return this.#after(this.#euicc.reprocess())
  }
  notifications(query: ListQuery) {
    return this.#euicc.notifications(query)
  }
  timeline(query: ListQuery) {
    return this.#euicc.timeline(query)
  }
  traceEntries(query: ListQuery) {
    return this.#euicc.traceEntries(query)
  }
  traceEntry(id: number) {
    return this.#euicc.traceEntry(id)
  }

  truth(cursor: string | null) {
    return this.#euicc.truth(cursor)
  }

  override async alarm(): Promise<void> {
    this.#alarm = null
    this.#euicc.passTime()
    await this.#sendChanges()
    await this.#setAlarm()
  }

  /** What a call may have left to do: changes to send on, a deadline to wake for. The caller does not wait for the sending. */
  async #after<T>(call: Promise<T>): Promise<T> {
    const answer = await call
    await this.#setAlarm()
    if (this.#euicc.pendingChanges(1).length > 0) this.ctx.waitUntil(this.#sendChanges())
    return answer
  }

  async #setAlarm(earliest = this.#euicc.nextDeadline()): Promise<void> {
    if (this.#alarm === undefined) this.#alarm = await this.ctx.storage.getAlarm()
    if (earliest === this.#alarm) return
    // An alarm that turns out too early finds nothing to do; moving it back would cost a write each time.
    if (earliest === null || (this.#alarm !== null && this.#alarm <= earliest && this.#alarm > Date.now()))
      return
    this.#alarm = earliest
    await this.ctx.storage.setAlarm(earliest)
  }

  async #sendChanges(): Promise<void> {
    try {
      for (;;) {
        const changes = this.#euicc.pendingChanges(CHANGES_AT_ONCE)
        const last = changes.at(-1)
        if (!last) return
        await this.env.CHANGES.sendBatch(changes.map((body) => ({ body })))
        this.#euicc.changesSent(last.sequence)
      }
    } catch (error) {
      console.error(JSON.stringify({ event: 'changes.not_sent', reason: String(error) }))
      await this.#setAlarm(Date.now() + RETRY_MS)
    }
  }
}
