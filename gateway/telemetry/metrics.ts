/**
 * What one worker counts and measures. The hot path only adds to plain numbers; Prometheus' own objects are filled when
 * somebody asks. Main adds up the snapshots of all workers (`report.ts`).
 */
import {
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client'
import type { CoapCounters } from '../coap/index.ts'
import type { CloseReason, DropCounters, UnsentReason } from '../dtls/index.ts'
import type { ForwardOutcome } from '../forward/index.ts'

/** What can be counted, and by which label value. */
export interface Counted {
  datagrams: 'received' | 'sent'
  octets: 'received' | 'sent'
  handshakes: 'established' | 'resumed' | 'failed'
  sessions_closed: CloseReason
  sessions_restored: 'claim'
  address_changes: 'moved' | 'proven'
  unsent: UnsentReason
  /** Datagrams given to, or taken from, the worker or node that owns the session. */
  hand_overs: 'to-worker' | 'to-node' | 'from-worker' | 'from-node'
  /** Outcomes of `shared/gateway/push-message.ts`. */
  pushes: 'answered' | 'unreachable' | 'refused' | 'busy'
  store_faults: 'fenced' | 'failed'
}
export type Count = <Family extends keyof Counted>(
  family: Family,
  label: Counted[Family],
  by?: number,
) => void

const FAMILIES: Readonly<Record<keyof Counted, { readonly label: string; readonly help: string }>> = {
  datagrams: { label: 'direction', help: 'UDP datagrams' },
  octets: { label: 'direction', help: 'Octets of UDP payload' },
  handshakes: { label: 'outcome', help: 'DTLS handshakes that came to an end' },
  sessions_closed: { label: 'reason', help: 'DTLS sessions that ended' },
  sessions_restored: { label: 'by', help: 'DTLS sessions taken over from the store' },
  address_changes: { label: 'kind', help: 'Sessions whose device came from another address' },
  unsent: { label: 'reason', help: 'Messages that could not be sent' },
  hand_overs: { label: 'kind', help: 'Datagrams handed over between workers and nodes' },
  pushes: { label: 'outcome', help: 'Packages pushed to devices' },
  store_faults: { label: 'kind', help: 'Sessions the store refused or failed to save' },
}

export const PREFIX = 'edge_eim_gateway_'
const FORWARD_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]
const STORE_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

export type StoreOperation = 'save' | 'claim' | 'remove'

/** What counts by itself, and is read when somebody asks. */
export interface MetricSources {
  readonly drops: () => readonly Readonly<DropCounters>[]
  readonly coap: () => readonly Readonly<CoapCounters>[]
  readonly sessions: () => number
  readonly handshakesInProgress: () => number
  readonly requestsAtEdge: () => number
}

/** Plain data, for a message to the main thread. */
export type MetricSnapshot = MetricObjectWithValues<MetricValue<string>>[]

export class Metrics {
  readonly #registry = new Registry()
  readonly #counts = new Map<keyof Counted, Map<string, number>>()
  readonly #forward: Histogram<'outcome'>
  readonly #store: Histogram<'operation'>

  constructor(sources: MetricSources) {
    const registers = [this.#registry]
    for (const [family, { label, help }] of entriesOf(FAMILIES)) {
      const counts = new Map<string, number>()
      this.#counts.set(family, counts)
      this.#addCounter(family, label, help, () => counts)
    }
    this.#addCounter('record_drops', 'reason', 'DTLS records dropped', () => sum(sources.drops()))
    this.#addCounter('coap', 'event', 'CoAP messages out of the ordinary, and requests forwarded', () =>
      sum(sources.coap()),
    )
    this.#addGauge('sessions', 'DTLS sessions alive', sources.sessions)
    this.#addGauge('handshakes_in_progress', 'DTLS handshakes in progress', sources.handshakesInProgress)
    this.#addGauge('requests_at_edge', 'Requests that wait for the edge', sources.requestsAtEdge)
    this.#forward = new Histogram({
      name: `${PREFIX}forward_seconds`,
      help: 'Time from a complete request to the answer of the edge',
      labelNames: ['outcome'],
      buckets: FORWARD_SECONDS,
      registers,
    })
    this.#store = new Histogram({
      name: `${PREFIX}store_seconds`,
      help: 'Time of a call to the session store',
      labelNames: ['operation'],
      buckets: STORE_SECONDS,
      registers,
    })
  }

  readonly count: Count = (family, label, by = 1) => {
    const counts = this.#counts.get(family)
    counts?.set(label, (counts.get(label) ?? 0) + by)
  }

  observeForward(outcome: ForwardOutcome['kind'], milliseconds: number): void {
    this.#forward.observe({ outcome }, milliseconds / 1000)
  }

  observeStore(operation: StoreOperation, milliseconds: number): void {
    this.#store.observe({ operation }, milliseconds / 1000)
  }

  async snapshot(): Promise<MetricSnapshot> {
    return await this.#registry.getMetricsAsJSON()
  }

  #addCounter(name: string, label: string, help: string, read: () => ReadonlyMap<string, number>): void {
    new Counter({
      name: `${PREFIX}${name}_total`,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [value, count] of read()) this.inc({ [label]: value }, count)
      },
    })
  }

  #addGauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `${PREFIX}${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
  }
}

function entriesOf<Key extends string, Value>(record: Readonly<Record<Key, Value>>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][]
}

function sum(records: readonly Readonly<Record<string, number>>[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) totals.set(key, (totals.get(key) ?? 0) + value)
  }
  return totals
}
