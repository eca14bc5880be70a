import { useState } from 'hono/jsx/dom'
import { ask, post } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { type Trigger, useMayChange } from '../../api/triggers.ts'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { navigate } from '../../shell/location.ts'
import { changeTrigger } from './change-trigger.ts'

interface TriggerActionsProps {
  readonly trigger: Trigger
  readonly onChanged: () => void
}

export function TriggerActions({ trigger, onChanged }: TriggerActionsProps) {
  const mayWrite = useMay('triggers:write')
  const mayChange = useMayChange(trigger)
  const { isBusy, problem, run } = useSubmit()
  const [asked, setAsked] = useState<'rotate' | 'delete' | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  if (!mayWrite) return null
  const path = `/v1/triggers/${trigger.id}`
  const toggle = async () => {
    await changeTrigger(trigger.id, { enabled: !trigger.enabled })
    onChanged()
  }
  const rotate = async () => setSecret((await post<{ secret: string }>(`${path}/rotate-secret`)).secret)
  const remove = async () => {
    await ask('DELETE', path)
    navigate('/console/triggers')
  }
  return (
    <>
      {mayChange && (
        <>
          <a class="button" href={`/console/triggers/${trigger.id}/edit`}>
            Edit
          </a>
          <button type="button" class="button" disabled={isBusy} onClick={() => void run(toggle)}>
            {trigger.enabled ? 'Close' : 'Open'}
          </button>
        </>
      )}
      {trigger.authentication.kind !== 'jwt' && (
        <button type="button" class="button" onClick={() => setAsked('rotate')}>
          Rotate secret …
        </button>
      )}
      <button type="button" class="button danger" onClick={() => setAsked('delete')}>
        Delete …
      </button>
      {problem && <ProblemNotice problem={problem} />}
      {asked === 'rotate' && (
        <ConfirmDialog
          title="Take a new secret?"
          action="Rotate"
          tone="primary"
          onConfirm={rotate}
          onClose={() => setAsked(null)}
        >
          Give the new secret to the system that calls; the one before is taken for another day.
        </ConfirmDialog>
      )}
      {asked === 'delete' && (
        <ConfirmDialog
          title="Delete the trigger?"
          action="Delete for good"
          onConfirm={remove}
          onClose={() => setAsked(null)}
        >
          Its address answers no more, and its calls are forgotten.
        </ConfirmDialog>
      )}
      {secret !== null && (
        <SecretDialog title="The new secret" secret={secret} name="secret" onClose={() => setSecret(null)} />
      )}
    </>
  )
}
