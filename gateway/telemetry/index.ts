export { type AdminServerOptions, startAdminServer } from './admin-server.ts'
export { createLog, type Log, type LogFields, type LogLevel } from './log.ts'
export { type Count, type Counted, type MetricSources, Metrics, type StoreOperation } from './metrics.ts'
export {
  type AskWorker,
  judgeReadiness,
  type Readiness,
  type WorkerReport,
} from './report.ts'
