export { applyChanges, writeChanges } from './changes.ts'
export { findEnrolment, findEnrolments, insertEuiccs } from './enrolment.ts'
export {
  countEuiccs,
  type EnrolledEuicc,
  type EuiccFilter,
  findEuicc,
  listEuiccs,
  retireEuicc,
  updateEuicc,
} from './euiccs.ts'
export { type IndexedOperation, listIndexedOperations, type OperationFilter } from './operation-index.ts'
