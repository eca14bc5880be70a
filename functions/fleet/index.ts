export { applyChanges, writeChanges } from './changes.ts'
export { compareEuiccs, readWholeTruth } from './check/compare.ts'
export { type Difference, differences, type IndexedEuicc } from './check/differences.ts'
export { checkDrift, type Drift, lastDrift } from './check/drift.ts'
export { readIndex } from './check/indexed-euicc.ts'
export {
  continueRebuild,
  findRebuild,
  type Rebuild,
  startRebuild,
} from './check/rebuild.ts'
export type { RebuildStep } from './check/rebuild-step.ts'
export { findEnrolment, findEnrolments, insertEuiccs, MOST_ENROLLED } from './enrolment.ts'
export type { EuiccFilter } from './euicc-filter.ts'
export {
  countEuiccs,
  type EnrolledEuicc,
  findEuicc,
  findEuiccs,
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
export { type Labelling, type LabellingTarget, labelEuiccs, MOST_LABELLED } from './labelling.ts'
export { type IndexedOperation, listIndexedOperations, type OperationFilter } from './operation-index.ts'
export { type FleetSummary, summarizeFleet } from './summary.ts'
