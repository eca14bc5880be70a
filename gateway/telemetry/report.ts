/** What a worker tells the main thread about itself when asked, and what main makes of all the answers. */
import { AggregatorRegistry, type Registry } from 'prom-client'
import type { EdgeContact } from '../forward/index.ts'
import type { MetricSnapshot } from './metrics.ts'

export interface WorkerReport {
  readonly metrics: MetricSnapshot
  /** Whether every listener receives. */
  readonly isBound: boolean
  readonly isStoreOpen: boolean
  readonly edge: EdgeContact
}

/** Asks a worker. */
export type AskWorker = () => Promise<WorkerReport>

export interface Readiness {
  readonly isReady: boolean
  /** What is missing. */
  readonly reasons: readonly string[]
}

const REPORT_LIMIT_MS = 2_000
/** An edge whose last answer is older than this, and that has failed since, is away. */
const EDGE_AWAY_MS = 60_000

/** One entry a worker; null for one that does not answer in time, or has ended. */
export async function collectReports(workers: readonly AskWorker[]): Promise<(WorkerReport | null)[]> {
  return await Promise.all(workers.map((ask) => Promise.race([ask().catch(() => null), limit()])))
}

function limit(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), REPORT_LIMIT_MS).unref()
  })
}

/** `now`: milliseconds since 1970. */
export function judgeReadiness(
  reports: readonly (WorkerReport | null)[],
  isDraining: boolean,
  now: number,
): Readiness {
  const reasons = reports.flatMap((report, index) => {
    if (report === null) return [`worker ${index} does not answer`]
    const { isBound, isStoreOpen, edge } = report
    return [
      ...(isBound ? [] : [`worker ${index} does not listen`]),
      ...(isStoreOpen ? [] : [`worker ${index} has no session store`]),
      ...(isAway(edge, now) ? [`worker ${index} does not reach the edge`] : []),
    ]
  })
  if (reports.length === 0) reasons.push('no worker runs')
  if (isDraining) reasons.push('draining')
  return { isReady: reasons.length === 0, reasons }
}

/** An edge nobody has asked yet counts as there: without devices there is nothing to ask. */
function isAway({ lastAnswerAt, lastFailureAt }: EdgeContact, now: number): boolean {
  if (lastFailureAt === null || (lastAnswerAt ?? 0) >= lastFailureAt) return false
  return now - (lastAnswerAt ?? 0) > EDGE_AWAY_MS
}

/** All workers added up. */
export function aggregateMetrics(reports: readonly (WorkerReport | null)[]): Registry {
  return AggregatorRegistry.aggregate(reports.flatMap((report) => (report === null ? [] : [report.metrics])))
}
