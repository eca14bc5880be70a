import { useState } from 'hono/jsx/dom'
import { ask, post } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import type { EndpointDetail } from '../../api/webhooks.ts'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { announce } from '../../shell/announcer.ts'
import { navigate } from '../../shell/location.ts'
import { EditEndpoint, ReplayDialog } from './endpoint-dialogs.tsx'

interface EndpointActionsProps {
  readonly endpoint: EndpointDetail
  readonly onChanged: () => void
}

export function EndpointActions({ endpoint, onChanged }: EndpointActionsProps) {
  const mayWrite = useMay('webhooks:write')
  const { isBusy, problem, run } = useSubmit()
  const [asked, setAsked] = useState<'edit' | 'replay' | 'rotate' | 'delete' | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  if (!mayWrite) return null
  const path = `/v1/webhook-endpoints/${endpoint.id}`
  const isEnabled = endpoint.disabled === null
  const close = () => setAsked(null)
  const test = async () => {
    await post(`${path}/test`)
    announce('A test is on its way')
    onChanged()
  }
  const enable = async () => {
    await ask('PATCH', path, { body: { enabled: !isEnabled } })
    onChanged()
  }
  const rotate = async () => setSecret((await post<{ secret: string }>(`${path}/rotate-secret`)).secret)
  const remove = async () => {
    await ask('DELETE', path)
    navigate('/console/webhooks')
  }
  return (
    <>
      {isEnabled && (
        <>
          <button type="button" class="button" disabled={isBusy} onClick={() => void run(test)}>
            Send a test
          </button>
          <button type="button" class="button" onClick={() => setAsked('replay')}>
            Replay …
          </button>
        </>
      )}
      <button type="button" class="button" onClick={() => setAsked('edit')}>
        Edit …
      </button>
      <button type="button" class="button" onClick={() => setAsked('rotate')}>
        Rotate secret …
      </button>
      <button
        type="button"
        class={isEnabled ? 'button' : 'button primary'}
        disabled={isBusy}
        onClick={() => void run(enable)}
      >
        {isEnabled ? 'Disable' : 'Enable again'}
      </button>
      <button type="button" class="button danger" onClick={() => setAsked('delete')}>
        Delete …
      </button>
      {problem && <ProblemNotice problem={problem} />}
      {asked === 'edit' && <EditEndpoint endpoint={endpoint} onClose={close} onChanged={onChanged} />}
      {asked === 'replay' && <ReplayDialog id={endpoint.id} onClose={close} onSent={onChanged} />}
      {asked === 'rotate' && (
        <ConfirmDialog
          title="Sign with a new secret?"
          action="Rotate"
          tone="primary"
          onConfirm={rotate}
          onClose={close}
        >
          For a day each request carries two signatures, by the new secret and by the one before.
        </ConfirmDialog>
      )}
      {asked === 'delete' && (
        <ConfirmDialog
          title="Delete the endpoint?"
          action="Delete for good"
          onConfirm={remove}
          onClose={close}
        >
          What it was still to be told is dropped.
        </ConfirmDialog>
      )}
      {secret !== null && (
        <SecretDialog
          title="The new secret"
          secret={secret}
          name="signing secret"
          onClose={() => setSecret(null)}
        />
      )}
    </>
  )
}
