/** Asks an eUICC to do something: its type, the fields that the API wants for it, when, and what the guards say. */
import { useState } from 'hono/jsx/dom'
import { post } from '../../api/client.ts'
import type { Profiles } from '../../api/euiccs.ts'
import { type OpenApi, paramsOf } from '../../api/openapi.ts'
import type { Operation } from '../../api/operations.ts'
import { useResource } from '../../api/resource.ts'
import { useMay } from '../../api/session.ts'
import { describedBy, Field, TextField } from '../../parts/field.tsx'
import { Empty, Loaded, ProblemNotice } from '../../parts/notice.tsx'
import { Page, Panel } from '../../parts/page.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { navigate, useSearch } from '../../shell/location.ts'
import { ForceDialog, isGuard } from './force-dialog.tsx'
import { bodyOf } from './operation-body.ts'
import { OPERATIONS } from './operation-types.ts'
import { ParamsFields } from './params-fields.tsx'
import { FieldFault, type FieldTexts, fieldOfPointer } from './schema-values.ts'

export function ComposerPage() {
  const mayOperate = useMay('operations:write')
  const document = useResource<OpenApi>('/v1/openapi.json')
  return (
    <Page title="New operation" trail={[{ label: 'Operations', href: '/console/operations' }]}>
      {mayOperate ? (
        <Loaded resource={document} what="what can be asked">
          {(openApi) => <Composer document={openApi} />}
        </Loaded>
      ) : (
        <Empty title="Your key may look, not ask">It lacks the scope operations:write.</Empty>
      )}
    </Page>
  )
}

const EID = /^[0-9]{32}$/

function Composer({ document }: { readonly document: OpenApi }) {
  const { values, change } = useSearch()
  const [fault, setFault] = useState<FieldFault | undefined>(undefined)
  const [pending, setPending] = useState<FieldTexts>({})
  const { isBusy, problem, run, submit, forget } = useSubmit()
  const eid = values.get('eid') ?? ''
  const type = values.get('type') ?? 'profile.enable'
  const profiles = useResource<Profiles>(EID.test(eid) ? `/v1/euiccs/${eid}/profiles` : null)
  const schema = paramsOf(document, type)

  const send = async (texts: FieldTexts, force: boolean) => {
    setFault(undefined)
    setPending(texts)
    try {
      const operation = await post<Operation>('/v1/operations', {
        ...bodyOf(document, texts),
        ...(force && { force }),
      })
      navigate(`/console/operations/${operation.id}`)
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error
      setFault(error)
    }
  }

  const errors = {
    ...Object.fromEntries(
      (problem?.errors ?? []).map(({ pointer, detail }) => [fieldOfPointer(pointer), detail]),
    ),
    ...(fault && { [fault.path]: fault.message }),
  }
  const guarded = problem && isGuard(problem)
  return (
    <form class="form composer" onSubmit={submit((texts) => send(texts, false))}>
      {problem && !guarded && <ProblemNotice problem={problem} />}
      <Panel title="Which eUICC, and what">
        <div class="form">
          <Field id="eid" label="EID" hint="32 digits" error={errors.eid}>
            <input
              id="eid"
              name="eid"
              class="mono"
              required
              value={eid}
              pattern="[0-9]{32}"
              autocomplete="off"
              aria-describedby={describedBy('eid')}
              onChange={({ target }: Event) =>
                target instanceof HTMLInputElement && change({ eid: target.value.trim() })
              }
            />
          </Field>
          <Field id="type" label="Operation" hint={OPERATIONS[type]}>
            <select
              id="type"
              name="type"
              aria-describedby={describedBy('type')}
              onChange={({ target }: Event) =>
                target instanceof HTMLSelectElement && change({ type: target.value, iccid: null })
              }
            >
              {Object.keys(OPERATIONS).map((each) => (
                <option key={each} value={each} selected={each === type}>
                  {each}
                </option>
              ))}
            </select>
          </Field>
          {schema && !profiles.isLoading && (
            <ParamsFields
              key={type}
              document={document}
              schema={schema}
              errors={errors}
              profiles={profiles.value?.profiles ?? []}
              iccid={values.get('iccid') ?? undefined}
            />
          )}
        </div>
      </Panel>
      <details class="panel">
        <summary>When, and in which order</summary>
        <div class="form-row">
          <TextField
            id="notBefore"
            label="Not before (optional)"
            type="datetime-local"
            hint="Your time zone"
            error={errors.notBefore}
          />
          <TextField
            id="deadline"
            label="Given up after (optional)"
            type="datetime-local"
            hint="By default in 30 days"
            error={errors.deadline}
          />
          <TextField
            id="priority"
            label="Priority (optional)"
            type="number"
            hint="-100 to 100; the highest leaves first"
            error={errors.priority}
          />
          <TextField
            id="after"
            label="After (optional)"
            hint="Id of an operation that must succeed first"
            error={errors.after}
            isMono
          />
        </div>
      </details>
      <div class="form-actions">
        <button type="submit" class="button primary" disabled={isBusy}>
          {isBusy ? 'Asking …' : 'Ask the eUICC'}
        </button>
        <p class="note">It leaves signed at the device’s next contact; until then it can be cancelled.</p>
      </div>
      {guarded && (
        <ForceDialog problem={problem} onClose={forget} onForce={() => void run(() => send(pending, true))} />
      )}
    </form>
  )
}
