/** The end of an eUICC's management here: nothing leaves any more. */
import type { EuiccContext } from './euicc-context.ts'
import { writeEnrolment } from './facts.ts'
import { note } from './journal.ts'
import { advance, isCancellable } from './life-cycle.ts'
import { openOperations } from './operation-store.ts'

/** Call inside a transaction. What has left may still have been executed. */
export function retire(context: EuiccContext): void {
  for (const open of openOperations(context.sql)) {
    const left = !isCancellable(open.status)
    const reason = { code: 'retired', detail: 'the eUICC was retired' }
    advance(
      context,
      open,
      left
        ? { status: 'expired', outcome: 'unknown', mayHaveExecuted: true, reason }
        : { status: 'cancelled', outcome: 'notExecuted', reason },
    )
  }
  writeEnrolment(context.sql, { ...context.enrolment, retiredAt: context.now, updatedAt: context.now })
  note(context.sql, context.now, 'euicc.retired', {})
}
