import type { Child } from 'hono/jsx'
import { Dialog } from './dialog.tsx'
import { ProblemNotice } from './notice.tsx'
import { useSubmit } from './use-submit.ts'

interface ConfirmDialogProps {
  readonly title: string
  /** What is done: the words on the button. */
  readonly action: string
  readonly tone?: 'danger' | 'primary'
  readonly onConfirm: () => Promise<void>
  readonly onClose: () => void
  /** What will happen, in words. */
  readonly children?: Child
}

/** Asks before something that cannot be taken back; closes when it is done, and tells when it was refused. */
export function ConfirmDialog({
  title,
  action,
  tone = 'danger',
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps) {
  const { isBusy, problem, run } = useSubmit()
  const confirm = () =>
    run(async () => {
      await onConfirm()
      onClose()
    })
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="form">
        {problem && <ProblemNotice problem={problem} />}
        <div>{children}</div>
        <div class="form-actions">
          <button type="button" class={`button ${tone}`} disabled={isBusy} onClick={() => void confirm()}>
            {action}
          </button>
          <button type="button" class="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </div>
    </Dialog>
  )
}
