import { useState } from 'hono/jsx/dom'
import { post } from '../../api/client.ts'
import type { TriggerVerdict } from '../../api/triggers.ts'
import { Badge, type Tone } from '../../parts/badge.tsx'
import { Field } from '../../parts/field.tsx'
import { EidLink } from '../../parts/identifier.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { Panel } from '../../parts/page.tsx'
import { useSubmit } from '../../parts/use-submit.ts'
import { jsonIn } from './json-text.ts'

const EXAMPLE = '{\n  "event": "sim.lost",\n  "eid": ""\n}'

/** A call that does nothing: what the condition says of a body, and the action with its places filled in. */
export function DryRun({ id }: { readonly id: string }) {
  const { isBusy, problem, submit } = useSubmit()
  const [verdict, setVerdict] = useState<TriggerVerdict | undefined>(undefined)
  const [fault, setFault] = useState<string | undefined>(undefined)
  const run = submit(async ({ body = '' }) => {
    const read = jsonIn(body)
    setFault(read.ok ? undefined : read.fault)
    setVerdict(undefined)
    if (read.ok) setVerdict(await post<TriggerVerdict>(`/v1/triggers/${id}/dry-run`, { body: read.value }))
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
        {verdict && <VerdictText verdict={verdict} />}
      </div>
    </Panel>
  )
}

function VerdictText({ verdict }: { readonly verdict: TriggerVerdict }) {
  const { action, euiccs } = verdict
  return (
    <div class="verdict-text">
      <p>
        <Badge {...sumOf(verdict)} />
      </p>
      {verdict.problem && <p>{verdict.problem.detail}</p>}
      {euiccs && (
        <ul>
          {euiccs.eids.map((eid) => (
            <li key={eid}>
              <EidLink eid={eid} />
            </li>
          ))}
          {euiccs.leftOut.map(({ eid, code, detail }) => (
            <li key={eid}>
              <span class="mono">{eid}</span> is left out, {code}: {detail}
            </li>
          ))}
        </ul>
      )}
      {action !== null && <pre class="mono">{JSON.stringify(action, null, 2)}</pre>}
    </div>
  )
}

function sumOf({ condition, euiccs, problem }: TriggerVerdict): { tone: Tone; text: string } {
  if (problem) return { tone: 'bad', text: `Refused: ${problem.code}` }
  if (!condition) return { tone: 'idle', text: 'The condition does not hold: nothing would be done' }
  if (!euiccs) return { tone: 'good', text: 'The condition holds: a campaign would be made' }
  const { count } = euiccs
  return {
    tone: count > 0 ? 'good' : 'bad',
    text: `The condition holds: ${count.toLocaleString('en')} ${count === 1 ? 'eUICC' : 'eUICCs'} would be asked`,
  }
}
