/** A guard has refused: what would happen, and the only way to do it all the same, typed out in full. */
import { useState } from 'hono/jsx/dom'
import type { Problem } from '../../api/client.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Field } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'

const GUARDS = ['would-disconnect', 'last-eim', 'own-eim']
const WORD = 'force'

/** Refusals that `force` lifts. */
export function isGuard({ code }: Problem): boolean {
  return GUARDS.includes(code)
}

interface ForceDialogProps {
  readonly problem: Problem
  readonly onForce: () => void
  readonly onClose: () => void
}

export function ForceDialog({ problem: { title, detail, code }, onForce, onClose }: ForceDialogProps) {
  const [typed, setTyped] = useState('')
  const submit = (event: Event) => {
    event.preventDefault()
    if (typed === WORD) onForce()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <div class="notice warn">
          <Icon name="warning" />
          <div>
            <p>{detail}</p>
            <p class="note">
              Guard <code>{code}</code>
            </p>
          </div>
        </div>
        <Field id="force" label={`Type “${WORD}” to do it all the same`}>
          <input
            id="force"
            value={typed}
            autocomplete="off"
            onInput={({ target }: Event) =>
              target instanceof HTMLInputElement && setTyped(target.value.trim())
            }
          />
        </Field>
        <div class="form-actions">
          <button type="submit" class="button danger" disabled={typed !== WORD}>
            Do it all the same
          </button>
          <button type="button" class="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  )
}
