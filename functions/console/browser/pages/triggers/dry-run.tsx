import { useState } from 'hono/jsx/dom'
import { post } from '../../api/client.ts'
import { Field } from '../../parts/field.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/page.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { jsonIn } from './json-text.ts'

const EXAMPLE = '{\n  "event": "sim.lost",\n  "eid": ""\n}'

/** A call that does nothing: what the condition says of a body, and the action with its places filled in. */
export function DryRun({ id }: { readonly id: string }) {
  const { isBusy, problem, submit } = useSubmit()
  const [verdict, setVerdict] = useState<unknown>(undefined)
  const [fault, setFault] = useState<string | undefined>(undefined)
  const run = submit(async ({ body = '' }) => {
    const read = jsonIn(body)
    setFault(read.ok ? undefined : read.fault)
    setVerdict(undefined)
    if (read.ok) setVerdict(await post(`/v1/triggers/${id}/dry-run`, { body: read.value }))
  })
  return (
    <Panel title="Try it" note="Nothing is done; nothing is recorded">
      <form class="form" onSubmit={run}>
        <Field id="body" label="Body of the call, as JSON" error={fault}>
          <textarea id="body" name="body" class="mono" rows={7} required spellcheck={false}>
            {EXAMPLE}
          </textarea>
        </Field>
        <div class="form-actions">
          <button type="submit" class="button" disabled={isBusy}>
            Try
          </button>
        </div>
      </form>
      <div aria-live="polite">
        {problem && <ProblemNotice problem={problem} />}
        {verdict !== undefined && <pre class="mono verdict-text">{JSON.stringify(verdict, null, 2)}</pre>}
      </div>
    </Panel>
  )
}
