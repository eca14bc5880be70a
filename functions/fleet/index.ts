export { applyChanges, writeChanges } from './changes.ts'
export { findEnrolment, findEnrolments, insertEuiccs } from './enrolment.ts'
export type { EuiccFilter } from './euicc-filter.ts'
export {
  countEuiccs,
  type EnrolledEuicc,
  findEuicc,
  listEuiccs,
  retireEuicc,
  updateEuicc,
} from './euiccs.ts'
export { HEALTHS, type Health } from './health.ts'
export {
  type FleetStep,
  forgetOldHours,
  HISTORY_STEPS,
  type HistoryStep,
  readHistory,
  STEP_MS,
} from './history.ts'
export { type IndexedOperation, listIndexedOperations, type OperationFilter } from './operation-index.ts'
export { type FleetSummary, summarizeFleet } from './summary.ts'
