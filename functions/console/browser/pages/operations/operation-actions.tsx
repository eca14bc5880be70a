import { useState } from 'hono/jsx/dom'
import { post, query } from '../../api/client.ts'
import { canBeCancelled, canBeRetried, type Operation } from '../../api/operations.ts'
import { useMay } from '../../api/session.ts'
import { ProblemNotice } from '../../parts/notice.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { navigate } from '../../shell/location.ts'
import { ForceDialog, isGuard } from './force-dialog.tsx'

interface OperationActionsProps {
  readonly operation: Operation
  readonly onChanged: () => void
}

export function OperationActions({ operation, onChanged }: OperationActionsProps) {
  const mayOperate = useMay('operations:write')
  const { isBusy, problem, run, forget } = useSubmit()
  const [isRetrying, setRetrying] = useState(false)
  if (!mayOperate) return null
  const { id, status } = operation
  const cancel = () =>
    run(async () => {
      setRetrying(false)
      await post(`/v1/operations/${id}/cancel`)
      onChanged()
    })
  const retry = (force: boolean) =>
    run(async () => {
      setRetrying(true)
      const again = await post<Operation>(
        `/v1/operations/${id}/retry${query({ force: force ? 'true' : null })}`,
      )
      navigate(`/console/operations/${again.id}`)
    })
  const guarded = isRetrying && problem && isGuard(problem)
  return (
    <>
      {canBeCancelled(status) && (
        <button type="button" class="button danger" disabled={isBusy} onClick={() => void cancel()}>
          Cancel the operation
        </button>
      )}
      {canBeRetried(status) && (
        <button type="button" class="button" disabled={isBusy} onClick={() => void retry(false)}>
          Try it again
        </button>
      )}
      {guarded && <ForceDialog problem={problem} onForce={() => void retry(true)} onClose={forget} />}
      {problem && !guarded && <ProblemNotice problem={problem} />}
    </>
  )
}
