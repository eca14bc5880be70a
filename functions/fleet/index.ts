export { applyChanges, writeChanges } from './changes.ts'
export { type EnrolmentOutcome, enrolAll, findEnrolment, type NewEnrolment } from './enrolment.ts'
