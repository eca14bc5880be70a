import type { Child } from 'hono/jsx'
import { Dialog } from './dialog.tsx'
import { Icon } from './icon.tsx'
import { Copyable } from './identifier.tsx'

interface SecretDialogProps {
  readonly title: string
  readonly secret: string
  /** "signing secret" */
  readonly name: string
  readonly onClose: () => void
  readonly children?: Child
}

/** A secret that is never shown again: it is gone from the page when this is closed. */
export function SecretDialog({ title, secret, name, onClose, children }: SecretDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="form">
        <div class="notice warn">
          <Icon name="warning" />
          <div>
            <p>Keep it now: it is shown this once.</p>
          </div>
        </div>
        <p class="secret">
          <Copyable value={secret} name={name} plain />
        </p>
        {children && <div class="note">{children}</div>}
        <div class="form-actions">
          <button type="button" class="button primary" onClick={onClose}>
            I have kept it
          </button>
        </div>
      </div>
    </Dialog>
  )
}
