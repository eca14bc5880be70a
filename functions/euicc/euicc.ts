/**
 * One eUICC: answers polls, takes what the device brings, and does what the operator asks. Runs on any SQLite; the
 * Durable Object is only its shell. Each method reads and writes in one go: nothing is kept in memory that matters.
 */
import type { Octets } from '../../shared/octets.ts'
import { type Certificate, describeChainFault } from '../../shared/pki/index.ts'
import type { Change } from './change.ts'
import { enqueue } from './enqueue.ts'
import type { EuiccContext } from './euicc-context.ts'
import type {
  CancelRefusal,
  EimView,
  EnqueueRefusal,
  Enrolment,
  EuiccInterface,
  EuiccTruth,
  EuiccView,
  EvidenceView,
  HandOutAnswer,
  IncomingMessage,
  ListQuery,
  NotificationAnswer,
  NotificationView,
  Offer,
  Page,
  PollAnswer,
  PollRequest,
  ProfilesView,
  RepeatableOperation,
  Result,
  ResultAnswer,
  SignedPackage,
  TimelineEntry,
  TraceEntry,
} from './euicc-interface.ts'
import { findEvidence, listEvidence } from './evidence.ts'
import { type EnrolmentRecord, readCertificates, readEnrolment, writeEnrolment } from './facts.ts'
import { answerPoll, commitPackage, isPlainPoll, NO_PACKAGE, offerPackage, quietUntil } from './hand-out.ts'
import { clearOutbox, type Exchange, note, readOutbox, writeTrace } from './journal.ts'
import { advance, isCancellable, nextDeadline, settle } from './life-cycle.ts'
import { isCreated, migrate } from './migrations.ts'
import { listNotifications } from './notification.ts'
import { isFinal, type NewOperation, type OperationId, type OperationView } from './operation.ts'
import { listOperations, readOperation } from './operation-store.ts'
import { applyClaim } from './package-result.ts'
import { numberOf, page } from './paging.ts'
import { readPlace, writePlace } from './place.ts'
import { retire } from './retire.ts'
import { readTransportTrust, readTrustedWayBack, SenderGate, setTransportTrust } from './sender-gate.ts'
import type { Sql } from './sql.ts'
import {
  type Commit,
  encodeAcknowledgement,
  judgeNotified,
  judgeProvided,
  judgeStored,
} from './take-message.ts'
import type { NewTransportTrust, TransportTrust } from './transport-trust.ts'
import { readTruth } from './truth.ts'
import { Verifier } from './verdict.ts'
import {
  listTimeline,
  listTrace,
  viewEims,
  viewEuicc,
  viewEvidence,
  viewOperation,
  viewProfiles,
} from './views.ts'

export interface EuiccEnvironment {
  readonly sql: Sql
  /** CI certificates that eUICC chains may end at. */
  readonly roots: readonly Certificate[]
  readonly now: () => number
  readonly random: (octets: number) => Uint8Array
}

/** Exchanges without effect are remembered in memory, and written with the next one that has an effect. */
const UNWRITTEN_EXCHANGES = 16

export class Euicc implements EuiccInterface {
  readonly #environment: EuiccEnvironment
  readonly #gate = new SenderGate()
  #created: boolean
  #unwritten: Exchange[] = []
  /** While set, nothing is open: plain polls are answered without a look at the store. Every other call ends it. */
  #quiet: { readonly from: number; readonly until: number } | null = null

  constructor(environment: EuiccEnvironment) {
    this.#environment = environment
    this.#created = isCreated(environment.sql)
    if (this.#created) migrate(environment.sql)
  }

  /** Null when this EID was never enrolled, or is retired and `active` is asked for. */
  #context(needs: 'enrolled' | 'active' = 'enrolled'): EuiccContext | null {
    this.#quiet = null
    if (!this.#created) return null
    const { sql, now, random } = this.#environment
    const enrolment = readEnrolment(sql)
    if (needs === 'active' && enrolment.retiredAt !== null) return null
    return { sql, random, enrolment, now: now() }
  }

  #verifier(context: EuiccContext): Verifier {
    return new Verifier(this.#environment.roots, context.enrolment.eid, context.now)
  }

  /** The answer to a poll that finds nothing pending and changes nothing, straight from memory; null to look properly. */
  quietPoll(request: PollRequest): PollAnswer | null {
    if (!this.#quiet || !isPlainPoll(request)) return null
    const now = this.#environment.now()
    if (now < this.#quiet.from || now >= this.#quiet.until) return null
    if (this.#gate.admitQuietly(request.transport, now) !== 'admitted') return null
    this.#remember(now, 'getEimPackage', request, NO_PACKAGE)
    return { kind: 'answer', octets: NO_PACKAGE }
  }

  async poll(request: PollRequest): Promise<PollAnswer> {
    const quiet = this.quietPoll(request)
    if (quiet) return quiet
    const context = this.#context('active')
    if (!context) return { kind: 'unknown-eid' }
    const admission = this.#gate.admit(context, request.transport)
    if (admission !== 'admitted') return { kind: 'refused', why: admission }
    const answer = answerPoll(context, request)
    if (answer.kind === 'answer') this.#remember(context.now, 'getEimPackage', request, answer.octets)
    const until = quietUntil(context)
    this.#quiet = until === null ? null : { from: context.now, until }
    return answer
  }

  async offer(request: PollRequest): Promise<Offer> {
    const context = this.#context('active')
    const way = context && readTrustedWayBack(context.sql)
    if (!way) return null
    const answer = offerPackage(context, request)
    const isOffer = answer?.kind === 'answer' || answer?.kind === 'sign'
    return isOffer ? { ...answer, ...way } : null
  }

  async handOut(signed: SignedPackage): Promise<HandOutAnswer> {
    const context = this.#context('active')
    if (!context) return { kind: 'again' }
    const answer = commitPackage(context, signed)
    if (answer.kind === 'answer') this.#trace(context, 'getEimPackage', signed.request, answer.octets)
    return answer
  }

  async provideEimPackageResult(message: IncomingMessage): Promise<ResultAnswer> {
    const context = this.#context('active')
    if (!context) return { kind: 'unknown-eid' }
    const admission = this.#gate.admit(context, message.transport)
    if (admission !== 'admitted') return { kind: 'refused', why: admission }
    const commit = await judgeProvided(context, this.#verifier(context), message.octets)
    const octets = this.#commit(context, commit, (seqNumbers) => encodeAcknowledgement(seqNumbers))
    this.#trace(context, 'provideEimPackageResult', message, octets)
    return { kind: 'answer', octets }
  }

  async handleNotification(message: IncomingMessage): Promise<NotificationAnswer> {
    const context = this.#context('active')
    if (!context) return { kind: 'unknown-eid' }
    const admission = this.#gate.admit(context, message.transport)
    if (admission !== 'admitted') return { kind: 'refused', why: admission }
    const commit = await judgeNotified(context, this.#verifier(context), message.octets)
    this.#commit(context, commit, () => null)
    this.#trace(context, 'handleNotification', message, null)
    return { kind: 'stored' }
  }

  /** Other calls may have come between judging and now, so what is committed reads the store anew. */
  #commit<T>(context: EuiccContext, commit: Commit, answer: (seqNumbers: readonly number[]) => T): T {
    return context.sql.transaction(() => {
      settle(context)
      return answer(commit(context))
    })
  }

  #remember(at: number, name: string, message: IncomingMessage, response: Octets | null): void {
    const { octets: request, transport } = message
    this.#unwritten.push({ at, function: name, transport, request, response })
    if (this.#unwritten.length > UNWRITTEN_EXCHANGES) this.#unwritten.shift()
  }

  #trace(context: EuiccContext, name: string, message: IncomingMessage, response: Octets | null): void {
    this.#remember(context.now, name, message, response)
    this.#writeTrace(context.sql)
  }

  #writeTrace(sql: Sql): void {
    const exchanges = this.#unwritten
    if (exchanges.length === 0) return
    this.#unwritten = []
    sql.transaction(() => writeTrace(sql, exchanges))
  }

  async enrol(enrolment: Enrolment): Promise<boolean> {
    if (this.#created) return false
    const { sql, now } = this.#environment
    const at = now()
    sql.transaction(() => {
      migrate(sql)
      writeEnrolment(sql, { ...enrolment, enrolledAt: at, updatedAt: at, retiredAt: null })
      note(sql, at, 'euicc.enrolled', {})
    })
    this.#created = true
    return true
  }

  async view(): Promise<EuiccView | null> {
    const context = this.#context()
    return context && viewEuicc(context, await this.#certificateVerdict(context))
  }

  async #certificateVerdict(context: EuiccContext): Promise<{ verified: boolean; detail: string }> {
    const certificates = readCertificates(context.sql)
    if (!certificates) return { verified: false, detail: 'not known yet' }
    const verdict = await this.#verifier(context).judgeChain(certificates)
    return verdict.ok
      ? { verified: true, detail: 'issued under a trusted CI' }
      : { verified: false, detail: describeChainFault(verdict.reason) }
  }

  async update(change: Partial<Omit<Enrolment, 'tenant' | 'eid'>>): Promise<EuiccView | null> {
    const context = this.#context()
    if (!context) return null
    this.#write(context, { ...context.enrolment, ...change })
    return this.view()
  }

  #write({ sql, now }: EuiccContext, enrolment: EnrolmentRecord): void {
    sql.transaction(() => writeEnrolment(sql, { ...enrolment, updatedAt: now }))
  }

  async transportTrust(): Promise<TransportTrust | null> {
    return this.#created ? readTransportTrust(this.#environment.sql) : null
  }

  async setTransportTrust(trust: NewTransportTrust): Promise<TransportTrust | null> {
    const context = this.#context()
    this.#gate.forget()
    return context && setTransportTrust(context, trust)
  }

  async retire(): Promise<boolean> {
    const context = this.#context('active')
    if (!context) return false
    context.sql.transaction(() => retire(context))
    return true
  }

  async enqueue(
    operation: NewOperation,
    idempotencyKey: string | null,
  ): Promise<Result<OperationView, EnqueueRefusal> | null> {
    const context = this.#context()
    if (!context) return null
    const enqueued = context.sql.transaction(() => enqueue(context, operation, idempotencyKey))
    return enqueued.ok ? { ok: true, value: viewOperation(context, enqueued.value) } : enqueued
  }

  async operation(id: OperationId): Promise<OperationView | null> {
    const context = this.#context()
    const operation = context && readOperation(context.sql, id)
    return operation ? viewOperation(context, operation) : null
  }

  async operations({ limit, cursor, status }: ListQuery): Promise<Page<OperationView> | null> {
    const context = this.#context()
    if (!context) return null
    const found = listOperations(context.sql, limit, cursor, status)
    return page(
      found.map((operation) => viewOperation(context, operation)),
      limit,
      (last) => last.id,
    )
  }

  async cancel(id: OperationId): Promise<Result<OperationView, CancelRefusal>> {
    const context = this.#context()
    if (!context) return { ok: false, refusal: { kind: 'unknown' } }
    return context.sql.transaction((): Result<OperationView, CancelRefusal> => {
      const operation = readOperation(context.sql, id)
      if (!operation) return { ok: false, refusal: { kind: 'unknown' } }
      const leftBefore = operation.status === 'queued' && hasLeft(context.sql, id)
      if (!isCancellable(operation.status) || leftBefore) {
        return { ok: false, refusal: { kind: 'too-late', status: operation.status } }
      }
      const reason = { code: 'cancelled', detail: 'cancelled by the operator before it left' }
      const cancelled = advance(context, operation, { status: 'cancelled', outcome: 'notExecuted', reason })
      return { ok: true, value: viewOperation(context, cancelled) }
    })
  }

  async repeatable(id: OperationId): Promise<RepeatableOperation | null> {
    const context = this.#context()
    const found = context && readOperation(context.sql, id)
    if (!found) return null
    const { request, schedule, eimId, labels, retryOf, traceparent } = found
    return {
      // What was accepted once may be asked again: the guards have spoken, or were lifted, the first time.
      operation: { request, schedule, eimId, labels, retryOf, traceparent, force: true },
      ended: isFinal(found.status) && found.status !== 'succeeded',
      lifetimeMs: schedule.deadline - found.createdAt,
    }
  }

  async profiles(): Promise<ProfilesView | null> {
    const context = this.#context()
    return context && viewProfiles(context.sql)
  }

  async eims(ownEimIds: readonly string[]): Promise<readonly EimView[] | null> {
    const context = this.#context()
    return context && viewEims(context.sql, ownEimIds)
  }

  async evidence(id: string): Promise<EvidenceView | null> {
    const context = this.#context()
    const evidence = context && findEvidence(context.sql, id)
    return evidence ? viewEvidence(evidence) : null
  }

  async evidences({ limit, cursor }: ListQuery): Promise<Page<EvidenceView> | null> {
    const context = this.#context()
    if (!context) return null
    const found = listEvidence(context.sql, limit, readPlace(cursor))
    return page(found, limit, ({ receivedAt: at, id }) => writePlace({ at, id }), viewEvidence)
  }

  async reprocess(): Promise<number | null> {
    const context = this.#context()
    if (!context) return null
    const claims = await judgeStored(context, this.#verifier(context))
    return this.#commit(
      context,
      () => claims.flatMap((claim) => applyClaim(context, claim)),
      (applied) => applied.length,
    )
  }

  async notifications({ limit, cursor }: ListQuery): Promise<Page<NotificationView> | null> {
    const context = this.#context()
    if (!context) return null
    const found = listNotifications(context.sql, limit, readPlace(cursor))
    return page(found, limit, ({ receivedAt, id }) => writePlace({ at: Date.parse(receivedAt), id }))
  }

  async timeline({ limit, cursor }: ListQuery): Promise<Page<TimelineEntry> | null> {
    const context = this.#context()
    return context && page(listTimeline(context.sql, limit, numberOf(cursor)), limit, (last) => `${last.id}`)
  }

  async traceEntries({ limit, cursor }: ListQuery): Promise<Page<TraceEntry> | null> {
    const context = this.#context()
    if (!context) return null
    this.#writeTrace(context.sql)
    return page(listTrace(context.sql, limit, numberOf(cursor)), limit, (last) => `${last.id}`)
  }

  async traceEntry(id: number): Promise<TraceEntry | null> {
    const context = this.#context()
    if (!context) return null
    return listTrace(context.sql, 1, id + 1).find((entry) => entry.id === id) ?? null
  }

  async truth(cursor: string | null): Promise<EuiccTruth | null> {
    const context = this.#context()
    return context && readTruth(context, cursor)
  }

  /** Lets time take effect: deadlines, held operations that are due. For the shell's alarm. */
  passTime(): void {
    const context = this.#context()
    if (context) context.sql.transaction(() => settle(context))
  }

  /** When `passTime` is needed next, milliseconds since the epoch. */
  nextDeadline(): number | null {
    return this.#created ? nextDeadline({ sql: this.#environment.sql }) : null
  }

  /** Changes that are committed but not yet sent on. */
  pendingChanges(limit: number): Change[] {
    return this.#created ? readOutbox(this.#environment.sql, limit) : []
  }

  changesSent(upTo: number): void {
    clearOutbox(this.#environment.sql, upTo)
  }
}

/** A package that went back to the queue has been out before, so `cancelled` would promise too much. */
function hasLeft(sql: Sql, id: OperationId): boolean {
  return sql.all(`SELECT 1 FROM delivery WHERE operation_id = ? LIMIT 1`, id).length > 0
}
