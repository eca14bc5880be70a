/** Makes a trigger, or changes one: who calls, when it acts, and what it does then. */
import { useState } from 'hono/jsx/dom'
import { post } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import type { Trigger } from '../../api/triggers.ts'
import { Loaded, ProblemNotice } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { errorsOf } from '../../parts/problem-errors.ts'
import { SecretDialog } from '../../parts/secret-dialog.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { navigate } from '../../shell/location.ts'
import { changeTrigger } from './change-trigger.ts'
import { jsonIn } from './json-text.ts'
import { TriggerFields, triggerBody } from './trigger-fields.tsx'

export function TriggerFormPage({ params: { id } }: { readonly params: { readonly id?: string } }) {
  const trigger = useResource<Trigger>(id === undefined ? null : `/v1/triggers/${id}`)
  return (
    <Page
      title={id === undefined ? 'New trigger' : 'Edit the trigger'}
      trail={[{ label: 'Triggers', href: '/console/triggers' }]}
    >
      {id === undefined ? (
        <TriggerForm />
      ) : (
        <Loaded resource={trigger} what="the trigger">
          {(known) => <TriggerForm trigger={known} />}
        </Loaded>
      )}
    </Page>
  )
}

function TriggerForm({ trigger }: { readonly trigger?: Trigger }) {
  const { isBusy, problem, submit } = useSubmit()
  const [fault, setFault] = useState<string | undefined>(undefined)
  const [made, setMade] = useState<{ readonly id: string; readonly secret: string } | null>(null)
  const keep = submit(async (texts) => {
    const action = jsonIn(texts.action ?? '')
    setFault(action.ok ? undefined : action.fault)
    if (!action.ok) return
    const body = triggerBody(texts, action.value)
    if (trigger) {
      await changeTrigger(trigger.id, body)
      navigate(`/console/triggers/${trigger.id}`)
      return
    }
    const { id, secret } = await post<Trigger & { secret?: string | null }>('/v1/triggers', body)
    if (secret) setMade({ id, secret })
    else navigate(`/console/triggers/${id}`)
  })
  const errors = { ...errorsOf(problem), ...(fault !== undefined && { '/action': fault }) }
  return (
    <form class="form composer" onSubmit={keep}>
      {problem && <ProblemNotice problem={problem} />}
      <TriggerFields errors={errors} trigger={trigger} />
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={isBusy}>
          {trigger ? 'Keep the changes' : 'Make the trigger'}
        </button>
      </div>
      {made && (
        <SecretDialog
          title="The trigger is made"
          secret={made.secret}
          name="secret"
          onClose={() => navigate(`/console/triggers/${made.id}`)}
        >
          The system that calls proves itself with it.
        </SecretDialog>
      )}
    </form>
  )
}
